"""Ids that are none: nothing is sent."""

from __future__ import annotations

from pulumi_coreweave_gateway.errors import InvalidArgumentError

from ..answers import ID, TOKEN, healthy
from ..model import AT_ONCE, ONE_TRY, Fault
from ..scenes import served

_NOT = "is not a gateway's UUID (such as 6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411); a gateway's name is not its id"


def _row(fault: str, what: str, given: str, shown: str) -> Fault:
    return Fault(
        f"id-{fault}",
        what,
        {"": served(healthy, gateway_id=given)},
        AT_ONCE,
        InvalidArgumentError,
        f"gateway_id: {shown} {_NOT}",
    )


def _type(name: str, given: object) -> Fault:
    return Fault(
        f"id-{name.lower()}",
        f"The id is of the type `{name}`.",
        {"": served(healthy, gateway_id=given)},
        AT_ONCE,
        InvalidArgumentError,
        f"gateway_id: expected a gateway's UUID as a str, not {name}",
    )


FAULTS = (
    _row("empty", "The id is empty.", "", "''"),
    _row("space", "The id is white space.", "  ", "'  '"),
    _row("name", "A gateway's name is taken for its id.", "prod", "'prod'"),
    _row("space-before", "A space stands before the id.", f" {ID}", f"' {ID}'"),
    _row("space-after", "A space stands after the id.", f"{ID} ", f"'{ID} '"),
    _row("newline", "A line break stands after the id.", f"{ID}\n", rf"'{ID}\n'"),
    _row("header", "The id brings a header along.", f"{ID}\r\nX-Evil: 1", rf"'{ID}\r\nX-Evil: 1'"),
    _row("zero-byte", "A zero byte stands after the id.", f"{ID}\x00", rf"'{ID}\x00'"),
    _row("parent", "The id leads to another path.", "../parameters", "'../parameters'"),
    _row("parent-after", "The id goes on to another path.", f"{ID}/../x", f"'{ID}/../x'"),
    _row("slash", "The id ends in a slash.", f"{ID}/", f"'{ID}/'"),
    _row("encoded", "The id leads to another path, encoded.", "%2e%2e%2fparameters", "'%2e%2e%2fparameters'"),
    _row("encoded-dot", "An encoded dot stands after the id.", f"{ID}%2e", f"'{ID}%2e'"),
    _row("query", "A query stands after the id.", f"{ID}?all=1", f"'{ID}?all=1'"),
    _row("fragment", "A fragment stands after the id.", f"{ID}#a", f"'{ID}#a'"),
    _row("url", "The id is a whole URL.", "https://a.example/", "'https://a.example/'"),
    _row("unicode", "The id is in another script.", "名前", r"'\u540d\u524d'"),
    _row("digits", "A digit of the id is one of another script.", ID.replace("6", "٦", 1), rf"'\u0666{ID[1:]}'"),
    _row(
        "dashes", "The dashes of the id are typographic.", ID.replace("-", "\u2010"), ascii(ID.replace("-", "\u2010"))
    ),
    _row("direction", "The id turns the direction of writing.", "\u202eprod", r"'\u202eprod'"),
    _row("escape", "The id holds commands for a terminal.", "\x1b[31mprod", r"'\x1b[31mprod'"),
    _row("half-pair", "The id holds half a surrogate pair.", "\ud800", r"'\ud800'"),
    _row("no-dashes", "The id has no dashes.", ID.replace("-", ""), f"'{ID.replace('-', '')}'"),
    _row("braces", "The id stands in braces.", f"{{{ID}}}", f"'{{{ID}}}'"),
    _row("urn", "The id is a URN.", f"urn:uuid:{ID}", f"'urn:uuid:{ID}'"),
    _row("short", "A digit is missing.", ID[:-1], f"'{ID[:-1]}'"),
    _row("long", "There is a digit too many.", f"{ID}0", f"'{ID}0'"),
    _row("10-kb", "The id has ten thousand characters.", "6" * 10_000, f"'{'6' * 60}'… (10000 characters)"),
    _row("quotes", "The id holds quotes.", "it's", '"it\'s"'),
    _type("NoneType", None),
    _type("int", 7),
    _type("bool", True),
    _type("bytes", ID.encode()),
    _type("list", [ID]),
    _type("dict", {"id": ID, "token": TOKEN}),
    Fault(
        "id-in-capitals",
        "The id is in capitals: it is the same gateway.",
        {"upper": served(healthy, gateway_id=ID.upper()), "mixed": served(healthy, gateway_id=ID.title())},
        ONE_TRY,
        requests=1,
    ),
)
