"""What runs in a Python that has the Pulumi SDK: ``reach``, or ``install FOLDER VERSION``.

It says in one line on standard error what went wrong.
"""

from __future__ import annotations

import subprocess
import sys
import urllib.request

_INSTALL_SCRIPT = "https://get.pulumi.com/install.sh"


def reach() -> None:
    """Ask for what the SDK will ask for, by the same means: the same proxies and certificates count."""
    with urllib.request.urlopen(_INSTALL_SCRIPT, timeout=60) as answer:  # the caller's limit is shorter
        answer.read(1)


def install(folder: str, version: str) -> None:
    """Download one version of the CLI."""
    from pulumi.automation import PulumiCommand
    from semver import VersionInfo

    PulumiCommand.install(root=folder, version=VersionInfo.parse(version))


def main(command: str, *arguments: str) -> int:
    """Run one of the two and return its exit code."""
    try:
        if command == "reach":
            reach()
        else:
            install(*arguments)
    except subprocess.CalledProcessError as error:
        said = error.output.decode(errors="replace") if isinstance(error.output, bytes) else ""
        print(said or error, file=sys.stderr)
    except Exception as error:  # noqa: BLE001  # whatever it is, the next way is tried
        reason = getattr(error, "reason", None) or error
        print(f"{type(error).__name__}: {reason}" if str(reason) else type(error).__name__, file=sys.stderr)
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
