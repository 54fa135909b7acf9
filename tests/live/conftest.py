"""Live tests: opt-in, against the API that the developer's own settings name."""

import os
from pathlib import Path

import pytest
from tools.engine import ensure
from tools.sandbox import sandbox_environment

from tests.api_bodies import Target
from tests.conftest import SETTINGS_FROM_OUTSIDE
from tests.stack.project import Project

_SETTINGS = ("COREWEAVE_", "CW_API_TOKEN")


@pytest.fixture
def target(request: pytest.FixtureRequest) -> Target:
    """Return the real API and the gateway to look up."""
    outside = request.config.stash[SETTINGS_FROM_OUTSIDE]
    token = outside.get("COREWEAVE_API_TOKEN") or outside.get("CW_API_TOKEN")
    gateway_id = outside.get("GATEWAY_ID", "").strip().lower()
    if not (token and gateway_id):
        pytest.skip("live tests need COREWEAVE_API_TOKEN (or CW_API_TOKEN) and GATEWAY_ID of a gateway it may read")
    return Target({name: value for name, value in outside.items() if name.startswith(_SETTINGS)}, gateway_id)


@pytest.fixture
def project(target: Target, tmp_path: Path) -> Project:
    """Return an empty project that has the developer's settings."""
    environ = sandbox_environment(tmp_path / "pulumi", ensure().bin, target.environ, os.environ)
    return Project(tmp_path / "project", environ)
