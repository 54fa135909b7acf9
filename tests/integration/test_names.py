"""From a gateway's name to the gateway: one list call for the whole program."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from pulumi_coreweave_gateway.emulator import Emulator, sample_gateway
from pulumi_coreweave_gateway.errors import (
    AmbiguousNameError,
    AuthenticationError,
    NameNotFoundError,
    SettingsError,
)
from pulumi_coreweave_gateway.program.name_lookup import find_by_name, find_by_name_now
from tests.unit.mocked import outcome

# An emulator on this machine is asked.
pytestmark = pytest.mark.enable_socket

GATEWAYS = "/v1alpha1/inference/gateways"


@pytest.fixture(name="emulator")
def _emulator(coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """Return an emulator that programs of this process ask."""
    for name, value in coreweave_emulator.environ.items():
        monkeypatch.setenv(name, value)
    return coreweave_emulator


def _run(program: Callable[[], Awaitable[Any]]) -> Any:
    """Return what a program of its own comes to."""
    return outcome(program, preview=False).value


def _lists(emulator: Emulator) -> int:
    return emulator.counts().by_path.get(GATEWAYS, 0)


async def _find(name: str, *, deferred: bool = False, profile: str = "") -> str:
    return (await find_by_name("lookup 'x'", name, profile, deferred=deferred)).spec.id


def test_found(emulator: Emulator) -> None:
    """The one gateway with a name is found."""
    emulator.add(name="staging")
    wanted = emulator.add(name="prod")
    assert _run(lambda: _find("prod")) == wanted


@pytest.mark.parametrize("name", ["prod", "Prod ", "pröd ☃", "p*"])
def test_letter_for_letter(emulator: Emulator, name: str) -> None:
    """A name is compared to the letter: no case is ignored, no wildcard read, nothing cut off."""
    for other in ("Prod", "prod-2", "pro"):
        emulator.add(name=other)
    wanted = emulator.add(name=name)
    assert _run(lambda: _find(name)) == wanted


def test_one_list_for_the_whole_program(emulator: Emulator) -> None:
    """However many names a program looks up, at once or later, the API is asked for one list."""
    wanted = [emulator.add(name=f"gateway-{number}") for number in range(20)]

    async def program() -> list[str]:
        first = await asyncio.gather(*(_find(f"gateway-{number}") for number in range(10)))
        later = [await _find(f"gateway-{number}") for number in range(10, 19)]
        return [*first, *later, find_by_name_now("get_gateway", "gateway-19", "").spec.id]

    assert _run(program) == wanted
    assert (_lists(emulator), emulator.counts().requests) == (1, 1)


def test_one_list_from_many_threads(emulator: Emulator) -> None:
    """Nor does a program that asks from threads of its own ask for more."""
    wanted = emulator.add(name="prod")
    emulator.switch(latency=0.2)

    async def program() -> list[str]:
        found: list[str] = []

        def ask() -> None:
            found.append(find_by_name_now("get_gateway", "prod", "").spec.id)

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            await asyncio.to_thread(thread.join)
        return found

    assert set(_run(program)) == {wanted}
    assert _lists(emulator) == 1


def test_each_program_has_a_list_of_its_own(emulator: Emulator) -> None:
    """A process that runs one program after another shows each the gateways of its own time."""
    emulator.add(name="staging")
    _run(lambda: _find("staging"))
    wanted = emulator.add(name="prod")
    assert _run(lambda: _find("prod")) == wanted
    assert _lists(emulator) == 2


def test_made_by_the_same_program(emulator: Emulator) -> None:
    """A lookup that waited for something finds a gateway that was made after the list was asked for."""
    emulator.add(name="staging")

    async def program() -> list[str]:
        await _find("staging")
        made = emulator.add(name="prod")
        return [made, *await asyncio.gather(*(_find("prod", deferred=True) for _ in range(5)))]

    made, *found = _run(program)
    assert set(found) == {made}
    assert _lists(emulator) == 2


def test_no_second_look_without_need(emulator: Emulator) -> None:
    """One that waited, but stands in the list that there is, costs no second one."""
    emulator.add(name="prod")

    async def program() -> str:
        await _find("prod")
        return await _find("prod", deferred=True)

    _run(program)
    assert _lists(emulator) == 1


def test_no_second_look_for_one_that_did_not_wait(emulator: Emulator) -> None:
    """A name that isn't there, and of which nothing was waited for, isn't asked for again."""

    async def program() -> None:
        for _ in range(3):
            with pytest.raises(NameNotFoundError):
                await _find("prod")

    _run(program)
    assert _lists(emulator) == 1


def test_given_up_by_one(emulator: Emulator) -> None:
    """A lookup that is given up takes the list from nobody else."""
    wanted = emulator.add(name="prod")
    emulator.switch(latency=0.2)

    async def program() -> str:
        given_up = asyncio.ensure_future(_find("prod"))
        other = asyncio.ensure_future(_find("prod"))
        await asyncio.sleep(0.05)
        given_up.cancel()
        return await other

    assert _run(program) == wanted
    assert _lists(emulator) == 1


def test_profiles_have_lists_of_their_own(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is looked up in its own organization; without a token for that, nothing is asked."""
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


