"""Lookups by name: one request for the list of gateways, however many names a program looks up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from pulumi_coreweave_gateway.emulator import Emulator
from pulumi_coreweave_gateway.errors import (
    APIError,
    AuthenticationError,
    NotFoundError,
    SettingsError,
    WaitError,
)
from pulumi_coreweave_gateway.program.name_lookup import find_by_name, find_by_name_now
from pulumi_coreweave_gateway.program.wait_for_ready import Waiter, WaitForReady
from tests.unit.mocked import outcome

pytestmark = pytest.mark.enable_socket

GATEWAYS = "/v1alpha1/inference/gateways"


@pytest.fixture(name="emulator")
def _emulator(coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """Return an emulator that programs of this process are configured for."""
    for name, value in coreweave_emulator.environ.items():
        monkeypatch.setenv(name, value)
    return coreweave_emulator


def _run(program: Callable[[], Awaitable[Any]]) -> Any:
    """Return the result of a program."""
    return outcome(program, preview=False).value


def _lists(emulator: Emulator) -> int:
    return sum(request.path == GATEWAYS for request in emulator.requests())


async def _find(name: str, *, deferred: bool = False, profile: str = "") -> str:
    return (await find_by_name("lookup 'x'", name, profile, deferred=deferred)).spec.id


def test_one_list_for_the_whole_program(emulator: Emulator) -> None:
    """Names that are looked up at the same time, or later, share one request."""
    wanted = [emulator.add(name=f"gateway-{number}") for number in range(20)]

    async def program() -> list[str]:
        first = await asyncio.gather(*(_find(f"gateway-{number}") for number in range(10)))
        later = [await _find(f"gateway-{number}") for number in range(10, 19)]
        return [*first, *later, find_by_name_now("get_gateway", "gateway-19", "").spec.id]

    assert _run(program) == wanted
    assert (_lists(emulator), len(emulator.requests())) == (1, 1)


def test_one_list_from_many_threads(emulator: Emulator) -> None:
    """Names that are looked up on several threads share one request too."""
    wanted = emulator.add(name="prod")
    emulator.script(delay=0.2, times=None)

    async def program() -> list[str]:
        found: list[str] = []

        def find() -> None:
            found.append(find_by_name_now("get_gateway", "prod", "").spec.id)

        threads = [threading.Thread(target=find) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            await asyncio.to_thread(thread.join)
        return found

    assert set(_run(program)) == {wanted}
    assert _lists(emulator) == 1


def test_each_program_requests_its_own_list(emulator: Emulator) -> None:
    """Programs that one process runs one after another don't share a list."""
    emulator.add(name="staging")
    _run(lambda: _find("staging"))
    wanted = emulator.add(name="prod")
    assert _run(lambda: _find("prod")) == wanted
    assert _lists(emulator) == 2


@pytest.mark.parametrize("replaced", [False, True])
def test_deferred_lookup_finds_a_gateway_of_the_same_program(emulator: Emulator, replaced: bool) -> None:
    """If a deferred lookup finds no gateway, or only one being deleted, a new list is requested."""
    emulator.add(name="staging")
    if replaced:
        emulator.change(emulator.add(name="prod"), status={"status": "STATUS_DELETING"})

    async def program() -> list[str]:
        await _find("staging")
        created = emulator.add(name="prod")
        return [created, *await asyncio.gather(*(_find("prod", deferred=True) for _ in range(5)))]

    created, *found = _run(program)
    assert set(found) == {created}
    assert _lists(emulator) == 2


def test_deferred_lookup_uses_a_list_that_has_its_gateway(emulator: Emulator) -> None:
    """If a deferred lookup finds its gateway, no second list is requested."""
    emulator.add(name="prod")

    async def program() -> str:
        await _find("prod")
        return await _find("prod", deferred=True)

    _run(program)
    assert _lists(emulator) == 1


def test_missing_name_requests_no_second_list(emulator: Emulator) -> None:
    """A lookup that wasn't deferred doesn't request a second list."""

    async def program() -> None:
        for _ in range(3):
            with pytest.raises(NotFoundError):
                await _find("prod")

    _run(program)
    assert _lists(emulator) == 1


