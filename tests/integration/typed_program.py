"""A program for type checkers, which is never run.

``make check`` checks it with everything else, and :mod:`.test_types` as a user would. In strict mode an unused
``type: ignore`` is an error, so each of the mistakes at the end must be reported.
"""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from typing_extensions import assert_type

import pulumi_coreweave_gateway
import pulumi_coreweave_gateway.emulator
from pulumi_coreweave_gateway import (
    BodyBasedRouting,
    Condition,
    CoreWeaveAuth,
    DeploymentResult,
    DeploymentsLookup,
    DeploymentsResult,
    EndpointConfiguration,
    GatewayLookup,
    GatewayResult,
    GatewaysLookup,
    GatewaysResult,
    HeaderBasedRouting,
    PathBasedRouting,
    WaitForReady,
    WeightsAndBiasesAuth,
    get_deployments,
    get_deployments_output,
    get_gateway,
    get_gateway_output,
    get_gateways,
    get_gateways_output,
)


def outputs_of_a_lookup(lookup: GatewayLookup) -> None:
    """Read every output."""
    assert_type(lookup.id, pulumi.Output[str])
    assert_type(lookup.gateway_id, pulumi.Output[str])
    assert_type(lookup.profile, pulumi.Output[str])
    assert_type(lookup.name, pulumi.Output[str])
    assert_type(lookup.organization_id, pulumi.Output[str])
    assert_type(lookup.zones, pulumi.Output[list[str]])
    assert_type(lookup.endpoints, pulumi.Output[list[str]])
    assert_type(lookup.status, pulumi.Output[str])
    assert_type(lookup.conditions, pulumi.Output[list[Condition]])
    assert_type(lookup.created_at, pulumi.Output[str])
    assert_type(lookup.updated_at, pulumi.Output[str])
    assert_type(lookup.core_weave_auth, pulumi.Output[CoreWeaveAuth])
    assert_type(lookup.weights_and_biases_auth, pulumi.Output[WeightsAndBiasesAuth])
    assert_type(lookup.endpoint_configuration, pulumi.Output[EndpointConfiguration])
    assert_type(lookup.body_based_routing, pulumi.Output[BodyBasedRouting])
    assert_type(lookup.header_based_routing, pulumi.Output[HeaderBasedRouting])
    assert_type(lookup.path_based_routing, pulumi.Output[PathBasedRouting])
    assert_type(lookup.ready, pulumi.Output[bool])
    assert_type(lookup.endpoint, pulumi.Output[str])
    assert_type(lookup.openai_base_url, pulumi.Output[str])
    assert_type(lookup.host, pulumi.Output[str])
    assert_type(lookup.auth, pulumi.Output[str])
    assert_type(lookup.routing, pulumi.Output[str])
    assert_type(lookup.base_url_for("model"), pulumi.Output[str])
    assert_type(lookup.base_url_for(lookup.name), pulumi.Output[str])


def values_of_a_gateway(gateway: GatewayResult) -> None:
    """Read the same outputs of a gateway as plain values."""
    assert_type(gateway.gateway_id, str)
    assert_type(gateway.name, str)
    assert_type(gateway.organization_id, str)
    assert_type(gateway.zones, list[str])
    assert_type(gateway.endpoints, list[str])
    assert_type(gateway.status, str)
    assert_type(gateway.conditions, list[Condition])
    assert_type(gateway.created_at, str)
    assert_type(gateway.updated_at, str)
    assert_type(gateway.core_weave_auth, CoreWeaveAuth)
    assert_type(gateway.core_weave_auth.enabled, bool)
    assert_type(gateway.weights_and_biases_auth.server_url, str)
    assert_type(gateway.weights_and_biases_auth.api_key_set, bool)
    assert_type(gateway.endpoint_configuration.additional_dns, list[str])
    assert_type(gateway.body_based_routing.api_type, str)
    assert_type(gateway.header_based_routing.header_name, str)
    assert_type(gateway.path_based_routing.enabled, bool)
    assert_type(gateway.ready, bool)
    assert_type(gateway.endpoint, str)
    assert_type(gateway.openai_base_url, str)
    assert_type(gateway.host, str)
    assert_type(gateway.auth, str)
    assert_type(gateway.routing, str)
    assert_type(gateway.base_url_for("model"), str)
    assert_type(gateway.endpoint_configuration.allowed_source_ip_ranges, list[str])
    assert_type(gateway.endpoint_configuration.edge_proxy_mode, str)
    assert_type([condition.last_update_time for condition in gateway.conditions], list[str])


def fleets(fleet: GatewaysLookup, gateways: GatewaysResult) -> None:
    """Read the outputs of a fleet, whose members are plain gateways."""
    assert_type(fleet.id, pulumi.Output[str])
    assert_type(fleet.profile, pulumi.Output[str])
    assert_type(fleet.gateways, pulumi.Output[list[GatewayResult]])
    assert_type(fleet.by_id, pulumi.Output[dict[str, GatewayResult]])
    assert_type(fleet.endpoints, pulumi.Output[dict[str, list[str]]])
    assert_type(gateways.gateways, list[GatewayResult])
    assert_type([gateway for gateway in gateways], list[GatewayResult])  # noqa: C416
    assert_type(gateways.by_id, dict[str, GatewayResult])
    assert_type(gateways.endpoints, dict[str, list[str]])


