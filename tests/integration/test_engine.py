"""``python -m tools.engine`` on simulated machines: shell scripts on PATH replace ``pulumi`` and ``go``."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tools.engine.ensure import PULUMI
from tools.sandbox import CHECKOUT

GO = """
case "$1" in
env) echo {version} ;;
build)
  echo one >&2; echo two >&2
  {before}
  while [ "$1" != -o ]; do shift; done
  printf '#!/bin/sh\\necho {built}\\n' > "$2"
  chmod +x "$2" ;;
esac
"""
_NO_OFFICIAL_DOWNLOAD = {"https_proxy": "http://127.0.0.1:9"}  # the discard port: nothing listens there


class Machine:
    """A simulated machine: a home and a folder of commands, both with a space in their names."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "a home"
        self.tools = folder / "some tools"
        self.cache = self.home / ".cache" / "pulumi-coreweave-gateway" / "engine"
        self.home.mkdir()
        self.tools.mkdir()

    def script(self, file: Path, text: str) -> Path:
        """Write an executable shell script that finds the usual commands, whatever PATH is."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{text}\n")
        file.chmod(0o755)
        return file

    def pulumi(self, version: str = "v3.260.0", *, host: bool = True, folder: Path | None = None) -> Path:
        """Install a Pulumi CLI, with or without its language host."""
        where = folder or self.tools
        if host:
            (where / "pulumi-language-python").parent.mkdir(parents=True, exist_ok=True)
            (where / "pulumi-language-python").write_bytes(b"\x7fELF")
            (where / "pulumi-language-python").chmod(0o755)
        return self.script(where / "pulumi", f'mkdir -p "${{PULUMI_HOME:-$HOME/.pulumi}}/logs"\necho {version}')

    def go(self, *, version: str = "go1.99.0", before: str = "") -> None:
        """Install a Go that runs a shell command before it finishes a build."""
        self.script(self.tools / "go", GO.format(version=version, before=before, built=PULUMI.version))

    @property
    def environ(self) -> dict[str, str]:
        """The user's environment."""
        return {"PATH": str(self.tools), "HOME": str(self.home), **_NO_OFFICIAL_DOWNLOAD}

    def start(self, *arguments: str, **environ: str) -> "subprocess.Popen[str]":
        """Start the command."""
        return subprocess.Popen(
            [sys.executable, "-m", "tools.engine", *arguments],
            cwd=CHECKOUT,
            env={**self.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        """Run the command to its end."""
        process = self.start(*arguments, **environ)
        out, err = process.communicate(timeout=300)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def entries(self) -> list[str]:
        """Return the names in the cache, without its lock and Go's compiled packages."""
        names = [entry.name for entry in self.cache.iterdir()] if self.cache.exists() else []
        return sorted(name for name in names if name not in {".lock", "go"})


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Return a machine without any commands."""
    return Machine(tmp_path)


def test_cli_on_path_is_used_first(machine: Machine) -> None:
    """A CLI on PATH is used although one could be built, and nothing is written."""
    machine.pulumi("v3.260.0")
    machine.go()
    ran = machine.run()
    assert ran.stderr == f"Engine: pulumi v3.260.0 (on PATH, official Python host), in {machine.tools}\n"
    assert list(machine.home.iterdir()) == []


@pytest.mark.parametrize("opened", [".cache/pulumi-coreweave-gateway/engine", ".cache"])
def test_what_other_users_planted_is_not_run(machine: Machine, opened: str) -> None:
    """A cache that others can write to, or whose parents they can, is refused, whatever is in it."""
    planted = machine.cache / f"{PULUMI.version}-official" / "bin"
    machine.pulumi(folder=planted)
    machine.script(planted / "pulumi-resource-pulumi-python", "")
    assert machine.run().returncode == 0
    assert machine.cache.stat().st_mode & 0o777 == 0o700
    (machine.home / opened).chmod(0o777)
    ran = machine.run()
    assert ran.returncode == 1
    assert f"cache: other users can write to {machine.home / opened}; " in ran.stderr


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder to another user")
def test_cache_of_another_user_is_not_used(machine: Machine) -> None:
    """As under `sudo` with the caller's home, a cache that belongs to someone else is refused."""
    machine.cache.mkdir(parents=True)
    os.chown(machine.cache, 12345, 12345)
    assert f"other users can write to {machine.cache}; delete it" in machine.run().stderr


def test_error_lists_what_was_tried(machine: Machine) -> None:
    """If no CLI is available, the error lists each attempt with its reason, and the remedy."""
    ran = machine.run()
    assert ran.returncode == 1
    assert ran.stdout == ""
    message = ran.stderr[ran.stderr.index("No Pulumi CLI is available. Tried:") :]
    shown = [re.sub(r": .*python -c` failed: .*refused", ": REFUSED", line) for line in message.splitlines()]
    assert shown[1:4] == [
        "  PATH: no `pulumi` found",
        "  official download: REFUSED",
        "  build from source: no `go` found on PATH; install Go 1.26.6 or newer",
    ]
    assert shown[4].startswith("Install the Pulumi CLI (https://www.pulumi.com/docs/install/) or Go ")
    assert machine.entries() == []


def test_cli_without_language_host_is_skipped(machine: Machine) -> None:
    """A CLI on PATH that can't run Python programs is reported with the reason."""
    machine.pulumi(host=False)
    assert "has no pulumi-language-python; install the whole Pulumi CLI" in machine.run().stderr


def test_old_go_is_rejected(machine: Machine) -> None:
    """The error names a Go that is too old, and the required version."""
    machine.go(version="go1.9")
    assert f"{machine.tools / 'go'} is go1.9; install Go 1.26.6 or newer" in machine.run().stderr


def test_failing_build_shows_the_last_lines_without_credentials(machine: Machine) -> None:
    """If the build fails, Go's last lines are shown on one line, with credentials masked."""
    machine.go(before="printf 'cooling\\nhttps://me:secret@proxy.example/x: 403 Forbidden\\n' >&2; exit 1")
    ran = machine.run()
    assert "go build` failed: two; cooling; https://***@proxy.example/x: 403 Forbidden" in ran.stderr
    assert "secret" not in ran.stderr
    assert machine.entries() == []


def test_built_engine_is_complete_and_found_again(machine: Machine) -> None:
    """A build ignores the user's Go settings and writes only to the cache; a second call needs no Go."""
    machine.go(before='env > "$GOCACHE.env"; [ -n "$GOOS$GOARCH" ] && exit 1; [ $GOWORK = off ] || exit 1')
    first = machine.run(GOOS="plan9", GOARCH="arm", GOFLAGS="-mod=vendor", GOWORK="/some/go.work", **_pip_settings())
    assert first.returncode == 0, first.stderr
    assert "built from source, fallback Python host" in first.stderr
    engine = Path(first.stderr.rstrip().rpartition(", in ")[2])
    names = {file.name for file in engine.iterdir()}
    assert names >= {"pulumi", "pulumi-language-python", "pulumi-resource-pulumi-python", "language_host.py"}
    assert not (machine.cache / "go").exists()
    assert [entry.name for entry in machine.home.iterdir()] == [".cache"]
    assert len(machine.entries()) == 2

    (machine.tools / "go").unlink()
    # A shell that has evaluated `make env` has the cache on PATH, which counts as cached.
    second = machine.run(PATH=f"{engine}:{machine.tools}")
    assert second.stderr == first.stderr.splitlines()[-1] + "\n"

    exported = machine.run("env")
    where = subprocess.run(
        ["sh", "-c", exported.stdout + "\ncommand -v pulumi; command -v pytest"],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.splitlines() == [str(engine / "pulumi"), str(Path(sys.prefix, "bin", "pytest"))]


def _pip_settings() -> dict[str, str]:
    """Return the settings of this machine's pip and uv, without the proxy that blocks the download."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_", "SSL_", "REQUESTS_"))}
    config = Path.home() / ".config" / "pip" / "pip.conf"
    return {**kept, **({"PIP_CONFIG_FILE": str(config)} if config.exists() else {}), "no_proxy": "*"}


def test_interrupted_build_leaves_nothing(machine: Machine, tmp_path: Path) -> None:
    """Ctrl-C ends the build and Go with one line and the usual exit code, and leaves no files."""
    started = tmp_path / "started"
    machine.go(before=f"echo $$ > '{started}.new'; mv '{started}.new' '{started}'; sleep 300")
    process = machine.start()
    end = time.monotonic() + 60
    while not started.exists():
        assert time.monotonic() < end, "the build doesn't start"
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "Interrupted. Run it again to continue."
    assert "Traceback" not in err
    assert machine.entries() == []
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)
