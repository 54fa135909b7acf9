"""Resolution of a gateway's name in a list of gateways."""

from __future__ import annotations

import pytest

from pulumi_coreweave_gateway.client.models import Gateway, Listing, parse_gateway
from pulumi_coreweave_gateway.errors import AmbiguousNameError, NotFoundError
from pulumi_coreweave_gateway.gateways.names import resolve_unique

READY = "STATUS_READY"


def _gateways(*names: str, zone: str = "US-EAST-04A", status: str = READY, first: int = 0) -> tuple[Gateway, ...]:
    return tuple(
        parse_gateway({"spec": {"id": _id(first + index), "name": name, "zones": [zone]}, "status": {"status": status}})
        for index, name in enumerate(names)
    )


def _id(number: int) -> str:
    return f"0d9b6c0e-52f4-4f0a-8a43-{number:012}"


def _not_found(name: str, gateways: tuple[Gateway, ...]) -> str:
    with pytest.raises(NotFoundError) as caught:
        resolve_unique("lookup 'x'", name, Listing(gateways))
    assert str(caught.value).isprintable()
    return str(caught.value)


@pytest.mark.parametrize("name", ["prod", "Prod ", "pröd ☃", "p*"])
def test_name_must_match_exactly(name: str) -> None:
    """Names are case-sensitive, and neither patterns nor prefixes."""
    gateways = _gateways("Prod", "prod-2", "pro", name)
    assert resolve_unique("lookup 'x'", name, Listing(gateways)) is gateways[-1]


def test_deleting_gateway_is_ignored_if_another_has_the_name() -> None:
    """A gateway that is being deleted is found only if no other gateway has its name."""
    old, new = _gateways("prod", status="STATUS_DELETING"), _gateways("prod", first=1)
    assert resolve_unique("lookup 'x'", "prod", Listing((*old, *new))) is new[0]
    assert resolve_unique("lookup 'x'", "prod", Listing(old)) is old[0]
    assert resolve_unique(
        "lookup 'x'", "prod", Listing(_gateways("prod", "prod", status="STATUS_DELETING"))
    ).spec.id == _id(0)


def test_similar_names_come_first() -> None:
    """The error lists a few gateways completely, similar names first, each with its ID, zone and status."""
    eu = _gateways("prod-eu", zone="EU-SOUTH-01A", status="STATUS_CREATING", first=1)
    assert _not_found("prod-ue", (*_gateways("zzz"), *eu)) == (
        "lookup 'x': no gateway has the name 'prod-ue'; gateways visible to the token: "
        f"'prod-eu' ({_id(1)}, EU-SOUTH-01A, STATUS_CREATING), 'zzz' ({_id(0)}, US-EAST-04A, STATUS_READY)"
    )


def test_only_similar_names_of_many_are_listed() -> None:
    """If there are many gateways, the error lists those with similar names, and counts the others."""
    message = _not_found("prod-ue", _gateways("prod-eu", *(f"zzz{number}" for number in range(15))))
    assert "zzz" not in message
    assert message.endswith(" and 15 more")


def test_first_names_of_many_are_listed_if_none_is_similar() -> None:
    """Without a similar name, the error lists the first ten."""
    message = _not_found("xyz", _gateways(*(f"gateway-{number:02}" for number in range(15))))
    assert [f"'gateway-{number:02}'" in message for number in range(15)] == [True] * 10 + [False] * 5
    assert message.endswith(" and 5 more")


def test_empty_list_suggests_another_organization() -> None:
    """If no gateway is visible, the error says that the token may belong to another organization."""
    assert _not_found("prod", ()).endswith("the token can't see any gateways; it may belong to another organization")


def test_message_is_one_short_line() -> None:
    """Names and zones in the message are shortened and have no control characters."""
    strange = "\x1b[31m\nevil\u202e"
    names = (f"{strange}{number}{'x' * 1000}" for number in range(3))
    assert len(_not_found("prod", _gateways(*names, zone=f"{strange}{'z' * 1000}"))) < 2500


def test_ambiguous_name_lists_its_gateways() -> None:
    """The error lists the gateways with the name by ID, at most ten of them."""
    with pytest.raises(AmbiguousNameError) as caught:
        resolve_unique(
            "lookup 'x'", "prod", Listing((*_gateways("prod", "other"), *_gateways("prod", zone="B", first=2)))
        )
    assert str(caught.value) == (
        f"lookup 'x': 2 gateways have the name 'prod': 'prod' ({_id(0)}, US-EAST-04A, STATUS_READY), "
        f"'prod' ({_id(2)}, B, STATUS_READY); look one of them up by its ID"
    )
    with pytest.raises(AmbiguousNameError, match=r"50 gateways have the name 'prod': .* and 40 more; look one"):
        resolve_unique("lookup 'x'", "prod", Listing(_gateways(*["prod"] * 50)))
