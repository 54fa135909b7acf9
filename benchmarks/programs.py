"""The programs that are compared, each as a user would write it, and each exporting all endpoints.

The number of gateways comes in the environment variable ``GATEWAYS``.
"""

import json

from pulumi_coreweave_gateway.emulator.samples import sample_gateway

_GATEWAY = json.dumps(sample_gateway("GATEWAY_ID", name="llama-3-70b"))

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

_FETCH = """
def fetch(gateway_id):
    import os

    import requests

    response = requests.get(
        os.environ["COREWEAVE_API_ENDPOINT"] + "/v1alpha1/inference/gateways/" + gateway_id,
        headers={"Authorization": "Bearer " + os.environ["COREWEAVE_API_TOKEN"]},
        timeout=10,
    )
    response.raise_for_status()
    return response.json()["gateway"]
"""

GET_PROVIDER = f"""{_FETCH}{NOOP_PROVIDER}

class Getter(Provider):
    def read(self, id_, props):
        gateway = fetch(id_)
        return ReadResult(id_, {{**props, **gateway["spec"], "endpoint": gateway["status"]["endpoints"][0]}})


Provider = Getter
"""

READY_MADE_PROVIDER = f"""
import pulumi
from pulumi.dynamic import ReadResult, Resource, ResourceProvider

GATEWAY = {_GATEWAY!r}


class Provider(ResourceProvider):
    def read(self, id_, props):
        import json

        gateways = [json.loads(GATEWAY.replace("GATEWAY_ID", gateway_id)) for gateway_id in props["gatewayIds"]]
        return ReadResult(id_, {{**props, "gateways": gateways}})
"""

READY_MADE = f"""{_IDS}{READY_MADE_PROVIDER}

class Gateways(Resource):
    gateways: pulumi.Output[list]

    def __init__(self, name, opts):
        super().__init__(Provider(), name, {{"gatewayIds": ids, "gateways": None}}, opts)


fleet = Gateways("fleet", pulumi.ResourceOptions(id="fleet"))
pulumi.export("endpoints", fleet.gateways.apply(lambda found: [each["status"]["endpoints"][0] for each in found]))
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

IN_CREATE = f"""{_IDS}{_FETCH}
import pulumi
import requests
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class GatewayProvider(ResourceProvider):
    def create(self, props):
        gateway = fetch(props["gateway_id"])
        endpoint = gateway["status"]["endpoints"][0]
        return CreateResult(
            gateway["spec"]["id"], {{**props, **gateway["spec"], **gateway["status"], "endpoint": endpoint}}
        )


class Gateway(Resource):
    endpoint: pulumi.Output[str]

    def __init__(self, name, gateway_id, opts=None):
        super().__init__(GatewayProvider(), name, {{"gateway_id": gateway_id, "endpoint": None}}, opts)


gateways = [Gateway(f"gateway-{{index}}", gateway_id) for index, gateway_id in enumerate(ids)]
pulumi.export("endpoints", [gateway.endpoint for gateway in gateways])
"""

LOOKUP_PROVIDER = "from pulumi_coreweave_gateway.providers import GATEWAY; Provider = lambda: GATEWAY"
FLEET_PROVIDER = "from pulumi_coreweave_gateway.providers import GATEWAYS; Provider = lambda: GATEWAYS"

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

_GET = f"""{_IDS}
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

local = threading.local()


def get(path):
    if not hasattr(local, "session"):
        local.session = requests.Session()
    response = local.session.get(
        os.environ["COREWEAVE_API_ENDPOINT"] + "/v1alpha1/inference/gateways" + path,
        headers={{"Authorization": "Bearer " + os.environ["COREWEAVE_API_TOKEN"]}},
        timeout=10,
    )
    response.raise_for_status()
    return response.json()


start = time.perf_counter()
"""

REQUESTS = f"""{_GET}
with ThreadPoolExecutor(4) as pool:
    list(pool.map(get, ["/" + gateway_id for gateway_id in ids]))
print(time.perf_counter() - start)
"""

LIST = f"""{_GET}
get("")
print(time.perf_counter() - start)
"""