class TestNotFound:
    """A name that no gateway has."""

    def test_near_names_are_shown(self, emulator: Emulator) -> None:
        """Whoever mistyped a name sees those that are like it, with all that is needed to choose."""
        emulator.add(name="prod-eu", zone="EU-SOUTH-01A")
        emulator.add(name="prod-us", ready=False)
        emulator.add(name="zzz")
        with pytest.raises(NameNotFoundError) as caught:
            _run(lambda: _find("prod-ue"))
        message = str(caught.value)
        assert message.startswith("lookup 'x': no gateway has the name 'prod-ue'; the token sees 3: ")
        assert "EU-SOUTH-01A, STATUS_READY)" in message
        assert "US-EAST-04A, STATUS_CREATING)" in message
        assert message.index("EU-SOUTH-01A") < message.index("'zzz'"), "the nearest come first"
        assert message.endswith("STATUS_READY)"), "a few are all shown"

    def test_near_names_among_many(self, emulator: Emulator) -> None:
        """Among many, those that are like it are shown alone, and how many more there are."""
        emulator.add(name="prod-eu")
        for number in range(15):
            emulator.add(name=f"zzz{number}")
        with pytest.raises(NameNotFoundError) as caught:
            _run(lambda: _find("prod-ue"))
        assert "zzz" not in str(caught.value)
        assert str(caught.value).endswith(" and 15 more")

    def test_without_near_names(self, emulator: Emulator) -> None:
        """Where none is like it, the first ones are shown, and how many more there are."""
        for number in range(15):
            emulator.add(name=f"gateway-{number:02}")
        with pytest.raises(NameNotFoundError) as caught:
            _run(lambda: _find("xyz"))
        message = str(caught.value)
        assert [f"'gateway-{number:02}'" in message for number in range(15)] == [True] * 10 + [False] * 5
        assert message.endswith(" and 5 more")

    def test_no_gateway_at_all(self, emulator: Emulator) -> None:
        """A token that sees nothing may be the wrong one, and the message says so."""
        with pytest.raises(NameNotFoundError, match="the token sees no gateway at all"):
            _run(lambda: _find("prod"))

    def test_strange_values_on_one_line(self, emulator: Emulator) -> None:
        """Whatever the names and zones of gateways hold, the message is one printable line of bounded length."""
        strange = "\x1b[31m\nevil\u202e"
        for number in range(3):
            emulator.add(name=f"{strange}{number}" + "x" * 1000, zone=f"{strange}" + "z" * 1000)
        with pytest.raises(NameNotFoundError) as caught:
            _run(lambda: _find("prod"))
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 2500


def test_ambiguous(emulator: Emulator) -> None:
    """Several gateways of one name are told apart in the message, so that one can be chosen by its id."""
    ids = sorted(emulator.add(name="prod", zone=zone) for zone in ("A", "B"))
    emulator.add(name="other")
    with pytest.raises(AmbiguousNameError) as caught:
        _run(lambda: _find("prod"))
    message = str(caught.value)
    assert message.startswith("lookup 'x': 2 gateways have the name 'prod': ")
    assert message.index(ids[0]) < message.index(ids[1])
    assert "other" not in message
    assert message.endswith("; look one of them up by its ID")


def test_very_many_of_one_name(emulator: Emulator) -> None:
    """A message doesn't grow with their number."""
    emulator.replace([sample_gateway(f"0d9b6c0e-52f4-4f0a-8a43-{number:012x}", name="prod") for number in range(50)])
    with pytest.raises(AmbiguousNameError, match=r"50 gateways have the name 'prod': .* and 40 more; look one"):
        _run(lambda: _find("prod"))
