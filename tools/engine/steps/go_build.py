"""The last way: the CLI built from source, with the fallback language host beside it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.engine import pins
from tools.engine.cache import Facts, Stage, remove
from tools.engine.model import Engine, Machine, StepError
from tools.engine.run import run, version_of
from tools.engine.steps import host_python

_ORIGIN = "built from source"


@dataclass(frozen=True)
class GoBuild:
    """``go build`` of the committed module, for where only package mirrors can be reached."""

    build_seconds: float = 5400
    """How long the build may take: ten times what it takes on two cores."""
    name: str = "go build"

    def engine(self, machine: Machine) -> Engine:
        """Build the CLI into the cache; one that was built before with another host is taken as it is."""
        name, version, source = pins.built_entry(), pins.built_version(), pins.source_digest()
        with machine.cache.stage() as stage:
            finished = machine.cache.same_source(source)
            environ = {**machine.environ, "TMPDIR": str(stage.scratch)}
            go = None if finished else _Go.of(machine, stage)
            host_python.make(machine, stage, environ)
            _copy_host(stage.bin)
            if finished:
                machine.say(f"Taking the pulumi {version} that was built before; the host beside it is new.")
                _link(finished, stage.bin / "pulumi")
            if go:
                machine.say(
                    f"Building pulumi {version} from source with {go.version}"
                    " (8 to 10 minutes on two cores, once; then it is cached) …"
                )
                go.build(stage.bin / "pulumi", seconds=self.build_seconds)
            told = version_of(stage.bin / "pulumi", environ=environ, cwd=stage.scratch)
            stage.publish(name, Facts(told, official_host=False, origin=_ORIGIN, source=source))
        # Until here an interrupted build goes on from the modules and packages that it has; they take 2 GB.
        remove(machine.cache.root / "go")
        return Engine(machine.cache.bin(name), told, official_host=False, origin=_ORIGIN)


@dataclass(frozen=True)
class _Go:
    """The Go that builds, and the environment it does so in."""

    command: str
    version: str
    environ: Mapping[str, str]
    scratch: Path

    @classmethod
    def of(cls, machine: Machine, stage: Stage) -> _Go:
        """Return the user's Go if it can build the module."""
        wanted = f"install Go {pins.go_version()} or newer"
        command = shutil.which("go", path=machine.environ.get("PATH", ""))
        if not command:
            raise StepError(f"there is no `go` on PATH; {wanted}")
        environ = {**machine.environ, **_without_traces(machine.environ, stage)}
        asked = [command, "env", "GOVERSION", "GOPROXY", "GOMODCACHE"]
        said = run(asked, environ=environ, cwd=stage.scratch, seconds=60, what=f"`{command} env`")
        version, proxy, modules, *_ = [*said.splitlines(), "", "", ""]
        if version.startswith("go") and _numbers(version) < _numbers(pins.go_version()):
            raise StepError(f"{command} is {version}; {wanted}")
        if modules:
            # What the user's Go has downloaded before needn't be downloaded again.
            proxy = f"{Path(modules, 'cache', 'download').as_uri()},{proxy or 'https://proxy.golang.org,direct'}"
            environ["GOPROXY"] = proxy
        go_path = machine.cache.root / "go"
        environ.update(
            CGO_ENABLED="0",
            GOFLAGS="-modcacherw",
            GOCACHE=str(go_path / "build"),
            GOPATH=str(go_path),
            GOMODCACHE=str(go_path / "mod"),
            GOTMPDIR=str(stage.scratch),
            GOWORK="off",
        )
        for cross_compiling in ("GOOS", "GOARCH"):
            environ.pop(cross_compiling, None)
        return cls(command, version, environ, stage.scratch)

    def build(self, target: Path, *, seconds: float) -> None:
        """Build the CLI."""
        flags = ["-trimpath", "-ldflags", pins.linker_flags(), "-o", str(target)]
        command = [self.command, "build", *flags, pins.CLI_PACKAGE]
        run(command, environ=self.environ, cwd=pins.BUILD, seconds=seconds, what="`go build`")


def _without_traces(environ: Mapping[str, str], stage: Stage) -> dict[str, str]:
    """Return settings by which Go writes nothing outside the cache: no telemetry, and no toolchain of its own."""
    settings = {"GOTOOLCHAIN": "local", "TMPDIR": str(stage.scratch)}
    if sys.platform != "darwin":
        config = environ.get("XDG_CONFIG_HOME") or str(Path(environ.get("HOME") or Path.home()) / ".config")
        settings["GOENV"] = environ.get("GOENV") or str(Path(config, "go", "env"))
        settings["XDG_CONFIG_HOME"] = str(stage.scratch / "config")
    return settings


def _copy_host(target: Path) -> None:
    for file in pins.host_files():
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(pins.HOST_FILES / file, target / file)
    missing = [part for part in pins.EXECUTABLES[1:] if not os.access(target / part, os.X_OK)]
    if missing:
        raise StepError(f"this checkout is incomplete: {pins.HOST_FILES} has no {' and no '.join(missing)}")


def _link(finished: Path, target: Path) -> None:
    """Give a file a second name; it is 110 MB, and never written to again."""
    with contextlib.suppress(OSError):
        os.link(finished, target)
        return
    shutil.copy2(finished, target)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])
