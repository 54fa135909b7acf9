"""Write the configuration of a LiteLLM proxy that routes to all gateways of an organization which serve."""

from pathlib import Path

import model_names
import pulumi
from litellm_config import rendered
from managed_file import ManagedFile
from routes import routes

from pulumi_coreweave_gateway import GatewaysLookup

config = pulumi.Config()
models = model_names.checked(config.require_object("models"))
key_variable = config.require("keyVariable")

fleet = GatewaysLookup("fleet")
table = fleet.gateways.apply(lambda gateways: routes(gateways, models))

file = ManagedFile(
    "litellm",
    # The provider that writes it is another process: it gets the path whole.
    path=str(Path(config.require("path")).expanduser().absolute()),
    content=table.apply(lambda found: rendered(found, key_variable)),
)

pulumi.export("path", file.path)
pulumi.export("models", table.apply(lambda found: [route.model_name for route in found.routes]))
pulumi.export("left_out", table.apply(lambda found: found.left_out))
