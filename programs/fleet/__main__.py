"""All gateways of an organization: by zone and status, as a table, and a check of those that must serve."""

import pulumi
from policy import require_ready
from readme import readme
from summary import by_zone_and_status

from pulumi_coreweave_gateway import GatewaysLookup

critical: list[str] = pulumi.Config().require_object("critical")

fleet = GatewaysLookup("fleet")

# All that follows is made of what has passed the check: no output of this stack ever tells of a fleet that hasn't.
gateways = fleet.gateways.apply(lambda found: require_ready(found, critical))

pulumi.export("gateways", gateways.apply(by_zone_and_status))
# Pulumi Cloud shows an output of this name as the stack's page.
pulumi.export("readme", gateways.apply(readme))
