"""openapi.yaml matches CoreWeave's published page "Get gateway", apart from the additions listed here.

The page was copied by hand, without its descriptions, so that neither can change unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openapi_spec_validator import OpenAPIV30SpecValidator

PAGE = """
server https://api.coreweave.com, security bearerAuth: http bearer JWT
GET /v1alpha1/inference/gateways/{id}: GatewayService_GetGateway
GET /v1alpha1/inference/gateways/{id} -> GetGatewayResponse, else Status
GET /v1alpha1/inference/gateways/{id}, id in path: string, required
GetGatewayResponse.gateway: Gateway, readOnly
Status.code: integer int32
Status.message: string
Status.details: [GoogleProtobufAny]
Gateway.spec: GatewaySpec, readOnly
Gateway.status: GatewayStatus, readOnly
GoogleProtobufAny.@type: string
GoogleProtobufAny: additionalProperties True
GatewaySpec.id: string, readOnly
GatewaySpec.name: string, readOnly
GatewaySpec.zones: [string], readOnly
GatewaySpec.coreWeaveAuth: CoreWeaveAuth
GatewaySpec.weightsAndBiasesAuth: WeightsAndBiasesAuth
GatewaySpec.organizationId: string, readOnly
GatewaySpec.endpointConfiguration: EndpointConfiguration
GatewaySpec.bodyBasedRouting: BodyBasedRouting
GatewaySpec.headerBasedRouting: HeaderBasedRouting
GatewaySpec.pathBasedRouting: PathBasedRouting
GatewayStatus.createdAt: string date-time, readOnly
GatewayStatus.updatedAt: string date-time, readOnly
GatewayStatus.conditions: [Condition], readOnly
GatewayStatus.endpoints: [string], readOnly
GatewayStatus.status: STATUS_CREATING STATUS_READY STATUS_UPDATING STATUS_DELETING STATUS_ERROR, readOnly
WeightsAndBiasesAuth.apiKey: string
WeightsAndBiasesAuth.serverUrl: string
WeightsAndBiasesAuth.enableUsageReports: boolean
WeightsAndBiasesAuth.enableRateLimiting: boolean
EndpointConfiguration.additionalDns: [string]
BodyBasedRouting.apiType: API_TYPE_OPENAI
BodyBasedRouting: required ['apiType']
HeaderBasedRouting.headerName: string
HeaderBasedRouting: required ['headerName']
Condition.type: string, readOnly
Condition.lastUpdateTime: string date-time, readOnly
Condition.reason: string, readOnly
Condition.message: string, readOnly
Condition.zone: string, readOnly
Condition.status: True False Unknown, readOnly
"""

BEYOND_THE_PAGE = """
GET /v1alpha1/inference/gateways: GatewayService_ListGateways
GET /v1alpha1/inference/gateways -> ListGatewaysResponse, else Status
GET /v1alpha1/inference/gateways, updatedAfter in query: string date-time
GET /v1alpha1/inference/gateways, pageToken in query: string
GET /v1alpha1/inference/gateways/parameters: GatewayService_GetGatewayParameters
GET /v1alpha1/inference/gateways/parameters -> GetGatewayParametersResponse, else Status
ListGatewaysResponse.items: [Gateway], readOnly
ListGatewaysResponse.nextPageToken: string, readOnly
GetGatewayParametersResponse.zones: [string], readOnly
EndpointConfiguration.allowedSourceIpRanges: [string], maxItems 50
EndpointConfiguration.edgeProxyMode: EDGE_PROXY_MODE_MANAGED EDGE_PROXY_MODE_DIRECT
"""


def test_contract_is_valid_openapi(contract: dict[str, Any]) -> None:
    """The contract is a valid OpenAPI 3.0.3 document."""
    assert contract["openapi"] == "3.0.3"
    OpenAPIV30SpecValidator(contract).validate()


def test_contract_matches_the_published_page(contract: dict[str, Any]) -> None:
    """The contract consists of the page's content and the listed additions."""
    expected = (PAGE + BEYOND_THE_PAGE).split("\n")
    assert sorted(_facts(contract)) == sorted(filter(None, expected))


def _facts(contract: dict[str, Any]) -> Iterator[str]:
    """Yield the contract without its descriptions, one fact per line."""
    [server], [security] = contract["servers"], contract["security"]
    [(scheme, details)] = contract["components"]["securitySchemes"].items()
    assert security == {scheme: []}
    yield f"server {server['url']}, security {scheme}: {details['type']} {details['scheme']} {details['bearerFormat']}"
    for path, methods in contract["paths"].items():
        for method, call in methods.items():
            ok, other = (
                call["responses"][status]["content"]["application/json"]["schema"] for status in ("200", "default")
            )
            name = f"{method.upper()} {path}"
            yield f"{name}: {call['operationId']}"
            yield f"{name} -> {_type(ok)}, else {_type(other)}"
            for one in call.get("parameters", ()):
                required = ", required" if one["required"] else ""
                yield f"{name}, {one['name']} in {one['in']}: {_type(one['schema'])}{required}"
    for name, schema in contract["components"]["schemas"].items():
        yield from (f"{name}.{part}: {_type(value)}" for part, value in schema["properties"].items())
        yield from (f"{name}: {key} {value}" for key, value in schema.items() if key not in _SCHEMA_KEYS)


_SCHEMA_KEYS = {"type", "description", "properties"}
_TYPE_KEYS = {"$ref", "allOf", "type", "format", "items", "enum", "description"}


def _type(schema: dict[str, Any]) -> str:
    """Return a schema's type in one line, with its other keywords."""
    if reference := schema.get("$ref") or schema.get("allOf", [{}])[0].get("$ref"):
        text: str = reference.rpartition("/")[2]
    elif schema["type"] == "array":
        text = f"[{_type(schema['items'])}]"
    else:
        text = " ".join(schema.get("enum") or [schema["type"], *([schema["format"]] if "format" in schema else [])])
    more = (
        f", {key}" if value is True else f", {key} {value}" for key, value in schema.items() if key not in _TYPE_KEYS
    )
    return text + "".join(more)
