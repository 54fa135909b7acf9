"""Building a binary from a Go module, with progress."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.engine.processes import UnavailableError, run

_MODULES = Path(__file__).parent / "modules"
_DOWNLOAD_TIMEOUT = 1800
_BUILD_TIMEOUT = 5400
_LOG_INTERVAL = 15
"""Seconds between two lines of progress in a log."""
_TERMINAL_INTERVAL = 0.5


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
        show(f"Building {self.name} {self.version} from source (about 7 minutes on two cores, once) …")
        with _Progress() as progress:
            progress.restart("downloading modules: {} so far")
            packages = run(
                [go, "list", "-deps", self.package],
                env=env,
                cwd=self.folder,
                timeout=_DOWNLOAD_TIMEOUT,
                on_line=progress.count,
            )
            progress.restart("compiling: {} of {} packages", len(packages.splitlines()))
            run(
                [go, "build", "-v", "-trimpath", "-ldflags", self._linker_flags, "-o", scratch / "built", self.package],
                env=env,
                cwd=self.folder,
                timeout=_BUILD_TIMEOUT,
                on_line=progress.count,
            )
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


class _Progress:
    """Shows a build's progress: on a terminal in one line that is rewritten, otherwise in a line every 15 seconds."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._text, self._total, self._counted = "", 0, 0
        self._started = time.monotonic()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> _Progress:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        if self._live:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def restart(self, text: str, total: int = 0) -> None:
        """Start to count from 0."""
        self._text, self._total, self._counted = text, total, 0

    def count(self, _line: str) -> None:
        """Count one more."""
        self._counted += 1

    def _run(self) -> None:
        while not self._done.wait(_TERMINAL_INTERVAL if self._live else _LOG_INTERVAL):
            minutes, seconds = divmod(int(time.monotonic() - self._started), 60)
            line = f"  {self._text.format(f'{self._counted:,}', f'{self._total:,}')} ({minutes}:{seconds:02} elapsed)"
            print(f"\r\x1b[K{line}" if self._live else f"{line}\n", end="", file=sys.stderr, flush=True)
