"""Where an engine is looked for, in this order, and what is in the cache.

::

    CACHE/.lock                      held by the process that downloads or builds
    CACHE/.part-*/                   unfinished work, removed by the next holder of the lock
    CACHE/pulumi-VERSION-DIGEST      the CLI built from source
    CACHE/VERSION-official/bin/      the official download
    CACHE/VERSION-DIGEST/bin/        the built CLI with the fallback language host beside it
    CACHE/VERSION-DIGEST/host-venv/  the virtual environment that the fallback host runs in
    CACHE/go/                        Go's modules and compiled packages until a build is finished

Complete work is renamed to its final name in one step.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tools.engine.go_build import Binary
from tools.engine.processes import UnavailableError, run

PULUMI = Binary(
    name="pulumi",
    module="pulumi",
    source="github.com/pulumi/pulumi/pkg/v3",
    package="github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    version_variable="github.com/pulumi/pulumi/sdk/v3/go/common/version.Version",
)
_HOST = Path(__file__).parent / "host"
_PARTS = ("pulumi", "pulumi-language-python", "pulumi-resource-pulumi-python")
"""The executables of an engine: the CLI, the Python language host and the plugin that runs dynamic providers."""
_REMEDY = "Install the Pulumi CLI (https://www.pulumi.com/docs/install/) or Go (https://go.dev/dl/), and try again."
_INSTALL_SCRIPT = "https://get.pulumi.com/install.sh"
_REACH_TIMEOUT = 15
_DOWNLOAD_TIMEOUT = 900
_VENV_TIMEOUT = 600
_OFFICIAL_INSTALL = """
import subprocess, sys, urllib.request
from pulumi.automation import PulumiCommand
from semver import VersionInfo

script, timeout, folder, version = sys.argv[1:]
try:
    urllib.request.urlopen(script, timeout=float(timeout)).close()  # the SDK sets no timeout
    PulumiCommand.install(root=folder, version=VersionInfo.parse(version.removeprefix("v")))
except subprocess.CalledProcessError as error:
    sys.exit((error.output or b"").decode(errors="replace") or str(error))
except OSError as error:
    sys.exit(str(getattr(error, "reason", error)))
"""


class Engine(NamedTuple):
    """A Pulumi CLI that can run Python programs.

    Attributes:
        bin: The folder of ``pulumi``, to be put on PATH.
        version: What ``pulumi version`` prints, such as ``v3.274.1``.
        official_host: Whether it has Pulumi's own Python language host, not the fallback.
        origin: Where the CLI comes from.

    """

    bin: Path
    version: str
    official_host: bool
    origin: str

    def __str__(self) -> str:
        host = "official" if self.official_host else "fallback"
        return f"pulumi {self.version} ({self.origin}, {host} Python host)"


class EngineError(Exception):
    """No Pulumi CLI is available; the message lists what was tried, and names what to install."""


def ensure(*, show: Callable[[str], None] = lambda line: print(line, file=sys.stderr, flush=True)) -> Engine:
    """Return a Pulumi CLI that can run Python programs; download or build it if none is installed.

    Args:
        show: Shows one line to the user; on standard error by default.

    Raises:
        EngineError: No CLI is available on this machine.

    """
    cache = cache_folder()
    reasons: list[str] = []
    try:
        engine = _on_path(cache, reasons)
        if engine is None:
            _make_private(cache)
            engine = _cached(cache) or _obtain(cache, reasons, show)
    except OSError as error:
        reasons.append(f"cache: {error}; set XDG_CACHE_HOME to another folder")
        engine = None
    if engine is None:
        tried = "".join(f"\n  {reason}" for reason in reasons)
        raise EngineError(f"No Pulumi CLI is available. Tried:{tried}\n{_REMEDY}")
    show(f"Engine: {engine}, in {engine.bin}")
    return engine


def cache_folder() -> Path:
    """Return the folder in the user's cache that all checkouts share."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # The XDG specification: a relative path is ignored.
    return (base if base.is_absolute() else Path.home() / ".cache") / "pulumi-coreweave-gateway" / "engine"


def _make_private(cache: Path) -> None:
    """Create the cache, closed to other users.

    Raises:
        PermissionError: another user may have changed what is in it, or can replace it.

    """
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    real = cache.resolve()
    for folder in (real, *real.parents):
        found = folder.stat()
        # With the sticky bit, as in /tmp, others can't replace the folder's entries, but can add some.
        replaceable = folder == real or not found.st_mode & stat.S_ISVTX
        if found.st_uid not in {os.getuid(), 0} or (found.st_mode & 0o022 and replaceable):
            remedy = "delete it" if folder == real else "close it with `chmod go-w`"
            raise PermissionError(f"other users can write to {folder}; {remedy}")
    cache.chmod(0o700)


