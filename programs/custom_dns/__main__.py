"""Point each additional DNS name of a gateway at its default endpoint, with a CNAME record at Cloudflare."""

import pulumi
from pulumi_cloudflare import DnsRecord, get_zone

from pulumi_coreweave_gateway import get_gateway

config = pulumi.Config()

# A function and not a lookup: the program needs the names at once, because they decide which resources there are.
gateway = get_gateway(config.require("gatewayId"), require_ready=True)
zone = get_zone(zone_id=config.require("zoneId"))

names = gateway.endpoint_configuration.additional_dns
if gateway.host in names:
    raise pulumi.RunError(f"gateway {gateway.name} has no endpoint but its DNS names, which would point at themselves")
ours = [name for name in names if name == zone.name or name.endswith(f".{zone.name}")]
for name in ours:
    # Not proxied: clients must reach the gateway itself, which has the certificate.
    DnsRecord(name, zone_id=zone.zone_id, name=name, type="CNAME", content=gateway.host, ttl=300, proxied=False)

pulumi.export("target", gateway.host)
pulumi.export("names", ours)
pulumi.export("names_outside_the_zone", [name for name in names if name not in ours])
