"""The models that the stack's configuration names: the engine checks that it is an object, and not what is in it."""

import json
import re
import shlex
from collections.abc import Mapping

import pulumi


def checked(value: Mapping[str, object]) -> dict[str, list[str]]:
    """Return the names of the models that a gateway serves, by the gateway's name.

    Raises:
        pulumi.RunError: one is no list of texts; one line that shows the commands which put it right.

    """
    found: dict[str, list[str]] = {}
    for gateway, models in value.items():
        if not isinstance(models, list) or not all(isinstance(model, str) for model in models):
            # The CLI makes no list of a text that is there: it has to go first.
            path = f"models.{gateway}" if re.fullmatch(r"[\w-]+", gateway) else f"models[{json.dumps(gateway)}]"
            model = models if isinstance(models, str) else "MODEL"
            raise pulumi.RunError(
                f"models: expected a list of texts for the gateway {json.dumps(gateway)}: "
                f"pulumi config rm --path {shlex.quote(path)} && "
                f"pulumi config set --type string --path {shlex.quote(f'{path}[0]')} {shlex.quote(model)}"
            )
        found[gateway] = models
    return found
