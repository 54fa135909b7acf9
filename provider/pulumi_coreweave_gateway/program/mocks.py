"""Functions under ``pulumi.runtime.set_mocks``, where no request is sent."""

from __future__ import annotations

import uuid
from typing import Any

import pulumi

from ..pulumi_internals import current_mocks

GET_GATEWAY = "coreweave:index:getGateway"
"""The token with which ``get_gateway`` calls ``pulumi.runtime.Mocks.call``."""
GET_GATEWAYS = "coreweave:index:getGateways"
"""The token with which ``get_gateways`` does."""
GET_DEPLOYMENTS = "coreweave:index:getDeployments"
"""The token with which ``get_deployments`` does."""

_NAMESPACE = uuid.UUID("5a0d2c6e-0d0c-5b43-9d1e-3f6c1c7e9b52")


def mock_gateway_id(name: str) -> str:
    """Return the ID of a mocked gateway, always the same for the same name."""
    return str(uuid.uuid5(_NAMESPACE, name))


def call_mock(token: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the result of the test's ``Mocks.call``.

    Not by ``pulumi.runtime.invoke``: the SDK keeps an error of a call, and fails the test although the program catches
    it.
    """
    answer: Any = current_mocks().call(pulumi.runtime.MockCallArgs(token=token, args=arguments, provider=""))
    return dict((answer[0] if isinstance(answer, tuple) else answer) or {})
