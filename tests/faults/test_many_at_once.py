"""Many lookups at once, on few connections, at a server that does not answer."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from pulumi_coreweave_gateway.client import GatewayClient
from pulumi_coreweave_gateway.config import resolve_settings
from pulumi_coreweave_gateway.errors import DeadlineExceededError, GatewayError

from .answers import ID
from .hostile import Visit
from .model import Scene
from .scenes import at, deaf, served

LOOKUPS = 80
TIMES = {"COREWEAVE_HTTP_TIMEOUT": "0.3", "COREWEAVE_LOOKUP_TIMEOUT": "0.4"}
SLACK = 3.0
"""Seconds for a busy machine: half of what the lookups would take one after another on four connections."""


def _silent() -> AbstractContextManager[Scene]:
    def behave(visit: Visit) -> None:
        visit.request()
        visit.hold()

    return served(behave, environ=TIMES)()


@contextlib.contextmanager
def _deaf() -> Iterator[Scene]:
    with deaf() as port:
        yield at(f"http://127.0.0.1:{port}", TIMES)


@pytest.mark.parametrize("start", [_silent, _deaf], ids=["silent", "deaf"])
def test_none_takes_longer_than_alone(start: Callable[[], AbstractContextManager[Scene]]) -> None:
    """Eighty lookups that share four connections all end with their own deadline: none waits for the others first."""
    ends: list[tuple[float, GatewayError]] = []
    with start() as scene, GatewayClient(resolve_settings(scene.config.get, scene.environ), connections=4) as client:

        def look_up() -> None:
            begun = time.monotonic()
            try:
                client.get(ID)
            except GatewayError as error:
                ends.append((time.monotonic() - begun, error))

        threads = [threading.Thread(target=look_up) for _ in range(LOOKUPS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(ends) == LOOKUPS
    assert {type(error) for _, error in ends} == {DeadlineExceededError}
    assert max(taken for taken, _ in ends) < 0.4 + SLACK
