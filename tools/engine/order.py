"""The order in which the ways to an engine are tried."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tools.engine import pins
from tools.engine.cache import Cache
from tools.engine.lock import locked
from tools.engine.model import Engine, EngineError, Machine, Step, StepError
from tools.engine.steps.cached import Cached
from tools.engine.steps.go_build import GoBuild
from tools.engine.steps.official import OfficialDownload
from tools.engine.steps.on_path import OnPath

FIND: tuple[Step, ...] = (OnPath(), Cached())
MAKE: tuple[Step, ...] = (OfficialDownload(), GoBuild())

_INSTALL = (
    "Install the Pulumi CLI (https://www.pulumi.com/docs/install/), or Go {go} or newer (https://go.dev/dl/),"
    " put it on PATH, and run this again."
)


def ensure(
    *,
    python: Path | None = None,
    environ: Mapping[str, str] | None = None,
    cache: Path | None = None,
    find: Sequence[Step] = FIND,
    make: Sequence[Step] = MAKE,
    say: Callable[[str], None] | None = None,
) -> Engine:
    """Return a Pulumi CLI that can run Python programs; download or build it if there is none.

    Args:
        python: a Python that has the Pulumi SDK; without it this one, or else that of the checkout's ``.venv``.
        environ: the environment, without it that of this process.
        cache: the folder to keep engines in, without it our own in the user's cache folder.
        find: the ways that take no time.
        make: the ways that put an engine into the cache, tried by one process at a time.
        say: takes a line for the user, without it it goes to standard error.

    Raises:
        EngineError: none of the ways works on this machine.

    """
    environ = os.environ if environ is None else environ
    machine = Machine(
        environ=environ,
        cache=Cache(cache) if cache else Cache.of_the_user(environ),
        python=python.absolute() if python else _python_with_sdk(),
        say=say or _to_standard_error,
    )
    failures: list[str] = []
    held_back: list[str] = []
    engine = _first(find, machine, failures, held_back)
    if engine is None:
        for line in held_back:
            machine.say(line)
        engine = _made(make, machine, failures)
    if engine is None:
        tried = "".join(f"\n  {failure}" for failure in failures)
        raise EngineError(
            f"No Pulumi CLI could be had on this machine. Tried:{tried}\n{_INSTALL.format(go=pins.go_version())}"
        )
    machine.say(f"Engine: {engine}, in {engine.bin}")
    return engine


def _made(make: Sequence[Step], machine: Machine, failures: list[str]) -> Engine | None:
    """Make an engine, unless another process has made it while this one waited."""

    def waiting() -> None:
        machine.say("Waiting for another process that is getting the engine (up to 10 minutes) …")

    try:
        machine.cache.root.mkdir(parents=True, exist_ok=True)
        with locked(machine.cache.lock_file, waiting):
            machine.cache.clear_leftovers()
            return _first([Cached()], machine, [], []) or _first(make, machine, failures, [])
    except OSError as error:
        failures.append(
            f"the cache in {machine.cache.root} can't be used: {error.strerror or error}"
            f"{f' ({error.filename})' if error.filename else ''};"
            " name another folder by the environment variable XDG_CACHE_HOME"
        )
        return None


def _first(steps: Sequence[Step], machine: Machine, failures: list[str], held_back: list[str]) -> Engine | None:
    """Return the engine of the first way that works; say why others don't, or hold it back."""
    engines = (_tried(step, machine, failures, held_back) for step in steps)
    return next((engine for engine in engines if engine), None)


def _tried(step: Step, machine: Machine, failures: list[str], held_back: list[str]) -> Engine | None:
    try:
        return step.engine(machine)
    except StepError as error:
        line = f"{step.name}: {error}"
        failures.append(line)
        if error.expected:
            held_back.append(line)
        else:
            machine.say(line)
        return None


def _python_with_sdk() -> Path:
    """Return this Python if it has the Pulumi SDK, else that of the checkout's virtual environment."""
    if importlib.util.find_spec("pulumi"):
        return Path(sys.executable)
    return pins.CHECKOUT / ".venv" / "bin" / "python"


def _to_standard_error(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
