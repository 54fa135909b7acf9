"""Recipes of ``docs/recipes`` on the real engine; tests/unit has the others."""

import shutil

from tools.sandbox import CHECKOUT

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import Project

RECIPES = CHECKOUT / "docs" / "recipes"


def test_created_here(project: Project, coreweave_emulator: Emulator) -> None:
    """Up creates the gateway, waits for it and reads it."""
    gateway_id = coreweave_emulator.add(name="prod", ready=False)
    coreweave_emulator.become_ready(gateway_id, after_reads=1)
    project.configure(gatewayId=gateway_id)
    shutil.copy(RECIPES / "inference_gateway.py", project.folder)
    project.program((RECIPES / "created_here.py").read_text())
    assert project.up() == {"base_url": f"https://api.{gateway_id}.gw.cwinference.com/v1"}


def test_fallback(project: Project, coreweave_emulator: Emulator) -> None:
    """A program goes on with another gateway if the first one doesn't exist."""
    coreweave_emulator.add(name="prod")
    project.program((RECIPES / "fallback.py").read_text())
    assert project.up() == {"used": "prod"}
