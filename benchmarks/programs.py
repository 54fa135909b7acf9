"""The programs that read N gateways, each as a user would write it, and each exporting all endpoints."""

_IDS = """
import os
import uuid

ids = [str(uuid.UUID(int=index + 1, version=4)) for index in range(int(os.environ["GATEWAYS"]))]
"""

EMPTY = """
import pulumi
"""

NOOP_PROVIDER = """
import pulumi
from pulumi.dynamic import ReadResult, Resource, ResourceProvider


class Provider(ResourceProvider):
    def read(self, id_, props):
        return ReadResult(id_, props)
"""

NOOP = f"""{NOOP_PROVIDER}

class Nothing(Resource):
    endpoint: pulumi.Output[str]

    def __init__(self, name, opts):
        super().__init__(Provider(), name, {{"endpoint": "https://example.com"}}, opts)


nothing = Nothing("nothing", pulumi.ResourceOptions(id="nothing"))
pulumi.export("endpoints", [nothing.endpoint])
"""

GET_PROVIDER = f"""{NOOP_PROVIDER}

class Getter(Provider):
    def read(self, id_, props):
        import os

        import requests

        answer = requests.get(
            os.environ["COREWEAVE_API_ENDPOINT"] + "/v1alpha1/inference/gateways/" + id_,
            headers={{"Authorization": "Bearer " + os.environ["COREWEAVE_API_TOKEN"]}},
            timeout=10,
        )
        answer.raise_for_status()
        gateway = answer.json()["gateway"]
        return ReadResult(id_, {{**props, **gateway["spec"], "endpoint": gateway["status"]["endpoints"][0]}})


Provider = Getter
"""

MEMBER = "MEMBER"
"""What stands in a program for a fleet's member, as the state holds it: JSON."""
MEMBER_ID = "ffffffff-0000-4000-8000-000000000000"
"""The id that it has there."""

READY_MADE = f"""{_IDS}
import json

import pulumi
from pulumi.dynamic import ReadResult, Resource, ResourceProvider


class Provider(ResourceProvider):
    def read(self, id_, props):
        gateways = [json.loads('{MEMBER}'.replace("{MEMBER_ID}", gateway_id)) for gateway_id in props["ids"]]
        return ReadResult(id_, {{**props, "gateways": gateways}})


class Gateways(Resource):
    gateways: pulumi.Output[list]

    def __init__(self, name, opts):
        super().__init__(Provider(), name, {{"ids": ids, "gateways": None}}, opts)


fleet = Gateways("fleet", pulumi.ResourceOptions(id="fleet"))
pulumi.export("endpoints", fleet.gateways.apply(lambda gateways: [gateway["endpoints"][0] for gateway in gateways]))
"""

IN_READ = f"""{_IDS}{GET_PROVIDER}

class Gateway(Resource):
    endpoint: pulumi.Output[str]

    def __init__(self, name, gateway_id):
        props = {{"gateway_id": gateway_id, "endpoint": None}}
        super().__init__(Provider(), name, props, pulumi.ResourceOptions(id=gateway_id))


gateways = [Gateway(f"gateway-{{index}}", gateway_id) for index, gateway_id in enumerate(ids)]
pulumi.export("endpoints", [gateway.endpoint for gateway in gateways])
"""

IN_CREATE = f"""{_IDS}
import pulumi
import requests
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class GatewayProvider(ResourceProvider):
    def create(self, props):
        answer = requests.get(
            os.environ["COREWEAVE_API_ENDPOINT"] + "/v1alpha1/inference/gateways/" + props["gateway_id"],
            headers={{"Authorization": "Bearer " + os.environ["COREWEAVE_API_TOKEN"]}},
            timeout=10,
        )
        answer.raise_for_status()
        gateway = answer.json()["gateway"]
        return CreateResult(
            gateway["spec"]["id"],
            {{**props, **gateway["spec"], **gateway["status"], "endpoint": gateway["status"]["endpoints"][0]}},
        )


class Gateway(Resource):
    endpoint: pulumi.Output[str]

    def __init__(self, name, gateway_id, opts=None):
        super().__init__(GatewayProvider(), name, {{"gateway_id": gateway_id, "endpoint": None}}, opts)


gateways = [Gateway(f"gateway-{{index}}", gateway_id) for index, gateway_id in enumerate(ids)]
pulumi.export("endpoints", [gateway.endpoint for gateway in gateways])
"""

SINGLES = f"""{_IDS}
import pulumi
from pulumi_coreweave_gateway import GatewayLookup

gateways = [GatewayLookup(f"gateway-{{index}}", gateway_id=gateway_id) for index, gateway_id in enumerate(ids)]
pulumi.export("endpoints", [gateway.endpoint for gateway in gateways])
"""

FLEET = f"""{_IDS}
import pulumi
from pulumi_coreweave_gateway import GatewaysLookup

fleet = GatewaysLookup("fleet", gateway_ids=ids)
pulumi.export("endpoints", fleet.gateways.apply(lambda gateways: [gateway.endpoint for gateway in gateways]))
"""

FUNCTIONS = f"""{_IDS}
import pulumi
from pulumi_coreweave_gateway import get_gateway_output

gateways = [get_gateway_output(gateway_id) for gateway_id in ids]
pulumi.export("endpoints", [gateway.endpoint for gateway in gateways])
"""

BARE = f"""{_IDS}
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

own = threading.local()


def endpoint(gateway_id):
    if not hasattr(own, "session"):
        own.session = requests.Session()
    answer = own.session.get(
        os.environ["COREWEAVE_API_ENDPOINT"] + "/v1alpha1/inference/gateways/" + gateway_id,
        headers={{"Authorization": "Bearer " + os.environ["COREWEAVE_API_TOKEN"]}},
        timeout=10,
    )
    answer.raise_for_status()
    return answer.json()["gateway"]["status"]["endpoints"][0]


start = time.perf_counter()
with ThreadPoolExecutor(int(sys.argv[1])) as pool:
    endpoints = list(pool.map(endpoint, ids))
print(time.perf_counter() - start)
"""

TERRAFORM = """
terraform {
  required_providers {
    http = { source = "hashicorp/http" }
  }
}

variable "ids" { type = list(string) }
variable "endpoint" { type = string }
variable "token" { type = string }

data "http" "gateway" {
  count           = length(var.ids)
  url             = "${var.endpoint}/v1alpha1/inference/gateways/${var.ids[count.index]}"
  request_headers = { Authorization = "Bearer ${var.token}" }
}

output "endpoints" {
  value = [
    for answer in data.http.gateway :
    jsondecode(try(answer.response_body, answer.body)).gateway.status.endpoints[0]
  ]
}
"""
