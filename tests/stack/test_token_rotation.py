"""A token in the stack configuration that was rotated: which commands still use the old one, and the ways out."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.engine import Engine
from tools.sandbox import sandbox_environment

from tests.integration.faults.hostile import HostileServer, Visit
from tests.integration.faults.responses import ID, body, http
from tests.stack.project import Project, said

_PROGRAM = f"""
from pulumi_coreweave_gateway import GatewayLookup
GatewayLookup("prod", gateway_id={ID!r})
"""
_KEY = "coreweave-gateway:token"
_UP = ("up", "--yes", "--skip-preview")
_REFRESH = ("refresh", "--yes", "--skip-preview")


@pytest.mark.parametrize("always", [False, True], ids=["refresh flag", "refresh always"])
def test_remedies_after_a_token_rotation(always: bool, engine: Engine, tmp_path: Path) -> None:
    """A refresh uses the old token until one of the remedies that the error names is applied."""
    valid = ["old-token"]

    def api(visit: Visit) -> None:
        ok = f"Authorization: Bearer {valid[-1]}".encode() in visit.request()
        visit.send(http(200, body()) if ok else http(401, body({"code": 16, "message": "unknown token"})))

    with HostileServer(api) as server:
        environ = dict(sandbox_environment(tmp_path / "pulumi", engine.bin, {}))
        environ["COREWEAVE_API_ENDPOINT"] = f"http://127.0.0.1:{server.port}"
        project = Project(tmp_path / "project", environ)
        project.program(_PROGRAM)
        if always:
            settings = tmp_path / "project" / "Pulumi.yaml"
            settings.write_text(settings.read_text() + "\noptions:\n  refresh: always\n")

        def run(*command: str) -> str:
            """Run a command, and return what it printed if it failed."""
            done = project.cli(*command)
            return said(done) if done.returncode else ""

        assert run("config", "set", "--secret", _KEY, "old-token") == ""
        assert run(*_UP) == ""
        valid.append("new-token")
        assert run("config", "set", "--secret", _KEY, "new-token") == ""

        refreshing = (_UP,) if always else (_REFRESH, (*_UP, "--refresh"))
        for command in refreshing:
            assert "run `pulumi up --refresh=false` once, or set COREWEAVE_API_TOKEN" in run(*command)
        assert run(*_REFRESH, "--run-program") == ""
        project.environ["COREWEAVE_API_TOKEN"] = "new-token"
        assert run(*_REFRESH) == ""
        del project.environ["COREWEAVE_API_TOKEN"]
        assert run(*_UP, "--refresh=false") == ""
        for command in refreshing:
            assert run(*command) == ""
