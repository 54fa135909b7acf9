"""Routes as a LiteLLM proxy reads them: ``litellm --config FILE``."""

from typing import Any

import yaml
from routes import Route, Routes

_HEAD = "# Written by Pulumi: what is changed here is gone with the next `pulumi up`.\n"


def rendered(table: Routes, key_variable: str) -> str:
    """Return the configuration.

    Args:
        table: the routes.
        key_variable: the environment variable that the proxy takes its token from; the file holds no secret.

    """
    entries = [_entry(route, key_variable) for route in table.routes]
    return _HEAD + yaml.safe_dump({"model_list": entries}, sort_keys=False, width=1000)


def _entry(route: Route, key_variable: str) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        # LiteLLM's name for "speaks OpenAI's protocol"; what follows the first slash is sent on.
        "model": f"openai/{route.model}",
        "api_base": route.base_url,
        "api_key": f"os.environ/{key_variable}",
    }
    if route.headers:
        parameters["extra_headers"] = dict(route.headers)
    return {"model_name": route.model_name, "litellm_params": parameters}
