"""Hypothesis strategies: any JSON, and gateways in every form that proto3 JSON allows."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

STEADY = settings(derandomize=True, deadline=None, database=None)
"""The same examples in every run, without a time limit."""

STATUSES = ("UNSPECIFIED", "CREATING", "UPDATING", "DELETING", "ERROR", "FAILED", "READY")
FIELDS = (
    *("gateway", "items", "spec", "status", "id", "name", "organizationId", "zones", "coreWeaveAuth", "apiKey"),
    *("weightsAndBiasesAuth", "serverUrl", "enableUsageReports", "enableRateLimiting", "endpointConfiguration"),
    *("additionalDns", "bodyBasedRouting", "apiType", "headerBasedRouting", "headerName", "pathBasedRouting"),
    *("endpoints", "conditions", "type", "reason", "message", "zone", "lastUpdateTime", "createdAt", "updatedAt"),
    *("code", "details"),
)

ids = st.uuids().map(str)
_characters = st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"])
"""Without those that are replaced when a response is parsed."""
texts = st.text(_characters, max_size=20)
full_texts = st.text(_characters, min_size=1, max_size=20)
any_texts = st.text(max_size=20) | st.text(st.characters(categories=["Cs"]), min_size=1, max_size=2)
"""Including halves of surrogate pairs, which JSON can encode."""

any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_texts | st.sampled_from(FIELDS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS) | any_texts, inner, max_size=6),
    max_leaves=20,
)

_two = st.integers(0, 99).map("{:02}".format)
times = st.builds(
    lambda moment, fraction, zone: f"{moment:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + fraction + zone,
    st.datetimes(),
    st.just("") | st.from_regex(r"\.[0-9]{1,9}", fullmatch=True),
    st.sampled_from(["Z", "z", "+00:00", "-23:59", "+05:30"]),
)
"""Times in RFC 3339."""

_labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
hosts = st.lists(_labels, min_size=1, max_size=4).map(".".join)
endpoints = st.builds(
    lambda host, port, path: f"https://{host}{port}{path}",
    hosts,
    st.just("") | st.integers(1, 65535).map(":{}".format),
    st.just("") | st.from_regex(r"(/[A-Za-z0-9._~-]{0,5}){1,3}", fullmatch=True),
)
"""Endpoints' URLs."""


def _block(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return objects that have any of these fields."""
    return st.fixed_dictionaries({}, optional=fields)


conditions = _block(
    type=full_texts,
    status=st.sampled_from(["True", "False", "Unknown", "STATUS_MAYBE"]),
    reason=full_texts,
    message=full_texts,
    zone=full_texts,
    lastUpdateTime=times,
)
gateways = st.fixed_dictionaries(
    {
        "spec": st.fixed_dictionaries(
            {"id": ids},
            optional={
                "name": full_texts,
                "organizationId": full_texts,
                "zones": st.lists(texts, min_size=1, max_size=3),
                "coreWeaveAuth": st.just({}),
                "weightsAndBiasesAuth": _block(
                    serverUrl=full_texts, enableUsageReports=st.just(True), enableRateLimiting=st.just(True)
                ),
                "endpointConfiguration": _block(additionalDns=st.lists(texts, min_size=1, max_size=3)),
                "bodyBasedRouting": st.fixed_dictionaries(
                    {"apiType": st.sampled_from(["API_TYPE_OPENAI", "API_TYPE_NEW"])}
                ),
                "headerBasedRouting": _block(headerName=full_texts),
                "pathBasedRouting": st.just({}),
            },
        ),
        "status": _block(
            status=st.sampled_from([*(f"STATUS_{name}" for name in STATUSES[1:]), "STATUS_HIBERNATING"]),
            endpoints=st.lists(endpoints, min_size=1, max_size=4, unique=True),
            conditions=st.lists(conditions, min_size=1, max_size=4),
            createdAt=times,
            updatedAt=times,
        ),
    }
)
"""Gateways in the canonical form: names of enums, no defaults, no nulls, endpoints with a scheme."""


@st.composite
def equivalent_forms(draw: st.DrawFn, gateway: dict[str, Any]) -> dict[str, Any]:
    """Return the same gateway in another form that proto3 JSON allows."""
    form: dict[str, Any] = copy.deepcopy(gateway)
    spec, status = form["spec"], form["status"]
    _numbers(draw, status, "status", {f"STATUS_{name}": number for number, name in enumerate(STATUSES)})
    _numbers(draw, spec.get("bodyBasedRouting", {}), "apiType", {"API_TYPE_OPENAI": 1})
    for condition in status.get("conditions", []):
        kept = {"True": ["STATUS_TRUE", 1], "False": ["STATUS_FALSE", 2], "Unknown": ["STATUS_UNKNOWN", 0, 3]}
        if condition.get("status") in kept:
            condition["status"] = draw(st.sampled_from([condition["status"], *kept[condition["status"]]]))
    if "endpoints" in status:
        status["endpoints"] = [
            draw(st.sampled_from([url, url.removeprefix("https://")])) for url in status["endpoints"]
        ]
    if "conditions" in status:
        status["conditions"] = draw(st.permutations(status["conditions"]))
    if draw(st.booleans()):
        spec["id"] = spec["id"].upper()
    for block, absent in ((spec, ("name", "zones", "coreWeaveAuth", "bodyBasedRouting")), (status, ("endpoints",))):
        for name in absent:
            if name not in block and draw(st.booleans()):
                block[name] = None
        if draw(st.booleans()):
            block["unheardOf"] = draw(any_json)
    return form


def _numbers(draw: st.DrawFn, block: dict[str, Any], name: str, numbers: dict[str, int]) -> None:
    if block.get(name) in numbers and draw(st.booleans()):
        block[name] = numbers[block[name]]


@st.composite
def nearly_gateways(draw: st.DrawFn) -> Any:
    """Return a gateway with any JSON in place of one value."""
    gateway: Any = copy.deepcopy(draw(gateways))
    place = gateway
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = draw(st.sampled_from(keys))
        inner = place[key]
        if not isinstance(inner, (dict, list)) or not inner or draw(st.booleans()):
            place[key] = draw(any_json)
            return gateway
        place = inner
