"""The programs that are compared, each as a user would write it, and each exporting all endpoints.

The number of gateways comes in the environment variable ``GATEWAYS``.
"""

_IDS = """
import os
import uuid

ids = [str(uuid.UUID(int=index + 1, version=4)) for index in range(int(os.environ["GATEWAYS"]))]
"""

_FETCH = """
def fetch(path):
    import os

    import requests

    response = requests.get(
        os.environ["COREWEAVE_API_ENDPOINT"] + "/v1alpha1/inference/gateways" + path,
        headers={"Authorization": "Bearer " + os.environ["COREWEAVE_API_TOKEN"]},
        timeout=10,
    )
    response.raise_for_status()
    return response.json()
"""

_IDLE_PROVIDER = """
import pulumi
from pulumi.dynamic import ReadResult, Resource, ResourceProvider


class Provider(ResourceProvider):
    def read(self, id_, props):
        return ReadResult(id_, props)
"""

NOOP = f"""{_IDLE_PROVIDER}

class Nothing(Resource):
    endpoint: pulumi.Output[str]


nothing = Nothing(Provider(), "nothing", {{"endpoint": "https://example.com"}}, pulumi.ResourceOptions(id="nothing"))
pulumi.export("endpoints", [nothing.endpoint])
"""

_READ_PROVIDER = f"""{_FETCH}{_IDLE_PROVIDER}

class Reader(Provider):
    def read(self, id_, props):
        gateway = fetch("/" + id_)["gateway"]
        return ReadResult(id_, {{**props, **gateway["spec"], "endpoint": gateway["status"]["endpoints"][0]}})


Provider = Reader
"""

_CREATE_PROVIDER = f"""{_FETCH}
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class Provider(ResourceProvider):
    def create(self, props):
        gateway = fetch("/" + props["gateway_id"])["gateway"]
        endpoint = gateway["status"]["endpoints"][0]
        outputs = {{**props, **gateway["spec"], **gateway["status"], "endpoint": endpoint}}
        return CreateResult(props["gateway_id"], outputs)
"""

_RESOURCES = """
class Gateway(Resource):
    endpoint: pulumi.Output[str]


gateways = [
    Gateway(Provider(), f"gateway-{index}", {"gateway_id": gateway_id, "endpoint": None}, OPTIONS)
    for index, gateway_id in enumerate(ids)
]
pulumi.export("endpoints", [gateway.endpoint for gateway in gateways])
"""

IN_READ = _IDS + _READ_PROVIDER + _RESOURCES.replace("OPTIONS", "pulumi.ResourceOptions(id=gateway_id)")
IN_CREATE = _IDS + _CREATE_PROVIDER + _RESOURCES.replace("OPTIONS", "None")

ONE_LIST = f"""{_IDS}{_FETCH}{_IDLE_PROVIDER}

class Lister(Provider):
    def read(self, id_, props):
        return ReadResult(id_, {{**props, "gateways": fetch("")["items"]}})


class Gateways(Resource):
    gateways: pulumi.Output[list]


fleet = Gateways(Lister(), "fleet", {{"gateway_ids": ids, "gateways": None}}, pulumi.ResourceOptions(id="fleet"))
pulumi.export("endpoints", fleet.gateways.apply(lambda found: [each["status"]["endpoints"][0] for each in found]))
"""

LOOKUPS = f"""{_IDS}
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
