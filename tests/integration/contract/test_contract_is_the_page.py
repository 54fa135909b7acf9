"""The contract says what CoreWeave's published page of "Get gateway" says, and names whatever it has beyond that.

The page's facts were copied out of it by hand, and not out of the contract, so that neither can change unseen. Its
sentences are left out: the contract has its own.
"""

from __future__ import annotations

from typing import Any

import pytest

Schema = dict[str, Any]


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _block(name: str) -> Schema:
    """Return the schema of a property that is an object; in this form a description can stand beside it."""
    return {"allOf": [_ref(name)]}


def _list_of(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def _read_only(schema: Schema) -> Schema:
    return {**schema, "readOnly": True}


def _object(*required: str, **more: Any) -> Schema:
    return {"type": "object", **({"required": list(required)} if required else {}), **more}


TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
TIME: Schema = {"type": "string", "format": "date-time"}

# Each schema of the page: what it says of itself, and of each of its properties.
PAGE: dict[str, tuple[Schema, dict[str, Schema]]] = {
    "GetGatewayResponse": (_object(), {"gateway": _read_only(_block("Gateway"))}),
    "Status": (
        _object(),
        {
            "code": {"type": "integer", "format": "int32"},
            "message": TEXT,
            "details": _list_of(_ref("GoogleProtobufAny")),
        },
    ),
    "Gateway": (
        _object(),
        {"spec": _read_only(_block("GatewaySpec")), "status": _read_only(_block("GatewayStatus"))},
    ),
    "GoogleProtobufAny": (_object(additionalProperties=True), {"@type": TEXT}),
    "GatewaySpec": (
        _object(),
        {
            "id": _read_only(TEXT),
            "name": _read_only(TEXT),
            "zones": _read_only(_list_of(TEXT)),
            "coreWeaveAuth": _block("CoreWeaveAuth"),
            "weightsAndBiasesAuth": _block("WeightsAndBiasesAuth"),
            "organizationId": _read_only(TEXT),
            "endpointConfiguration": _block("EndpointConfiguration"),
            "bodyBasedRouting": _block("BodyBasedRouting"),
            "headerBasedRouting": _block("HeaderBasedRouting"),
            "pathBasedRouting": _block("PathBasedRouting"),
        },
    ),
    "GatewayStatus": (
        _object(),
        {
            "createdAt": _read_only(TIME),
            "updatedAt": _read_only(TIME),
            "conditions": _read_only(_list_of(_ref("Condition"))),
            "endpoints": _read_only(_list_of(TEXT)),
            "status": _read_only(
                _one_of("STATUS_CREATING", "STATUS_READY", "STATUS_UPDATING", "STATUS_DELETING", "STATUS_ERROR")
            ),
        },
    ),
    "CoreWeaveAuth": (_object(), {}),
    "WeightsAndBiasesAuth": (
        _object(),
        {"apiKey": TEXT, "serverUrl": TEXT, "enableUsageReports": FLAG, "enableRateLimiting": FLAG},
    ),
    "EndpointConfiguration": (_object(), {"additionalDns": _list_of(TEXT)}),
    "BodyBasedRouting": (_object("apiType"), {"apiType": _one_of("API_TYPE_OPENAI")}),
    "HeaderBasedRouting": (_object("headerName"), {"headerName": TEXT}),
    "PathBasedRouting": (_object(), {}),
    "Condition": (
        _object(),
        {
            "type": _read_only(TEXT),
            "lastUpdateTime": _read_only(TIME),
            "reason": _read_only(TEXT),
            "message": _read_only(TEXT),
            "zone": _read_only(TEXT),
            "status": _read_only(_one_of("True", "False", "Unknown")),
        },
    ),
}


def _json(name: str) -> Schema:
    return {"content": {"application/json": {"schema": _ref(name)}}}


def _call(operation: str, answer: str, *parameters: Schema) -> Schema:
    return {
        "get": {
            "tags": ["GatewayService"],
            "operationId": f"GatewayService_{operation}",
            **({"parameters": list(parameters)} if parameters else {}),
            "responses": {"200": _json(answer), "default": _json("Status")},
        }
    }


PATH = "/v1alpha1/inference/gateways/{id}"
CALL = _call("GetGateway", "GetGatewayResponse", {"name": "id", "in": "path", "required": True, "schema": TEXT})

# What the page says of the whole API. Of its three services the contract has the gateways' alone; the page's
# `x-default`, which shows how the header is written, is no part of OpenAPI.
REST: Schema = {
    "openapi": "3.0.3",
    "servers": [{"url": "https://api.coreweave.com"}],
    "security": [{"bearerAuth": []}],
    "tags": [{"name": "GatewayService"}],
}
SECURITY_SCHEMES: Schema = {"bearerAuth": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}

# Beyond the page: two more properties, two more calls, and what they answer.
FURTHER_PROPERTIES: dict[str, dict[str, Schema]] = {
    "EndpointConfiguration": {
        "allowedSourceIpRanges": {**_list_of(TEXT), "maxItems": 50},
        "edgeProxyMode": _one_of("EDGE_PROXY_MODE_MANAGED", "EDGE_PROXY_MODE_DIRECT"),
    },
}
FURTHER_SCHEMAS: dict[str, tuple[Schema, dict[str, Schema]]] = {
    "ListGatewaysResponse": (
        _object(),
        {"items": _read_only(_list_of(_ref("Gateway"))), "nextPageToken": _read_only(TEXT)},
    ),
    "GetGatewayParametersResponse": (_object(), {"zones": _read_only(_list_of(TEXT))}),
}
FURTHER_CALLS = {
    "/v1alpha1/inference/gateways": _call(
        "ListGateways",
        "ListGatewaysResponse",
        {"name": "updatedAfter", "in": "query", "required": False, "schema": TIME},
        {"name": "pageToken", "in": "query", "required": False, "schema": TEXT},
    ),
    "/v1alpha1/inference/gateways/parameters": _call("GetGatewayParameters", "GetGatewayParametersResponse"),
}

SCHEMAS = {**PAGE, **FURTHER_SCHEMAS}
CALLS = {PATH: CALL, **FURTHER_CALLS}


def _facts(part: Any) -> Any:
    """Return a part of the contract without its sentences."""
    if isinstance(part, list):
        return [_facts(one) for one in part]
    if not isinstance(part, dict):
        return part
    # A property may be called like that; its schema is no text.
    sentences = {name for name in ("description", "summary") if isinstance(part.get(name), str)}
    return {name: _facts(one) for name, one in part.items() if name not in sentences}


def test_only_named_schemas_go_beyond_the_page(contract: dict[str, Any]) -> None:
    """No schema of the page is missing, and no further one stands in the contract without being named here."""
    assert set(contract["components"]["schemas"]) == set(SCHEMAS)
    assert not set(PAGE) & set(FURTHER_SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_says_what_the_page_says(name: str, contract: dict[str, Any]) -> None:
    """Each schema has the page's properties and no other, of the same types, required and read-only as there."""
    schema = _facts(contract["components"]["schemas"][name])
    properties = schema.pop("properties")
    of_itself, of_properties = SCHEMAS[name]
    of_properties = {**of_properties, **FURTHER_PROPERTIES.get(name, {})}
    assert set(properties) == set(of_properties)
    for each, expected in of_properties.items():
        assert properties[each] == expected, each
    assert schema == of_itself


def test_only_named_calls_go_beyond_the_page(contract: dict[str, Any]) -> None:
    """The page's path is there, and no further one without being named here."""
    assert set(contract["paths"]) == set(CALLS)
    assert PATH not in FURTHER_CALLS


@pytest.mark.parametrize("path", CALLS)
def test_call_says_what_the_page_says(path: str, contract: dict[str, Any]) -> None:
    """Each call has the page's method, parameters and answers, and no other."""
    assert _facts(contract["paths"][path]) == CALLS[path]


def test_server_and_security_are_those_of_the_page(contract: dict[str, Any]) -> None:
    """Server and security are the page's, and the contract has nothing else."""
    parts = ("info", "paths", "components")  # the first is about the document itself, the others have their tests
    assert {name: _facts(part) for name, part in contract.items() if name not in parts} == REST
    assert set(parts) < set(contract)
    assert set(contract["components"]) == {"schemas", "securitySchemes"}
    assert _facts(contract["components"]["securitySchemes"]) == SECURITY_SCHEMES
