"""Deployments: their outputs, what a lookup asks for, and which of a list it gets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_coreweave_gateway.client.deployment_models import Deployment
from pulumi_coreweave_gateway.client.models import Listing, parse, parse_item
from pulumi_coreweave_gateway.deployments.outputs import all_ready, answering_models, deployment_outputs
from pulumi_coreweave_gateway.deployments.request import DeploymentsRequest, validated_deployments
from pulumi_coreweave_gateway.errors import InvalidArgumentError, InvalidResponseError, NotFoundError

A = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"
B = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"
ID = "1c1f6f3e-52f4-4f0a-8a43-0d9b6c0e7a01"

FULL: dict[str, Any] = {
    "spec": {
        "id": ID.upper(),
        "name": "llama",
        "organizationId": "org-1",
        "gatewayIds": [B, A.upper(), B],
        "disabled": False,
        "model": {"name": "meta-llama/Llama-3.1-8B", "bucket": "SECRET", "path": "SECRET"},
        "traffic": {"weight": 250},
        "runtime": {
            "engine": "vllm",
            "version": "0.11.0",
            "engineConfig": {"x": "SECRET"},
            "engineEnv": {"HF_TOKEN": "SECRET"},
        },
        "resources": {"instanceType": "gd-8xh100ib-i128", "gpuCount": 8},
        "autoscaling": {"min": 1, "max": 4, "priority": 3, "concurrency": 16, "capacityClasses": [1, "X"]},
        "hotLoad": {"bucket": "SECRET", "pathPrefix": "SECRET", "transitionMode": "X"},
    },
    "status": {
        "status": 6,
        "createdAt": "2025-01-31T08:00:00Z",
        "updatedAt": "2025-01-31T09:00:00Z",
        "conditions": [
            {"type": "ResourcesApplied", "status": "STATUS_TRUE", "lastUpdateTime": "2025-01-31T08:30:00Z"},
            {"type": "Ready", "status": 2, "reason": "Loading"},
        ],
    },
}
OUTPUTS = {
    "deployment_id": ID,
    "name": "llama",
    "organization_id": "org-1",
    "gateway_ids": [A, B],
    "model": "meta-llama/Llama-3.1-8B",
    "weight": 250,
    "disabled": False,
    "status": "STATUS_READY",
    "ready": True,
    "engine": "vllm",
    "engine_version": "0.11.0",
    "instance_type": "gd-8xh100ib-i128",
    "gpu_count": 8,
    "min_replicas": 1,
    "max_replicas": 4,
    "conditions": [
        {"type": "Ready", "status": "False", "reason": "Loading", "message": "", "zone": "", "last_update_time": ""},
        {
            "type": "ResourcesApplied",
            "status": "True",
            "reason": "",
            "message": "",
            "zone": "",
            "last_update_time": "2025-01-31T08:30:00Z",
        },
    ],
    "created_at": "2025-01-31T08:00:00Z",
    "updated_at": "2025-01-31T09:00:00Z",
}


def _deployment(number: int = 1, *, model: str = "m", name: str = "", behind: tuple[str, ...] = (A,)) -> dict[str, Any]:
    spec = {"id": f"{number:08}-52f4-4f0a-8a43-1c1f6f3e7a01", "name": name, "gatewayIds": list(behind)}
    return {"spec": {**spec, "model": {"name": model}}, "status": {"status": "STATUS_READY"}}


def _listing(*items: dict[str, Any]) -> Listing[Deployment]:
    read = [parse_item(Deployment, item) for item in items]
    return Listing(
        tuple(each for each in read if isinstance(each, Deployment)),
        tuple(each for each in read if not isinstance(each, Deployment)),
    )


def test_outputs_have_every_field_and_no_secret() -> None:
    """The outputs are complete, IDs and conditions are sorted, and what may be secret isn't read at all."""
    deployment = parse(Deployment, FULL, "deployment")
    assert deployment_outputs(deployment) == OUTPUTS
    assert "SECRET" not in repr(deployment)
    without = deployment_outputs(deployment, include_timestamps=False)
    assert {name for name, value in OUTPUTS.items() if without[name] != value} == {"updated_at", "conditions"}
    assert "09:00" not in str(without)
    assert "08:30" not in str(without)


def test_outputs_of_a_deployment_without_fields() -> None:
    """What the API leaves out has the type's empty value, and is never None."""
    outputs = deployment_outputs(parse(Deployment, {"spec": {"id": ID, "model": None}}, "deployment"))
    assert outputs == {
        **{name: type(value)() for name, value in OUTPUTS.items()},
        "deployment_id": ID,
        "status": "STATUS_UNSPECIFIED",
    }


@pytest.mark.parametrize(
    ("weight", "expected"), [("1000", 1000), (7.0, 7), (0, 0), ("x", None), (True, None), (1.5, None), ([1], None)]
)
def test_integers_are_numbers_or_digits(weight: object, expected: int | None) -> None:
    """An integer may be encoded as a string, as proto3 JSON does with some; anything else breaks the contract."""
    value = {"spec": {"id": ID, "traffic": {"weight": weight}}}
    if expected is not None:
        assert parse(Deployment, value, "x").spec.traffic.weight == expected
    else:
        with pytest.raises(InvalidResponseError, match=r"^x: .*: spec\.traffic\.weight: expected an integer; "):
            parse(Deployment, value, "x")


