"""Building a binary from a Go module."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.engine.processes import UnavailableError, run

_MODULES = Path(__file__).parent / "modules"
_BUILD_TIMEOUT = 7200
_REPORT_EVERY = 200
"""Packages between two lines of progress; the CLI has about 1,500."""


@dataclass(frozen=True)
class Binary:
    """A program to build from source.

    Attributes:
        name: The name of the executable.
        module: The folder below ``modules`` whose ``go.mod`` pins the source.
        source: The Go module that has the program.
        package: The program's Go package.
        version_variable: The Go variable that holds the version that the program reports.

    """

    name: str
    module: str
    source: str
    package: str
    version_variable: str

    @property
    def version(self) -> str:
        """The version that ``go.mod`` pins, such as ``v3.274.1``."""
        return _pinned(self.folder, rf"^(?:require |\t){re.escape(self.source)} (v\S+)$")

    @property
    def folder(self) -> Path:
        """The Go module that pins the source."""
        return _MODULES / self.module

    @property
    def digest(self) -> str:
        """A digest of everything that the binary is built from."""
        text = f"{sys.platform} {platform.machine()} {self.package} {self._linker_flags}".encode()
        for name in ("go.mod", "go.sum"):
            text += (self.folder / name).read_bytes()
        return hashlib.sha256(text).hexdigest()[:12]

    @property
    def _linker_flags(self) -> str:
        return f"-s -w -X {self.version_variable}={self.version}"

    def build(self, cache: Path, scratch: Path, show: Callable[[str], None]) -> Path:
        """Return the binary in the cache, building it if it isn't there.

        The caller holds the cache's lock. What an interrupted build has compiled is kept for the next one.

        Args:
            cache: The folder of finished binaries.
            scratch: An empty folder for temporary files, on the same file system.
            show: Shows one line to the user.

        Raises:
            UnavailableError: There is no suitable Go, or the build fails.

        """
        target = cache / f"{self.name}-{self.version}-{self.digest}"
        if os.access(target, os.X_OK):
            return target
        go, env = _go(cache, scratch, _pinned(self.folder, r"^go (\S+)$"))
        show(f"Building {self.name} {self.version} from source (about 4 minutes on two cores, once) …")
        compiled = 0

        def count(line: str) -> None:
            nonlocal compiled
            compiled += not line.startswith("go: ")  # as for each download
            if compiled and compiled % _REPORT_EVERY == 0:
                show(f"  {compiled} packages compiled")

        # Without the debug information that the linker would strip, compiling takes a quarter less time.
        flags = ["-gcflags=all=-dwarf=false", "-ldflags", self._linker_flags]
        command = [go, "build", "-v", "-trimpath", *flags, "-o", str(scratch / "built"), self.package]
        run(command, env=env, cwd=self.folder, timeout=_BUILD_TIMEOUT, on_line=count)
        (scratch / "built").replace(target)
        shutil.rmtree(cache / "go", ignore_errors=True)  # 2 GB of modules and compiled packages
        return target


def _go(cache: Path, scratch: Path, minimum: str) -> tuple[str, Mapping[str, str]]:
    """Return the ``go`` command and an environment in which it writes into the cache only."""
    go = shutil.which("go")
    if go is None:
        raise UnavailableError(f"no `go` found on PATH; install Go {minimum} or newer")
    config = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    env = {name: value for name, value in os.environ.items() if name not in {"GOOS", "GOARCH", "GOFLAGS"}}
    env |= {
        "GOTOOLCHAIN": "local",
        "GOENV": os.environ.get("GOENV") or str(Path(config, "go", "env")),
        "XDG_CONFIG_HOME": str(scratch / "config"),  # for Go's telemetry
        "TMPDIR": str(scratch),
        "CGO_ENABLED": "0",
        "GOGC": "400",  # the compiler collects garbage less often
        "GOFLAGS": "-modcacherw",
        "GOWORK": "off",
        "GOPATH": str(cache / "go"),
        "GOMODCACHE": str(cache / "go" / "modules"),
        "GOCACHE": str(cache / "go" / "packages"),
    }
    version = run([go, "env", "GOVERSION"], env=env, cwd=scratch, timeout=60).strip()
    if version.startswith("go") and _numbers(version) < _numbers(minimum):
        raise UnavailableError(f"{go} is {version}; install Go {minimum} or newer")
    return go, env


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def _pinned(folder: Path, pattern: str) -> str:
    found = re.search(pattern, (folder / "go.mod").read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise LookupError(f"{folder / 'go.mod'}: no line matches {pattern}")
    return found[1]
