"""The list of all gateways, which lookups by name and whole fleets ask for: what differs from one gateway."""

from __future__ import annotations

from pulumi_coreweave_gateway.errors import APIError, InvalidResponseError, ServerError

from ..answers import HUGE, MUCH, answers, body, floods, gateway, http, unpacks
from ..model import ONE_TRY, TEN_TRIES, Fault, Start
from ..scenes import served
from .words import AGAIN, CHECK_PROXY, ENDPOINT, NEWER, TRIES


def _answer(value: object) -> Start:
    return served(answers(http(200, body(value))), every=True)


FAULTS = (
    Fault(
        "list-none",
        "The answer holds no list.",
        {
            "text": _answer({"items": "none"}),
            "object": _answer({"items": {"0": gateway()}}),
            "number": _answer({"items": 7}),
            "top-text": _answer("none"),
            "top-number": _answer(7),
        },
        ONE_TRY,
        InvalidResponseError,
        f"the list of gateways: the API's answer holds no list; check {ENDPOINT}",
        requests=1,
    ),
    Fault(
        "list-status",
        "An error's body comes with status 200: it is no empty list.",
        {"": _answer({"code": 16, "message": "who is asking"})},
        ONE_TRY,
        InvalidResponseError,
        "the list of gateways: {endpoint} answered an error as if it were none (HTTP 200, unauthenticated), the server "
        f"says: who is asking; {CHECK_PROXY}",
        requests=1,
    ),
    Fault(
        "list-no-gateway",
        "One item of the list is no gateway.",
        {
            "null": _answer({"items": [gateway(), None]}),
            "text": _answer({"items": [gateway(), "prod"]}),
            "list": _answer([gateway(), [gateway()]]),
        },
        ONE_TRY,
        InvalidResponseError,
        f"the list of gateways, item 1: the API's answer holds no gateway; {NEWER}",
        requests=1,
    ),
    Fault(
        "list-broken-gateway",
        "One gateway of the list breaks the contract.",
        {"": _answer({"items": [gateway(), {"spec": {"name": "prod"}}]})},
        ONE_TRY,
        InvalidResponseError,
        f"the list of gateways, item 1: the API's answer breaks its contract: spec.id: missing; {NEWER}",
        requests=1,
    ),
    Fault(
        "list-404",
        "The list is not found: no gateway is missing, the endpoint is wrong.",
        {"": served(answers(http(404, body({"code": 5, "message": "no such page"}))), every=True)},
        ONE_TRY,
        APIError,
        "the list of gateways: unexpected answer from {endpoint} (HTTP 404, not_found), the server says: no such page; "
        f"{CHECK_PROXY}",
        requests=1,
    ),
    Fault(
        "list-503",
        "The API fails for as long as it is asked for the list.",
        {"": served(answers(http(503)), every=True)},
        TEN_TRIES,
        ServerError,
        f"the list of gateways: {{endpoint}} has failed (HTTP 503, {TRIES}); {AGAIN}",
        requests=10,
    ),
    Fault(
        "list-100-mib",
        "A list of 100 MiB.",
        {
            "announced": served(floods(http(200, b"", length=HUGE)), every=True),
            "not-announced": served(floods(http(200, b"", length=None)), every=True, most_sent=96 * 1024 * 1024),
        },
        ONE_TRY,
        InvalidResponseError,
        "the list of gateways: the answer of {endpoint} is larger than 64 MiB, and was not read; check "
        f"{ENDPOINT}, and for a proxy in the way",
        requests=1,
    ),
    Fault(
        "list-many-values",
        "A list that makes two gigabytes of 62 MiB, by millions of little values: it is not parsed.",
        {
            # Of the body itself there are twice 62 MiB, while its pieces are put together.
            "": served(
                unpacks(62 * 1024 * 1024, b'{"items":[', b"[],", b"[]]}"),
                every=True,
                most_memory=4 * MUCH + MUCH,
                most_time=2.0,
            )
        },
        ONE_TRY,
        InvalidResponseError,
        "the list of gateways: the answer of {endpoint} holds more than 2,000,000 JSON values, and was not parsed; "
        f"check {ENDPOINT}, and for a proxy in the way",
        requests=1,
    ),
)
