"""The program ``custom_dns``: the records that it declares at Cloudflare."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway.testing import mock_gateway
from tests.unit.programs import Recorder, needs_sdk, run_program

pytestmark = needs_sdk("pulumi_cloudflare")

GATEWAY = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"
DEFAULT = f"https://api.{GATEWAY}.gw.cwinference.com"
RECORD = "cloudflare:index/dnsRecord:DnsRecord"


def _run(names: list[str], **status: Any) -> Recorder:
    gateway = mock_gateway(
        "prod", gateway_id=GATEWAY, spec={"endpointConfiguration": {"additionalDns": names}}, status=status
    )
    zone = {"cloudflare:index/getZone:getZone": {"zoneId": "023e105f", "name": "example.com"}}
    return run_program("custom_dns", {"gatewayId": GATEWAY, "zoneId": "023e105f"}, [gateway], functions=zone)


def test_each_name_points_at_the_default_endpoint() -> None:
    """Each additional DNS name is a CNAME record for the default endpoint's host, wherever that is in the list."""
    names = ["llm.example.com", "*.chat.example.com"]
    recorder = _run(names, endpoints=["https://llm.example.com", DEFAULT])
    assert recorder.resources == {
        (RECORD, name): {
            "zoneId": "023e105f",
            "name": name,
            "type": "CNAME",
            "content": f"api.{GATEWAY}.gw.cwinference.com",
            "ttl": 300,
            "proxied": False,
        }
        for name in names
    }


def test_names_outside_the_zone_get_no_record() -> None:
    """A name of another zone is left out; Cloudflare would append the zone's name to it."""
    recorder = _run(["example.com", "llm.other.com", "notexample.com"])
    assert recorder.resources.keys() == {(RECORD, "example.com")}


@pytest.mark.parametrize(
    ("endpoints", "reason"),
    [
        ([], r"not ready \(STATUS_READY; no endpoint yet\)"),
        (["https://llm.example.com"], "no endpoint but its DNS names"),
    ],
    ids=["no endpoint", "custom names only"],
)
def test_gateway_without_default_endpoint_fails(endpoints: list[str], reason: str) -> None:
    """Without a default endpoint, the program fails instead of deleting records or pointing a name at itself."""
    with pytest.raises(pulumi.RunError, match=reason):
        _run(["llm.example.com"], endpoints=endpoints)
