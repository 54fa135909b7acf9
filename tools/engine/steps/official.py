"""The third way: the official download, by the SDK's own installer."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from tools.engine import pins
from tools.engine.cache import Facts
from tools.engine.model import Engine, Machine, StepError
from tools.engine.run import run, version_of

_INSTALLER = Path(__file__).with_name("official_install.py")
_ORIGIN = "official download"


@dataclass(frozen=True)
class OfficialDownload:
    """``PulumiCommand.install`` of the Pulumi SDK, in a Python that has it."""

    reach_seconds: float = 15
    """How long it may take to find out that the server can't be reached."""
    install_seconds: float = 900
    """How long the download may take."""
    name: str = "official download"

    def engine(self, machine: Machine) -> Engine:
        """Download the CLI that belongs to the SDK into the cache."""
        if not os.access(machine.python, os.X_OK):
            raise StepError(f"it needs a Python with the Pulumi SDK, and there is no {machine.python}")
        name, version = pins.official_entry(), pins.sdk_version()
        with machine.cache.stage() as stage:
            environ = {
                **{key: value for key, value in machine.environ.items() if not key.startswith("PULUMI_")},
                "TMPDIR": str(stage.scratch),
                "PULUMI_HOME": str(stage.scratch / "home"),
                "PULUMI_SKIP_UPDATE_CHECK": "true",
            }
            machine.say(f"Asking get.pulumi.com for pulumi v{version} (at most {self.reach_seconds:g} seconds) …")
            run(
                [machine.python, _INSTALLER, "reach"],
                environ=environ,
                cwd=stage.scratch,
                seconds=self.reach_seconds,
                what="reaching get.pulumi.com",
            )
            machine.say(f"Downloading pulumi v{version} from get.pulumi.com (about a minute, once) …")
            run(
                [machine.python, _INSTALLER, "install", stage.entry, version],
                environ=environ,
                cwd=stage.scratch,
                seconds=self.install_seconds,
                what="the installer of the Pulumi SDK",
            )
            missing = [part for part in pins.EXECUTABLES if not os.access(stage.bin / part, os.X_OK)]
            if missing:
                raise StepError(f"what was downloaded has no {' and no '.join(missing)}")
            told = version_of(stage.bin / "pulumi", environ=environ, cwd=stage.scratch)
            stage.publish(name, Facts(told, official_host=True, origin=_ORIGIN, source=""))
        return Engine(machine.cache.bin(name), told, official_host=True, origin=_ORIGIN)