def test_cancelled_lookup_does_not_cancel_the_list(emulator: Emulator) -> None:
    """Other lookups get the list that a cancelled one has requested."""
    wanted = emulator.add(name="prod")
    emulator.script(delay=0.2, times=None)

    async def program() -> str:
        cancelled = asyncio.ensure_future(_find("prod"))
        other = asyncio.ensure_future(_find("prod"))
        await asyncio.sleep(0.05)
        cancelled.cancel()
        return await other

    assert _run(program) == wanted
    assert _lists(emulator) == 1


def test_profiles_have_their_own_lists(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is looked up with its profile's token; without one, no request is sent. Errors name the lookup."""
    emulator.add(name="prod")
    with pytest.raises(SettingsError, match=r"^lookup 'x': .*COREWEAVE_EU_API_TOKEN"):
        _run(lambda: _find("prod", profile="eu"))
    assert _lists(emulator) == 0
    monkeypatch.setenv("COREWEAVE_EU_API_TOKEN", "another")
    monkeypatch.setenv("COREWEAVE_EU_API_ENDPOINT", emulator.url)

    async def program() -> None:
        await _find("prod")
        with pytest.raises(AuthenticationError, match=r"^lookup 'x': .*COREWEAVE_EU_API_TOKEN"):
            await _find("prod", profile="eu")

    _run(program)


def test_wait_for_a_name_outlasts_an_outage(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wait reports that the list could not be read, and continues; without a wait that is an error."""
    monkeypatch.setenv("COREWEAVE_LOOKUP_TIMEOUT", "1s")
    wanted = emulator.add(name="prod")
    messages: list[str] = []

    def end_the_outage(message: str) -> None:
        messages.append(message)
        emulator.script(path=GATEWAYS, times=None)

    async def row_log() -> Callable[[str], None]:
        return end_the_outage

    async def program() -> str:
        emulator.script(503, path=GATEWAYS, times=None)
        with pytest.raises(APIError, match=r"^lookup 'x': the list of gateways: "):
            await _find("prod")
        return await Waiter("lookup 'x'", "", WaitForReady(timeout=60, poll_interval=0.1), row_log).find("prod")

    assert _run(program) == wanted
    assert f"gateways can't be listed at the moment: {emulator.url} failed (HTTP 503" in messages[0]


def test_waits_for_a_name_and_for_ready_share_a_timeout(emulator: Emulator) -> None:
    """Both waits share one timeout: a gateway that is listed at its end is read once and not polled."""

    async def row_log() -> Callable[[str], None]:
        return print

    async def program() -> str:
        gateway_id = emulator.add(name="prod", ready=False)
        waiter = Waiter("lookup 'x'", "", WaitForReady(timeout=1, poll_interval=0.1), row_log)
        assert await waiter.find("prod") == gateway_id
        await asyncio.sleep(1)
        with pytest.raises(WaitError, match=r"^lookup 'x': gateway .*: not ready after "):
            await waiter.until_ready(gateway_id)
        return f"{GATEWAYS}/{gateway_id}"

    path = _run(program)
    assert sum(request.path == path for request in emulator.requests()) == 1


def test_wait_for_a_replacement_ends_with_the_timeout(emulator: Emulator) -> None:
    """While several gateways with the name are being deleted, a replacement is waited for until the timeout."""
    for _ in range(2):
        emulator.change(emulator.add(name="prod"), status={"status": "STATUS_DELETING"})
    shown: list[str] = []

    async def row_log() -> Callable[[str], None]:
        return shown.append

    async def program() -> None:
        waiter = Waiter("lookup 'x'", "", WaitForReady(timeout=0.5, poll_interval=0.1), row_log)
        with pytest.raises(WaitError, match="is being deleted, and no other gateway has its name") as caught:
            await waiter.find("prod")
        assert caught.value.status == "STATUS_DELETING"

    _run(program)
    assert shown == ["waiting for STATUS_READY [0s elapsed]: STATUS_DELETING; not replaced yet"]