@contextlib.contextmanager
def locked(cache: Path, show: Callable[[str], None]) -> Iterator[Path]:
    """Hold the cache's lock; yield an empty folder for unfinished work, which is removed afterwards."""
    _make_private(cache)
    # The lock file stays: a lock on a deleted file excludes nobody.
    with (cache / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            show("Waiting for another process that is getting the engine …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        for leftover in cache.glob(".part-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=".part-", dir=cache) as scratch:
            yield Path(scratch)


def _on_path(cache: Path, reasons: list[str]) -> Engine | None:
    """Return the user's own CLI, if it has a Python language host."""
    # `eval "$(make -s env)"` puts the cache on PATH: an older checkout's engine there must not be found first.
    folders = os.environ.get("PATH", "").split(os.pathsep)
    path = os.pathsep.join(folder for folder in folders if folder and cache not in Path(folder).parents)
    found = shutil.which("pulumi", path=path)
    if found is None:
        reasons.append("PATH: no `pulumi` found")
        return None
    # Package managers link the CLI alone into a folder on PATH; the other parts are beside the real file.
    real = Path(found).resolve().parent
    host = shutil.which(_PARTS[1], path=os.pathsep.join([str(real), path]))
    if host is None:
        reasons.append(f"PATH: {found} has no {_PARTS[1]}; install the whole Pulumi CLI")
        return None
    try:
        version = _version_of(Path(found))
    except UnavailableError as error:
        reasons.append(f"PATH: {error}")
        return None
    official = not Path(host).read_bytes().startswith(b"#!")
    return Engine(real if Path(host).parent == real else Path(found).absolute().parent, version, official, "on PATH")


def _cached(cache: Path) -> Engine | None:
    """Return an engine that was downloaded or built before, without starting any process."""
    for entry, official, origin in (
        (cache / f"{PULUMI.version}-official", True, "official download"),
        (cache / _built_entry(), False, "built from source"),
    ):
        files = [entry / "bin" / part for part in _PARTS]
        if not official:
            files.append(entry / "host-venv" / "bin" / "python")  # dangling once its Python is uninstalled
        if all(os.access(file, os.X_OK) for file in files):
            return Engine(entry / "bin", PULUMI.version, official, origin)
    return None


def _obtain(cache: Path, reasons: list[str], show: Callable[[str], None]) -> Engine | None:
    """Download the engine, or else build it, unless another process has done so meanwhile."""
    with locked(cache, show) as scratch:
        for way, make in (("official download", _download), ("build from source", _build)):
            if engine := _cached(cache):
                return engine
            try:
                make(cache, scratch, show)
            except UnavailableError as error:
                reasons.append(f"{way}: {error}")
                show(reasons[-1])
        return _cached(cache)


def _download(cache: Path, scratch: Path, show: Callable[[str], None]) -> None:
    """Download the official CLI with the SDK's own installer."""
    show(f"Downloading pulumi {PULUMI.version} from get.pulumi.com …")
    folder = scratch / "official"
    env = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")}
    env |= {"PULUMI_HOME": str(scratch / "home"), "PULUMI_SKIP_UPDATE_CHECK": "true", "TMPDIR": str(scratch)}
    install = [sys.executable, "-c", _OFFICIAL_INSTALL, _INSTALL_SCRIPT, str(_REACH_TIMEOUT)]
    run([*install, folder, PULUMI.version], env=env, cwd=scratch, timeout=_DOWNLOAD_TIMEOUT)
    _version_of(folder / "bin" / "pulumi")
    _publish(folder, cache / f"{PULUMI.version}-official")


def _build(cache: Path, scratch: Path, show: Callable[[str], None]) -> None:
    """Build the CLI from source, and put the fallback language host beside it."""
    folder = scratch / "engine"
    venv = folder / "host-venv"
    python = str(venv / "bin" / "python")
    cli = PULUMI.build(cache, scratch, show)
    shutil.copytree(_HOST, folder / "bin", ignore=shutil.ignore_patterns("__pycache__", "requirements.txt"))
    os.link(cli, folder / "bin" / "pulumi")
    _version_of(folder / "bin" / "pulumi")
    show("Installing the fallback Python language host …")
    env = {**os.environ, "TMPDIR": str(scratch), "UV_CACHE_DIR": str(scratch / "uv")}
    run([sys.executable, "-m", "venv", "--without-pip", venv], env=env, cwd=scratch, timeout=_VENV_TIMEOUT)
    requirements = ["--require-hashes", "--requirement", str(_HOST / "requirements.txt")]
    try:
        uv = [sys.executable, "-m", "uv", "pip", "install", "--compile-bytecode", "--python", python]
        run([*uv, *requirements], env=env, cwd=scratch, timeout=_VENV_TIMEOUT)
    except UnavailableError:  # it doesn't know pip's settings, such as an index
        pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, *requirements], env=env, cwd=scratch, timeout=_VENV_TIMEOUT)
    _publish(folder, cache / _built_entry())


def _built_entry() -> str:
    """Return the cache's name for the built CLI with the fallback host, which changes with either."""
    digest = hashlib.sha256(PULUMI.digest.encode())
    for file in sorted(_HOST.iterdir()):
        if file.is_file():
            digest.update(file.name.encode() + file.read_bytes())
    return f"{PULUMI.version}-{digest.hexdigest()[:12]}"


def _publish(folder: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)  # only a damaged one can be there
    folder.rename(target)


def _version_of(cli: Path) -> str:
    """Return what ``pulumi version`` prints.

    Raises:
        UnavailableError: The CLI doesn't run, or isn't version 3.

    """
    with tempfile.TemporaryDirectory() as home:  # even this command writes a log
        env = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true", "PULUMI_HOME": home}
        version = run([cli, "version"], env=env, cwd=Path(home), timeout=60).strip()
    if not re.fullmatch(r"v?3\.\d+\.\d+\S*", version):
        raise UnavailableError(f"{cli} is version {version[:40]!r}; version 3 is needed")
    return f"v{version.removeprefix('v')}"
