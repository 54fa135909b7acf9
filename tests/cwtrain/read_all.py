"""Print all gateways and deployments as cwtrain reads them, as JSON; runs where cwtrain is installed."""

import dataclasses
import json
import sys
from typing import Any

from cwtrain.infra.client import (  # type: ignore[import-not-found,unused-ignore] # not a development dependency
    InferenceClient,
)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: enums by their name, times in RFC 3339, no text as an empty one."""
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return getattr(value, "name", value) or ""


def _read(resource: Any) -> dict[str, Any]:
    fields = _plain(dataclasses.replace(resource, raw={}))
    del fields["raw"]
    return {**fields, "ready": resource.ready}


with InferenceClient(base_url=sys.argv[1]) as client:
    listed = [_read(gateway) for gateway in client.list_gateways()]
    alone = [_read(client.get_gateway(gateway["id"])) for gateway in listed]
    deployments = {
        gateway["id"]: [_read(client.get_deployment(found.id)) for found in client.list_deployments(gateway["id"])]
        for gateway in listed
    }
json.dump({"listed": listed, "alone": alone, "deployments": deployments}, sys.stdout)
