"""Programs under ``pulumi.runtime.set_mocks``, where no socket may open."""

from __future__ import annotations

import uuid
from typing import Any

import pulumi
from pulumi.runtime import mocks, settings

GET_GATEWAY = "coreweave:index:getGateway"
"""The token under which ``pulumi.runtime.Mocks.call`` is asked for one gateway."""
GET_GATEWAYS = "coreweave:index:getGateways"
"""The same, for several."""

_NAMESPACE = uuid.UUID("5a0d2c6e-0d0c-5b43-9d1e-3f6c1c7e9b52")


def mocked() -> bool:
    """Tell whether the engine is a mock."""
    return isinstance(settings.get_monitor(), mocks.MockMonitor)


def previewing() -> bool:
    """Tell whether this is a preview, which never waits."""
    return bool(pulumi.runtime.is_dry_run())


def mock_gateway_id(name: str) -> str:
    """Return the id that a gateway looked up by name has under mocks: always the same for the same name."""
    return str(uuid.uuid5(_NAMESPACE, name))


async def call_mock(token: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return what the test's ``Mocks.call`` answers."""
    answer = await pulumi.runtime.invoke_async(token, arguments)
    return dict(answer or {})


def call_mock_now(token: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the same, outside of a coroutine."""
    return dict(pulumi.runtime.invoke(token, arguments).value or {})
