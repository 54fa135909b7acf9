"""The program ``model_router``: the LiteLLM configuration that it exports."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest
import yaml

from pulumi_coreweave_gateway.testing import mock_gateway
from tests.unit.programs import run_program


def _run(*models: str, gateways: list[dict[str, Any]]) -> tuple[Any, Any]:
    exports = run_program("model_router", {"models": json.dumps(models)}, gateways).exports
    return yaml.safe_load(exports["litellm_config"])["model_list"], exports["left_out"]


def _entry(name: str, model: str, base: str, **more: Any) -> dict[str, Any]:
    parameters = {"model": model, "api_base": base, "api_key": "os.environ/COREWEAVE_API_TOKEN", **more}
    return {"model_name": name, "litellm_params": parameters}


def _base(gateway: dict[str, Any]) -> str:
    return f"https://api.{gateway['spec']['id']}.gw.cwinference.com"


def test_gateway_without_models_is_routed_as_a_whole() -> None:
    """Without models in the configuration, clients name the gateway."""
    prod = mock_gateway("prod")
    assert _run(gateways=[prod]) == ([_entry("prod/*", "openai/*", f"{_base(prod)}/v1")], {})


def test_models_are_routed_as_their_gateway_routes() -> None:
    """Each kind of routing has its form, an update interrupts no route, and the rest is left out with a reason."""
    gateways = [
        body := mock_gateway("a-body"),
        header := mock_gateway("b-header", routing="header"),
        path := mock_gateway("c-path", routing="path", status={"status": "STATUS_UPDATING"}),
        mock_gateway("d-path", routing="path"),
        mock_gateway("e-new", ready=False),
    ]
    models = ("a-body/org/one", "a-body/two", "b-header/two", "c-path/meta-llama/Llama-3.1-8B", "f-gone/four")
    routes, left_out = _run(*models, gateways=gateways)
    llama = "meta-llama/Llama-3.1-8B"
    assert routes == [
        _entry("org/one", "openai/org/one", f"{_base(body)}/v1"),
        _entry("two", "openai/two", f"{_base(body)}/v1"),
        _entry("two", "openai/two", f"{_base(header)}/v1", extra_headers={"X-Model": "two"}),
        _entry(llama, f"openai/{llama}", f"{_base(path)}/meta-llama%2FLlama-3.1-8B/v1"),
    ]
    assert left_out == {
        "d-path": "it routes by path: name its models in the configuration",
        "e-new": "it doesn't serve (STATUS_CREATING)",
        "f-gone": "there is no such gateway",
    }


def test_model_without_gateway_is_refused() -> None:
    """An entry that isn't GATEWAY/MODEL is one line that shows the form."""
    with pytest.raises(pulumi.RunError) as caught:
        _run("llama", gateways=[mock_gateway("prod")])
    assert str(caught.value) == "invalid entry 'llama' in the configuration value models: use GATEWAY/MODEL"
