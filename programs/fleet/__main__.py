"""Look up all gateways of an organization, summarize them, and check those that must serve."""

import pulumi
from policy import require_serving
from readme import readme
from summary import by_zone_and_status

from pulumi_coreweave_gateway import GatewaysLookup

critical: list[str] = pulumi.Config().require_object("critical")

fleet = GatewaysLookup("fleet")

# Every output depends on the check, so a fleet that fails it leaves the stack's outputs as they were.
gateways = fleet.gateways.apply(lambda found: require_serving(found, critical))

pulumi.export("gateways", gateways.apply(by_zone_and_status))
pulumi.export("readme", gateways.apply(readme))  # Pulumi Cloud shows an output of this name as the stack's page
