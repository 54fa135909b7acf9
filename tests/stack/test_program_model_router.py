"""The program ``model_router`` on the real engine."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import Project, errors, said
from tests.stack.readmes import PROGRAMS

SOURCE = PROGRAMS / "model_router"


@pytest.fixture
def router(environ: dict[str, str], tmp_path: Path) -> Project:
    """Return a copy of the program, with a stack."""
    return Project(tmp_path / "model_router", environ, source=SOURCE)


def _route(router: Project, *models: str) -> None:
    for number, model in enumerate(models):
        router.succeed("config", "set", "--path", f"models[{number}]", model)


def _entry(name: str, model: str, base: str, **more: Any) -> dict[str, Any]:
    parameters = {"model": model, "api_base": base, "api_key": "os.environ/COREWEAVE_API_TOKEN", **more}
    return {"model_name": name, "litellm_params": parameters}


def _base(gateway_id: str) -> str:
    return f"https://api.{gateway_id}.gw.cwinference.com"


def test_new_endpoint_shows_in_the_configuration(router: Project, coreweave_emulator: Emulator) -> None:
    """A preview shows the configuration's change when an endpoint changes, and up exports it."""
    prod = coreweave_emulator.add(name="prod")
    outputs = router.up()
    assert yaml.safe_load(outputs["litellm_config"]) == {
        "model_list": [_entry("prod/*", "openai/*", f"{_base(prod)}/v1")]
    }
    assert outputs["left_out"] == {}
    coreweave_emulator.change(prod, status={"endpoints": ["https://llm.example.com"]})
    done = router.cli("preview", "--diff")
    assert "https://llm.example.com/v1" in done.stdout, said(done)
    assert "https://llm.example.com/v1" in router.up()["litellm_config"]
    router.succeed("destroy", "--yes")


def test_models_are_routed_as_their_gateway_routes(router: Project, coreweave_emulator: Emulator) -> None:
    """Each kind of routing has its form, an update interrupts no route, and the rest is left out with a reason."""
    body = coreweave_emulator.add(name="a-body")
    header = coreweave_emulator.add(name="b-header", routing="header")
    path = coreweave_emulator.add(name="c-path", routing="path")
    coreweave_emulator.change(path, status={"status": "STATUS_UPDATING"})
    coreweave_emulator.add(name="d-path", routing="path")
    coreweave_emulator.add(name="e-new", ready=False)
    _route(router, "a-body/org/one", "a-body/two", "b-header/two", "c-path/meta-llama/Llama-3.1-8B", "f-gone/four")
    outputs = router.up()
    assert yaml.safe_load(outputs["litellm_config"])["model_list"] == [
        _entry("org/one", "openai/org/one", f"{_base(body)}/v1"),
        _entry("two", "openai/two", f"{_base(body)}/v1"),
        _entry("two", "openai/two", f"{_base(header)}/v1", extra_headers={"X-Model": "two"}),
        _entry(
            "meta-llama/Llama-3.1-8B",
            "openai/meta-llama/Llama-3.1-8B",
            f"{_base(path)}/meta-llama%2FLlama-3.1-8B/v1",
        ),
    ]
    assert outputs["left_out"] == {
        "d-path": "it routes by path: name its models in the configuration",
        "e-new": "it doesn't serve (STATUS_CREATING)",
        "f-gone": "there is no such gateway",
    }


def test_model_without_gateway_is_refused(router: Project, coreweave_emulator: Emulator) -> None:
    """An entry that isn't GATEWAY/MODEL is one line that shows the form."""
    coreweave_emulator.add(name="prod")
    _route(router, "llama")
    done = router.cli("preview")
    assert done.returncode != 0
    assert errors(done) == ["error: invalid entry 'llama' in the configuration value models: use GATEWAY/MODEL"]
    assert "Traceback" not in said(done)
