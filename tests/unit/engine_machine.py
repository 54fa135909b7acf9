"""A made-up machine for the tests of ``tools.engine``: a checkout, a home and the tools on PATH.

The command runs as users run it, in a process of its own; what it starts are small shell scripts instead of Go, a
Python with the SDK, and Pulumi. Each writes a line to ``calls`` when it is started.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.engine import pins

# As the real one does, for any command.
LOG = 'mkdir -p "${PULUMI_HOME:-$HOME/.pulumi}/logs"'
PULUMI = 'if [ "$1" = version ]; then echo {version}; fi'
GO = """
case "$1" in
env) echo {version}; echo https://proxy.example; echo "$HOME/go/pkg/mod" ;;
build)
  {before}
  while [ "$1" != -o ]; do shift; done
  printf '#!/bin/sh\\n{log}\\necho {built}\\n' > "$2"
  chmod +x "$2" ;;
esac
"""
PYTHON = """
case "$1 $2" in
"-c "*) echo '["pulumi", "grpcio"]' ;;
"-m venv") mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
"-m pip") ;;
*" reach") {reach} ;;
*" install") {install} ;;
esac
"""
UNREACHABLE = "echo 'URLError: no route to it' >&2; exit 1"
DOWNLOAD = """
mkdir -p "$3/bin"
for part in pulumi pulumi-language-python pulumi-resource-pulumi-python; do
  printf '#!/bin/sh\\necho v%s\\n' "$4" > "$3/bin/$part"
  chmod +x "$3/bin/$part"
done
"""


class FakeMachine:
    """A machine on which nothing is installed yet; its folders' names have a space."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "a checkout"
        self.home = folder / "a home"
        self.tools = folder / "some tools"
        self.host = self.checkout / "tools" / "engine" / "host"
        self.cache = self.home / ".cache" / "pulumi-coreweave-gateway" / "engine"
        self._calls = folder / "calls"
        self._started: list[subprocess.Popen[str]] = []
        real = pins.CHECKOUT / "tools"
        (self.checkout / "tools").mkdir(parents=True)
        shutil.copy(real / "__init__.py", self.checkout / "tools")
        shutil.copytree(
            real / "engine", self.checkout / "tools" / "engine", ignore=shutil.ignore_patterns("host", "__pycache__")
        )
        shutil.copy(pins.LOCK_FILE, self.checkout)
        for made in (self.home, self.tools, self.host):
            made.mkdir()
        for name in ("pulumi-language-python", "pulumi-resource-pulumi-python"):
            script(self.host / name, "echo the fallback")
        (self.host / "module.py").write_text("")
        self.python = self.tool("python-with-sdk", PYTHON.format(reach=UNREACHABLE, install="exit 1"))

    @property
    def calls(self) -> list[str]:
        """What was started, each with its arguments."""
        return self._calls.read_text().splitlines() if self._calls.exists() else []

    @property
    def builds(self) -> int:
        """How often Go has built."""
        return sum(call.startswith("go build") for call in self.calls)

    def tool(self, name: str, text: str, folder: Path | None = None) -> Path:
        """Put a command on PATH, or into another folder."""
        told = f"echo {name} \"$@\" >> '{self._calls}'\n"
        return script((folder or self.tools) / name, told + text)

    def go(self, *, version: str = "go1.26.0", before: str = "", built: str = pins.built_version()) -> None:
        """Install a Go, that does something before it builds."""
        self.tool("go", GO.format(version=version, before=before, built=built, log=LOG))

    def pulumi(self, version: str = "v3.260.0", *, host: bool = True, folder: Path | None = None) -> Path:
        """Install a Pulumi CLI, with its language host or without it."""
        if host:
            self.tool("pulumi-language-python", "", folder)
        return self.tool("pulumi", f"{LOG}\n{PULUMI.format(version=version)}", folder)

    def official_server(self, install: str = DOWNLOAD) -> None:
        """Let the official download be within reach."""
        self.tool("python-with-sdk", PYTHON.format(reach="", install=install))

    def start(self, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        """Start ``python3 -m tools.engine`` without anything but the standard library."""
        process = subprocess.Popen(
            [sys.executable, "-S", "-m", "tools.engine", *(arguments or ("--python", str(self.python)))],
            cwd=self.checkout,
            env={"PATH": str(self.tools), "HOME": str(self.home), "PYTHONDONTWRITEBYTECODE": "1", **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._started.append(process)
        return process

    def end_all(self) -> None:
        """End what a failed test has left running; what it has started ends with it."""
        for process in self._started:
            process.kill()

    def run(self, *arguments: str, **environ: str) -> Ended:
        """Run it to its end."""
        return Ended(self.start(*arguments, **environ))

    def entries(self) -> list[Path]:
        """Return all that is in the cache but its lock."""
        return sorted(entry for entry in self.cache.iterdir() if entry.name != ".lock") if self.cache.exists() else []


class Ended:
    """What came of a run."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.out, self.err = process.communicate(timeout=120)
        self.code = process.returncode

    @property
    def engine(self) -> str:
        """The last line: on which CLI and host it runs, and where it is."""
        assert self.code == 0, self.err
        return self.err.splitlines()[-1]

    @property
    def said(self) -> list[str]:
        """The lines on standard error."""
        return self.err.splitlines()


def script(file: Path, text: str) -> Path:
    """Write an executable shell script that has the usual commands, whatever PATH is."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{text}\n")
    file.chmod(0o755)
    return file


def is_running(process: int) -> bool:
    """Tell whether a process is there and has not ended."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")
