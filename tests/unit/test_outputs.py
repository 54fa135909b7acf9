"""A gateway's outputs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from pulumi_coreweave_gateway.client.models import parse_gateway
from pulumi_coreweave_gateway.emulator.samples import sample_gateway
from pulumi_coreweave_gateway.gateways.outputs import gateway_outputs, openai_base_url

from . import samples
from .samples import DEFAULT, HOST, ID

SPEC = samples.FULL["spec"]
FULL: dict[str, Any] = {
    **samples.FULL,
    "spec": {**SPEC, "weightsAndBiasesAuth": {**SPEC["weightsAndBiasesAuth"], "apiKey": "distinctive-key"}},
}
BARE: dict[str, Any] = {"spec": {"id": ID}, "status": {"conditions": [{}]}}
SAMPLES: dict[str, Any] = {
    "full": FULL,
    "bare": BARE,
    "creating": sample_gateway(ID, ready=False),
    "by header": sample_gateway(ID, routing="header", additional_dns=("llm.example",)),
    "by path": sample_gateway(ID, routing="path"),
    "W&B": {"spec": {"id": ID, "weightsAndBiasesAuth": {"enableUsageReports": True}}, "status": {}},
}


def _outputs(wire: dict[str, Any], **options: bool) -> dict[str, Any]:
    return gateway_outputs(parse_gateway(wire), **options)


def _with(spec: dict[str, Any] | None = None, **status: Any) -> dict[str, Any]:
    return _outputs({"spec": {"id": ID, **(spec or {})}, "status": status})


def test_all_outputs_of_a_full_gateway() -> None:
    """Outputs have Python's names; derived ones are added, and the W&B key is left out."""
    spec, status = FULL["spec"], FULL["status"]
    condition = {**status["conditions"][0], "last_update_time": "2025-01-31T08:00:00Z"}
    del condition["lastUpdateTime"]
    assert _outputs(FULL) == {
        "gateway_id": ID,
        "name": spec["name"],
        "organization_id": spec["organizationId"],
        "zones": spec["zones"],
        "status": status["status"],
        "conditions": [condition],
        "created_at": status["createdAt"],
        "updated_at": status["updatedAt"],
        "endpoints": [DEFAULT, "https://llm.example"],
        "core_weave_auth": {"enabled": True},
        "weights_and_biases_auth": {
            "enabled": True,
            "server_url": "https://wandb.example",
            "enable_usage_reports": True,
            "enable_rate_limiting": True,
            "api_key_set": True,
        },
        "endpoint_configuration": {
            "enabled": True,
            "additional_dns": ["llm.example"],
            "allowed_source_ip_ranges": ["10.0.0.0/8", "2001:db8::/32"],
            "edge_proxy_mode": "EDGE_PROXY_MODE_MANAGED",
        },
        "body_based_routing": {"enabled": True, "api_type": "API_TYPE_OPENAI"},
        "header_based_routing": {"enabled": True, "header_name": "X-Model"},
        "path_based_routing": {"enabled": True},
        "ready": True,
        "endpoint": DEFAULT,
        "host": HOST,
        "openai_base_url": f"{DEFAULT}/v1",
        "routing": "body",
        "auth": "coreweave",
    }


