"""The program ``model_router``: the LiteLLM configuration that it exports."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
import yaml

from pulumi_coreweave_gateway.testing import mock_deployment, mock_gateway
from tests.unit.programs import run_program


def _run(gateways: list[dict[str, Any]], deployments: list[dict[str, Any]]) -> tuple[Any, Any]:
    exports = run_program("model_router", {}, gateways, deployments=deployments).exports
    return yaml.safe_load(exports["litellm_config"])["model_list"], exports["left_out"]


def _entry(model: str, base: str, **more: Any) -> dict[str, Any]:
    parameters = {"model": f"openai/{model}", "api_base": base, "api_key": "os.environ/COREWEAVE_API_TOKEN", **more}
    return {"model_name": model, "litellm_params": parameters}


def _base(gateway: dict[str, Any]) -> str:
    return f"https://api.{gateway['spec']['id']}.gw.cwinference.com"


def test_models_are_routed_as_their_gateway_routes() -> None:
    """Each model that answers is routed to each of its gateways, and the rest is left out with a reason."""
    gateways = [
        body := mock_gateway("a-body"),
        header := mock_gateway("b-header", routing="header"),
        path := mock_gateway("c-path", routing="path"),
        mock_gateway("d-empty"),
        updating := mock_gateway("e-updating", status={"status": "STATUS_UPDATING"}),
    ]
    llama = "meta-llama/Llama-3.1-8B"
    a, b, c, e = (gateway["spec"]["id"] for gateway in (body, header, path, updating))
    deployments = [
        mock_deployment("org/one", gateway_ids=[a, e]),
        mock_deployment("two", gateway_ids=[a, b]),
        mock_deployment("two", name="two-more", gateway_ids=[a]),
        mock_deployment(llama, gateway_ids=[c], status={"status": "STATUS_UPDATING"}),
        mock_deployment("loading", gateway_ids=[b], ready=False),
        mock_deployment("off", gateway_ids=[b], spec={"disabled": True}, status={"status": "STATUS_UPDATING"}),
    ]
    routes, left_out = _run(gateways, deployments)
    assert routes == [
        _entry("org/one", f"{_base(body)}/v1"),
        _entry("two", f"{_base(body)}/v1"),
        _entry("two", f"{_base(header)}/v1", extra_headers={"X-Model": "two"}),
        _entry(llama, f"{_base(path)}/meta-llama%2FLlama-3.1-8B/v1"),
    ]
    assert left_out == {
        "b-header/loading": "it isn't ready (STATUS_CREATING)",
        "b-header/off": "it is disabled",
        "d-empty": "it has no deployments",
        "e-updating": "it isn't ready (STATUS_UPDATING)",
    }


@pytest.mark.parametrize("model", ["os.environ/LITELLM_MASTER_KEY", "*", "org/*"])
def test_name_with_another_meaning_is_left_out(model: str) -> None:
    """A deployment's name can't make LiteLLM show a secret of its own, or take the requests for other models."""
    prod = mock_gateway("prod", routing="header")
    behind = [mock_deployment(name, gateway_ids=[prod["spec"]["id"]]) for name in (model, "llama")]
    routes, left_out = _run([prod], behind)
    assert [route["model_name"] for route in routes] == ["llama"]
    assert left_out == {f"prod/{model}": "its name has another meaning in LiteLLM's configuration"}


def test_no_model_is_an_error() -> None:
    """Without a model that answers, the program fails, and no configuration without routes replaces the last one."""
    prod = mock_gateway("prod")
    with pytest.raises(pulumi.RunError, match=r"^no model answers: \{'prod/llama': "):
        _run([prod], [mock_deployment("llama", gateway_ids=[prod["spec"]["id"]], ready=False)])
