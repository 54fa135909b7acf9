"""Our own folder in the user's cache: finished engines, each under the name of what it was made from.

::

    ENGINE_CACHE/.lock            held while an engine is made
    ENGINE_CACHE/.part-*/         one that is being made, or that was when its process was killed
    ENGINE_CACHE/NAME/bin/        a finished one: pulumi, and the Python language host beside it
    ENGINE_CACHE/NAME/host-venv/  what the fallback host itself runs on, where there is one
    ENGINE_CACHE/NAME/engine.json its version and origin, so that nothing must be started to know them
    ENGINE_CACHE/go/              Go's modules and packages during a build
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from tools.engine import pins

_FACTS = "engine.json"
_PART = ".part-"


@dataclass(frozen=True)
class Facts:
    """What ``engine.json`` says."""

    version: str
    official_host: bool
    origin: str
    source: str
    """The digest of what the CLI alone was built from; empty if it wasn't built here."""


class Cache:
    """The engines in one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.lock_file = root / ".lock"

    @classmethod
    def of_the_user(cls, environ: Mapping[str, str]) -> Cache:
        """Return the cache that all checkouts of this user share."""
        named = environ.get("XDG_CACHE_HOME", "")
        # The XDG specification: a relative path is to be ignored.
        base = Path(named) if named and Path(named).is_absolute() else _home(environ) / ".cache"
        return cls(base / pins.CACHE_NAME / "engine")

    def facts(self, name: str) -> Facts | None:
        """Return what is known of a finished engine, or None if there is none of this name."""
        facts = read_facts(self.root / name)
        if facts is None:
            return None
        needed = [self.bin(name) / part for part in pins.EXECUTABLES]
        if not facts.official_host:
            # Dangling once the Python that it was made from is uninstalled: then it is made anew.
            needed.append(self.root / name / pins.HOST_VENV / "bin" / "python")
        return facts if all(os.access(file, os.X_OK) for file in needed) else None

    def bin(self, name: str) -> Path:
        """Return the folder to put on PATH for the engine of a name."""
        return self.root / name / "bin"

    def same_source(self, source: str) -> Path | None:
        """Return a finished ``pulumi`` that was built from the same source, whatever host is beside it."""
        for entry in sorted(self.root.iterdir()):
            facts = read_facts(entry)
            cli = self.bin(entry.name) / "pulumi"
            if facts and facts.source == source and os.access(cli, os.X_OK):
                return cli
        return None

    def owns(self, folder: Path) -> bool:
        """Tell whether a folder is inside this cache."""
        return folder.resolve().is_relative_to(self.root.resolve())

    @contextlib.contextmanager
    def stage(self) -> Iterator[Stage]:
        """Yield an empty place to make an engine in; whatever isn't published there is gone afterwards."""
        folder = Path(tempfile.mkdtemp(prefix=_PART, dir=self.root))
        try:
            yield Stage(self, folder)
        finally:
            remove(folder)

    def clear_leftovers(self) -> None:
        """Remove what killed processes have left behind; only for the one who holds the lock."""
        for leftover in self.root.glob(f"{_PART}*"):
            remove(leftover)


class Stage:
    """A place beside the finished engines, on the same file system, where one is made."""

    def __init__(self, cache: Cache, folder: Path) -> None:
        self._cache = cache
        self.entry = folder / "entry"
        """What becomes the cache's entry."""
        self.bin = self.entry / "bin"
        self.scratch = folder / "scratch"
        """For temporary files; its own, so that nothing stays in /tmp."""
        self.bin.mkdir(parents=True)
        self.scratch.mkdir()

    def publish(self, name: str, facts: Facts) -> None:
        """Make the engine visible under its name, in one step."""
        (self.entry / _FACTS).write_text(json.dumps(asdict(facts), indent=2) + "\n", encoding="utf-8")
        target = self._cache.root / name
        # Only a damaged entry can be there, for a good one would have been used.
        remove(target)
        self.entry.rename(target)


def read_facts(entry: Path) -> Facts | None:
    """Return what an entry's ``engine.json`` says, or None if it is missing or damaged."""
    try:
        found = json.loads((entry / _FACTS).read_text(encoding="utf-8"))
        facts = Facts(**found)
    except (OSError, ValueError, TypeError):
        return None
    texts = (facts.version, facts.origin, facts.source)
    return facts if all(isinstance(text, str) for text in texts) and isinstance(facts.official_host, bool) else None


def remove(folder: Path) -> None:
    """Remove a folder as far as it can be; what is left is hidden, and the next one tries again."""
    shutil.rmtree(folder, ignore_errors=True)


def _home(environ: Mapping[str, str]) -> Path:
    home = environ.get("HOME", "")
    return Path(home) if home else Path.home()
