"""Many reads from an API that allows two requests a second, ten times each, and a thousand lookups in one program."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.engine import Engine
from tools.sandbox import sandbox_environment

from tests.soak.limited_api import LimitedApi
from tests.stack.project import YES, Project, said

_HEAD = "import pulumi\nfrom pulumi_coreweave_gateway import GatewayLookup, GatewaysLookup, get_gateway_output\n"
_EACH = "pulumi.export('found', [{} for n, gateway_id in enumerate({!r})])\n"
_FLEET = "pulumi.export('found', fleet.gateways.apply(lambda all: [one.gateway_id for one in all]))\n"
PROGRAMS = {
    "60 lookups": (60, "GatewayLookup(f'gw-{n}', gateway_id=gateway_id).id"),
    "60 names": (60, "GatewayLookup(f'gw-{n}', gateway_name=f'gw-{n}').id"),
    "60 functions": (60, "get_gateway_output(gateway_id).gateway_id"),
    "fleet of 300": (300, ""),
    "fleet of 300 without the list": (300, ""),
}
"""The number of gateways, and the expression for each of them."""


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("time", range(10))
@pytest.mark.timeout(600)
def test_rate_limit_delays_reads_and_fails_none(program: str, time: int, engine: Engine, tmp_path: Path) -> None:
    """With a lookupTimeout that allows for it, every gateway is read, and few requests exceed the limit."""
    count, expression = PROGRAMS[program]
    with LimitedApi(count, rate=2, list_allowed="without" not in program) as api:
        settings = {**api.environ, "COREWEAVE_LOOKUP_TIMEOUT": "5m"}
        project = Project(tmp_path / "project", sandbox_environment(tmp_path / "pulumi", engine.bin, settings))
        fleet = f"fleet = GatewaysLookup('fleet', gateway_ids={api.ids!r})\n" + _FLEET
        project.program(_HEAD + (_EACH.format(expression, api.ids) if expression else fleet))
        done = project.cli("up", *YES, "--suppress-progress")
        assert done.returncode == 0, said(done)[-5000:]
        assert project.outputs()["found"] == api.ids
        assert api.rejected < 2 * len(api.ids)


@pytest.mark.timeout(600)
def test_thousand_lookups_beside_another_provider(engine: Engine, tmp_path: Path) -> None:
    """1,000 lookups and a dynamic resource of the user's own work in one program, on at most 16 connections."""
    with LimitedApi(1000, rate=10_000) as api:
        project = Project(tmp_path / "project", sandbox_environment(tmp_path / "pulumi", engine.bin, api.environ))
        project.program(
            f"""{_HEAD}
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

LIMITS = {{"most": 3}}

class WidgetProvider(ResourceProvider):
    def create(self, props):
        return CreateResult("widget", {{**props, **LIMITS}})

class Widget(Resource):
    most: pulumi.Output[int]

    def __init__(self, name):
        super().__init__(WidgetProvider(), name, {{"most": None}})

for n, gateway_id in enumerate({api.ids!r}):
    lookup = GatewayLookup(f"lookup-{{n}}", gateway_id=gateway_id)
pulumi.export("last", lookup.name)
pulumi.export("most", Widget("after all of them").most)
"""
        )
        done = project.cli("up", *YES, "--suppress-progress", "--parallel", "64")
        assert done.returncode == 0, said(done)[-5000:]
        assert project.outputs() == {"last": "gw-999", "most": 3}
        assert (len(api.requests), api.rejected) == (1000, 0)
        assert api.connections <= 16