@pytest.mark.parametrize(
    ("deployments", "models", "ready"),
    [
        ([], [], False),
        ([("b", True, False), ("a", True, False), ("a", True, False)], ["a", "b"], True),
        ([("a", True, False), ("a", False, False)], ["a"], False),
        ([("a", True, False), ("b", False, True)], ["a"], True),
        ([("a", False, True)], [], False),
    ],
)
def test_models_that_answer(deployments: list[tuple[str, bool, bool]], models: list[str], ready: bool) -> None:
    """A model answers if one of its deployments is ready; disabled ones don't count, and at least one must be left."""
    outputs = [{"model": model, "ready": is_ready, "disabled": off} for model, is_ready, off in deployments]
    assert (answering_models(outputs), all_ready(outputs)) == (models, ready)


@pytest.mark.parametrize(
    ("request_", "state", "resource_id"),
    [
        (
            DeploymentsRequest(),
            {"gateway_id": "", "model": "", "missing": "fail", "profile": "", "include_timestamps": False},
            "deployments-bbf87876ff386e6d",
        ),
        (
            DeploymentsRequest(A, "a/b", "skip", "eu", include_timestamps=True),
            {"gateway_id": A, "model": "a/b", "missing": "skip", "profile": "eu", "include_timestamps": True},
            "deployments-b7ba6fdf3891447c",
        ),
    ],
)
def test_state_and_id_never_change(request_: DeploymentsRequest, state: dict[str, Any], resource_id: str) -> None:
    """A request has the same state and the same resource ID in every version, and a refresh restores it."""
    assert request_.to_state() == state
    assert request_.resource_id == resource_id
    assert DeploymentsRequest.from_state(json.loads(json.dumps(state))) == request_


def test_lists_are_filtered_and_sorted() -> None:
    """Deployments of other gateways and models are left out, and the rest is sorted by model, name and ID."""
    one, two, three = (_deployment(1, name="b"), _deployment(2, name="a"), _deployment(3, model="a", behind=(B, A)))
    listing = _listing(one, two, three, _deployment(4, behind=(B,)))
    assert [each.spec.id[:8] for each in DeploymentsRequest(A).select(listing)] == ["00000003", "00000002", "00000001"]
    assert [each.spec.id[:8] for each in DeploymentsRequest(model="a").select(listing)] == ["00000003"]
    assert len(DeploymentsRequest().select(listing)) == 4


@pytest.mark.parametrize(
    ("broken", "fails"),
    [
        ({"gatewayIds": [A], "model": {"name": "m"}, "traffic": {"weight": "x"}}, True),
        ({"gatewayIds": [B], "model": {"name": "m"}, "traffic": {"weight": "x"}}, False),
        ({"gatewayIds": [A], "model": {"name": "other"}, "traffic": {"weight": "x"}}, False),
        ({"gatewayIds": "x", "model": {"name": "m"}}, True),
        ({"gatewayIds": "x", "model": {"name": "other"}}, False),
        ({"gatewayIds": [A], "model": "m"}, True),
    ],
)
def test_unreadable_deployment_fails_the_lookups_that_may_ask_for_it(broken: dict[str, Any], fails: bool) -> None:
    """A deployment that breaks the contract is an error with its ID, unless what can be read of it rules it out."""
    listing = _listing(_deployment(), {"spec": {"id": ID, **broken}})
    if fails:
        with pytest.raises(InvalidResponseError, match=f"^deployment {ID}: "):
            DeploymentsRequest(A, "m").select(listing)
    else:
        assert len(DeploymentsRequest(A, "m").select(listing)) == 1


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (
            DeploymentsRequest(A, "x"),
            f"there are no deployments of 'x' behind gateway {A}; models there: 'm', 'n'; correct model",
        ),
        (DeploymentsRequest(model="x"), "there are no deployments of 'x'; models there: 'm', 'n', 'o'; correct model"),
        (
            DeploymentsRequest(ID),
            f"there are no deployments behind gateway {ID}; check the gateway's ID, and that the token belongs to",
        ),
    ],
)
def test_no_deployment_is_an_error(request_: DeploymentsRequest, message: str) -> None:
    """No match is an error that lists the models there, unless the lookup accepts it."""
    listing = _listing(_deployment(1), _deployment(2, model="n"), _deployment(3, model="o", behind=(B,)))
    with pytest.raises(NotFoundError) as caught:
        request_.select(listing)
    assert str(caught.value).startswith(message)
    assert str(caught.value).endswith(", or accept none with missing='skip'")
    assert DeploymentsRequest(request_.gateway_id, request_.model, "skip").select(listing) == []


def test_organization_without_deployments_is_an_error() -> None:
    """It advises to check no gateway's ID, because none was given."""
    with pytest.raises(
        NotFoundError, match=r"^there are no deployments; check that the token belongs to the right org"
    ):
        DeploymentsRequest().select(_listing())


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"gateway_id": "prod"}, "gateway_id: 'prod' is not a UUID"),
        ({"model": " "}, "model: expected a model's name, such as 'meta-llama/Llama-3.1-8B'"),
        ({"model": 7}, "model: expected a model's name"),
        ({"missing": "ignore"}, "missing must be 'fail' or 'skip'"),
    ],
)
def test_invalid_arguments_are_rejected(arguments: dict[str, Any], reason: str) -> None:
    """The error is one line that names the lookup and the argument."""
    with pytest.raises(InvalidArgumentError) as caught:
        validated_deployments("x", {**dict.fromkeys(("gateway_id", "model", "missing")), **arguments})
    assert str(caught.value).startswith(f"x: {reason}")