def deployments(lookup: DeploymentsLookup, known: str, later: pulumi.Output[str]) -> None:
    """Look up deployments, as a resource and as values."""
    assert_type(lookup.id, pulumi.Output[str])
    assert_type(lookup.models, pulumi.Output[list[str]])
    assert_type(lookup.ready, pulumi.Output[bool])
    assert_type(lookup.deployments.apply(lambda found: found[0].weight), pulumi.Output[int])
    assert_type(get_deployments(gateway_id=known).deployments, list[DeploymentResult])
    assert_type(get_deployments_output(gateway_id=later, model=known), pulumi.Output[DeploymentsResult])
    DeploymentsLookup("later", gateway_id=later, model=later, wait_for_ready=WaitForReady(timeout=60))
    get_deployments(gateway_id=later)  # type: ignore[arg-type]
    DeploymentsLookup("missing", missing="ignore")  # type: ignore[arg-type]


def functions(known: str, later: pulumi.Output[str]) -> None:
    """Call the functions, with Outputs where they accept them."""
    assert_type(get_gateway(known), GatewayResult)
    assert_type(get_gateway(gateway_name=known, profile="eu").endpoint, str)
    assert_type(get_gateway_output(later), pulumi.Output[GatewayResult])
    assert_type(get_gateway_output(gateway_name=later).apply(lambda found: found.zones), pulumi.Output[list[str]])
    assert_type(get_gateways([known]).by_id[known].endpoint, str)
    assert_type(get_gateways(zones=[known], name_pattern="prod-*"), GatewaysResult)
    assert_type(get_gateways_output([known, later], missing="skip"), pulumi.Output[GatewaysResult])


def arguments(known: str, later: pulumi.Output[str], ids: Sequence[str], zones: pulumi.Output[list[str]]) -> None:
    """Pass values and Outputs, in lists and tuples."""
    GatewayLookup("known", gateway_id=known, wait_for_ready=True)
    GatewayLookup("later", gateway_id=later, wait_for_ready=WaitForReady(timeout=60, poll_interval=5))
    GatewayLookup("name", gateway_name=later, profile="eu", opts=pulumi.ResourceOptions(parent=None))
    GatewaysLookup("ids", gateway_ids=[known, later], missing="skip")
    GatewaysLookup("every", zones=zones, statuses=(later, known), name_pattern="prod-*")
    GatewaysLookup("sequence", gateway_ids=ids)
    get_gateways(tuple(ids), missing="fail")
    get_gateways_output(statuses=zones)


def mistakes(lookup: GatewayLookup, fleet: GatewaysLookup, gateway: GatewayResult, later: pulumi.Output[str]) -> None:
    """Make the mistakes that a type checker must report, one per line."""
    lookup.nosuch  # type: ignore[attr-defined]  # noqa: B018
    fleet.nosuch  # type: ignore[attr-defined]  # noqa: B018
    gateway.nosuch  # type: ignore[attr-defined]  # noqa: B018
    pulumi_coreweave_gateway.GatewayLookups  # type: ignore[attr-defined]  # noqa: B018
    pulumi_coreweave_gateway.emulator.Emulators  # type: ignore[attr-defined]  # noqa: B018
    lookup.endpoint.apply(lambda endpoint: endpoint.nosuch)  # type: ignore[attr-defined]
    GatewayLookup("number", gateway_id=7)  # type: ignore[call-overload]
    GatewayLookup("misspelt", gateway_ids=["one"])  # type: ignore[call-overload]
    GatewayLookup("zones", gateway_id="one", zones="US-EAST-04A")  # type: ignore[call-overload]
    GatewayLookup("wait", gateway_id="one", wait_for_ready=60)  # type: ignore[call-overload]
    GatewayLookup("neither")  # type: ignore[call-overload]
    GatewayLookup("both", gateway_id="one", gateway_name="two")  # type: ignore[call-overload]
    GatewaysLookup("zones", zones="US-EAST-04A")  # type: ignore[arg-type]
    GatewaysLookup("later", zones=later)  # type: ignore[arg-type]
    GatewaysLookup("statuses", statuses="STATUS_READY")  # type: ignore[arg-type]
    GatewaysLookup("ids", gateway_ids="one")  # type: ignore[arg-type]
    GatewaysLookup("missing", gateway_ids=["one"], missing="ignore")  # type: ignore[arg-type]
    get_gateway(later)  # type: ignore[call-overload]
    get_gateway()  # type: ignore[call-overload]
    get_gateway("one", gateway_name="two")  # type: ignore[call-overload]
    get_gateway_output()  # type: ignore[call-overload]
    get_gateway_output(later, gateway_name=later)  # type: ignore[call-overload]
    get_gateways("one")  # type: ignore[arg-type]
    get_gateways(zones="US-EAST-04A")  # type: ignore[arg-type]
    get_gateways_output(statuses="STATUS_READY")  # type: ignore[arg-type]
