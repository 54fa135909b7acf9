"""The Pulumi CLI that runs this program: which command it was given, and whether it shows a live display.

A program isn't told either: its own stdout is a pipe to the engine, and to it a ``refresh --run-program`` looks like
an ``up``. So this looks at the CLI, an ancestor of this process. Where it can't be found, as for an inline program of
the Automation API, the command counts as ``up`` and the display as a log, which is readable everywhere.
"""

from __future__ import annotations

import functools
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_NAME = "pulumi"
_FARTHEST_ANCESTOR = 10
_PATIENCE = 2  # seconds, for a `ps` that takes milliseconds

_WITH_VALUE = frozenset({"-C", "--cwd", "-s", "--stack", "-v", "--verbose", "--color", "--profiling", "--tracing"})
_NO_TERMINAL = ("", "?", "??", "-")
# With these, the CLI prints lines also on a terminal; the others are its own list of what CI systems set.
_PLAIN = ("--non-interactive", "--diff", "--display", "--json", "-j")
_CI_SYSTEMS = (
    "APPVEYOR",
    "BITBUCKET_COMMIT",
    "BUILDKITE",
    "CF_BUILD_URL",
    "CIRCLECI",
    "CODEBUILD_BUILD_ARN",
    "DRONE",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "GO_PIPELINE_LABEL",
    "HUDSON_URL",
    "JENKINS_URL",
    "MAGNUM",
    "PULUMI_CI_SYSTEM",
    "SEMAPHORE",
    "TEAMCITY_VERSION",
    "TF_BUILD",
    "TRAVIS",
    "bamboo_planKey",
)


@dataclass(frozen=True)
class Cli:
    """A CLI that was found.

    Attributes:
        arguments: its command line, the name included.
        on_terminal: whether both its stdin and its stdout are terminals.

    """

    arguments: tuple[str, ...]
    on_terminal: bool

    @property
    def command(self) -> str:
        """Its command, such as ``up``; ``""`` if there is none."""
        words = iter(self.arguments[1:])
        for word in words:
            if word in _WITH_VALUE:
                next(words, None)
            elif not word.startswith("-"):
                return word
        return ""

    def is_live(self, environ: Mapping[str, str]) -> bool:
        """Tell whether it rewrites its rows, by its own rule."""
        if not self.on_terminal or environ.get("TERM", "").lower() == "dumb":
            return False
        if any(word.partition("=")[0] in _PLAIN for word in self.arguments):
            return False
        return bool(environ.get("PULUMI_DISABLE_CI_DETECTION")) or not any(map(environ.get, _CI_SYSTEMS))


def command() -> str:
    """Return the command that this program runs in; ``"up"`` where that isn't known."""
    found = _found()
    return found.command if found else "up"


def live_display() -> bool:
    """Tell whether the display of this program's resources is live."""
    found = _found()
    return found is not None and found.is_live(os.environ)


@functools.cache
def _found() -> Cli | None:
    try:
        return _linux(os.getpid()) if os.path.isdir("/proc/self/fd") else _elsewhere(os.getpid())  # noqa: PTH112
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return None


def _linux(pid: int) -> Cli | None:
    for _ in range(_FARTHEST_ANCESTOR):
        name, parent = _name_and_parent(pid)
        if name == _NAME:
            arguments = _read(pid, "cmdline").split("\0")[:-1]
            return Cli(tuple(arguments), all(_is_terminal(f"/proc/{pid}/fd/{number}") for number in (0, 1)))
        pid = parent
    return None


def _name_and_parent(pid: int) -> tuple[str, int]:
    name, rest = _read(pid, "stat").split("(", 1)[1].rsplit(")", 1)
    return name, int(rest.split()[1])


def _read(pid: int, file: str) -> str:
    with open(f"/proc/{pid}/{file}", encoding="utf-8", errors="replace") as opened:  # noqa: PTH123 - cheap to import
        return opened.read()


def _is_terminal(link: str) -> bool:
    return os.path.realpath(link).startswith(("/dev/pts/", "/dev/tty", "/dev/console"))


def _elsewhere(pid: int) -> Cli | None:
    """Ask ``ps``, as on macOS. It tells the CLI's terminal, though not whether its output is piped into a file."""
    for terminal, arguments in _ancestors(pid):
        if os.path.basename(arguments[0]) == _NAME:  # noqa: PTH119
            return Cli(tuple(arguments), terminal not in _NO_TERMINAL)
    return None


def _ancestors(pid: int) -> Iterator[tuple[str, list[str]]]:
    for _ in range(_FARTHEST_ANCESTOR):
        asked = ["ps", "-ww", "-o", "ppid=,tty=,args=", "-p", str(pid)]
        said = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=_PATIENCE).stdout  # noqa: S603
        parent, terminal, *arguments = said.split()
        yield terminal, arguments
        pid = int(parent)
