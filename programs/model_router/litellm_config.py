"""Routes as LiteLLM reads them from its configuration file."""

from collections.abc import Sequence
from typing import Any

import yaml
from routes import Route


def litellm_config(routes: Sequence[Route]) -> str:
    """Return the configuration file's text. It holds no secret: LiteLLM reads the token from its environment."""
    return yaml.safe_dump({"model_list": [_entry(route) for route in routes]}, sort_keys=False, width=1000)


def _entry(route: Route) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "model": f"openai/{route.model}",  # the provider, "OpenAI-compatible", then the model
        "api_base": route.base_url,
        "api_key": "os.environ/COREWEAVE_API_TOKEN",
    }
    if route.headers:
        parameters["extra_headers"] = route.headers
    return {"model_name": route.model, "litellm_params": parameters}