def _places(value: Any, path: str = "") -> Iterator[tuple[str, type]]:
    """Yield the path and the type of each value in outputs."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _places(item, f"{path}.{name}")
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for item in value:
            yield from _places(item, f"{path}[]")
    else:
        yield path, type(value)


@pytest.mark.parametrize("wire", SAMPLES.values(), ids=SAMPLES)
def test_no_output_is_ever_missing(wire: dict[str, Any]) -> None:
    """Every gateway has the same outputs with the same types: a preview would show missing ones as unknown."""
    outputs = _outputs({**wire, "status": {"conditions": [{}], **wire["status"]}})
    found = {path: kind for path, kind in _places(outputs) if not path.startswith(".conditions")}
    assert found == {path: kind for path, kind in _places(_outputs(FULL)) if not path.startswith(".conditions")}
    assert set(found.values()) == {str, bool, list}


def test_outputs_are_copies() -> None:
    """Changing outputs changes neither the gateway nor other outputs."""
    gateway = parse_gateway(FULL)
    first = gateway_outputs(gateway)
    first["zones"].append("X")
    first["conditions"][0]["type"] = "X"
    first["endpoint_configuration"]["additional_dns"].clear()
    assert gateway_outputs(gateway) == _outputs(FULL)


def test_lists_are_sorted() -> None:
    """Endpoints, zones, DNS names and IP ranges are sorted, whatever their order in the response."""
    values = ["b.example", "a.example", "c.example"]
    orders = [
        _outputs(
            {
                "spec": {
                    "id": ID,
                    "zones": order,
                    "endpointConfiguration": {"additionalDns": order, "allowedSourceIpRanges": order},
                },
                "status": {"endpoints": order},
            }
        )
        for order in map(list, itertools.permutations(values))
    ]
    assert all(outputs == orders[0] for outputs in orders)
    assert orders[0]["zones"] == sorted(values)


OTHER_DEFAULT = "https://prod.gw.cwinference.com"


@pytest.mark.parametrize(
    ("endpoints", "additional_dns", "endpoint"),
    [
        ([], [], ""),
        ([DEFAULT], [], DEFAULT),
        ([HOST], [], DEFAULT),
        ([f"{DEFAULT}/"], [], f"{DEFAULT}/"),
        (["https://a.example", "https://a.gw.cwinference.com", DEFAULT], [], DEFAULT),
        (["https://a.example", OTHER_DEFAULT], [], OTHER_DEFAULT),
        (["https://a.example", "https://b.example"], ["A.example"], "https://b.example"),
        (["https://a.example", "https://b.example"], ["a.example", "b.example"], "https://a.example"),
        (["https://a.example:8443/x"], [], "https://a.example:8443/x"),
        (["http://10.0.0.1", "https://[2001:db8::1]"], [], "https://[2001:db8::1]"),
        ([f"http://{HOST}", "HTTPS://llm.example"], ["llm.example"], "HTTPS://llm.example"),
    ],
)
def test_default_endpoint(endpoints: list[str], additional_dns: list[str], endpoint: str) -> None:
    """The order of preference: https, the ID's host, CoreWeave's domain, a name not in additionalDns, alphabetical."""
    for order in itertools.permutations(endpoints):
        outputs = _with({"endpointConfiguration": {"additionalDns": additional_dns}}, endpoints=list(order))
        assert outputs["endpoint"] == endpoint


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://*.llm.example.com",
        "https://bücher.example",
        "https://a b",
        "https://[::",
        "https://[:::]",
        "https://-.",
        "ftp://a",
    ],
)
def test_unusable_endpoint_is_listed_but_not_the_default(endpoint: str) -> None:
    """An endpoint is listed even if it isn't a valid URL, but derived outputs don't use it."""
    alone = _with(endpoints=[endpoint])
    assert (len(alone["endpoints"]), alone["endpoint"], alone["host"], alone["openai_base_url"]) == (1, "", "", "")
    assert _with(endpoints=[endpoint, "https://z.example"])["endpoint"] == "https://z.example"


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [(DEFAULT, HOST), ("https://A.example:8443/x", "a.example"), ("https://[2001:db8::1]:8443", "2001:db8::1")],
)
def test_host(endpoint: str, host: str) -> None:
    """The host has no scheme, port or brackets."""
    assert _with(endpoints=[endpoint])["host"] == host


@pytest.mark.parametrize(
    ("spec", "routing", "base_url", "model_url"),
    [
        ({"bodyBasedRouting": {}}, "body", f"{DEFAULT}/v1", f"{DEFAULT}/v1"),
        ({"headerBasedRouting": {"headerName": "X"}}, "header", f"{DEFAULT}/v1", f"{DEFAULT}/v1"),
        ({"pathBasedRouting": {}}, "path", "", f"{DEFAULT}/meta-llama%2FLlama-3.1%208B/v1"),
        ({}, "", "", ""),
    ],
    ids=["body", "header", "path", "unknown"],
)
@pytest.mark.parametrize("slash", ["", "/"])
def test_base_urls(spec: dict[str, Any], routing: str, base_url: str, model_url: str, slash: str) -> None:
    """With path-based routing only a model has a base URL, with its name URL-encoded; unknown routing has none."""
    outputs = _with(spec, endpoints=[f"{DEFAULT}{slash}"])
    assert (outputs["routing"], outputs["openai_base_url"]) == (routing, base_url)
    assert openai_base_url(outputs["endpoint"], routing, "meta-llama/Llama-3.1 8B") == model_url
    assert openai_base_url("", routing, "model") == ""


@pytest.mark.parametrize(
    ("spec", "auth"), [({"coreWeaveAuth": {}}, "coreweave"), ({"weightsAndBiasesAuth": {}}, "wandb"), ({}, "")]
)
def test_auth(spec: dict[str, Any], auth: str) -> None:
    """The kind of authentication is derived from the configuration block."""
    assert _with(spec)["auth"] == auth


def test_timestamps_are_left_out() -> None:
    """Without timestamps, outputs don't change with the times of the last updates."""
    later = {"updatedAt": "2026-01-01T00:00:00Z"}
    condition = {**FULL["status"]["conditions"][0], "lastUpdateTime": "2026-01-01T00:00:00Z"}
    changed = {**FULL, "status": {**FULL["status"], **later, "conditions": [condition]}}
    assert _outputs(changed) != _outputs(FULL)
    without = _outputs(FULL, include_timestamps=False)
    assert _outputs(changed, include_timestamps=False) == without
    assert without["updated_at"] == without["conditions"][0]["last_update_time"] == ""
    assert without["created_at"] == FULL["status"]["createdAt"]
