"""Runs where cwtrain is installed: prints every gateway as cwtrain has read it, as JSON."""

import dataclasses
import json
import sys
from typing import Any

from cwtrain.infra.client import (  # type: ignore[import-not-found,unused-ignore] # not among what development installs
    InferenceClient,
)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: enums by their name, times in RFC 3339."""
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return getattr(value, "name", value)


def main(endpoint: str) -> None:
    """Read all gateways, one after the other, and as a list."""
    with InferenceClient(base_url=endpoint) as client:
        listed = [_read(gateway) for gateway in client.list_gateways()]
        alone = [_read(client.get_gateway(gateway["id"])) for gateway in listed]
    json.dump({"listed": listed, "alone": alone}, sys.stdout)


def _read(gateway: Any) -> dict[str, Any]:
    fields = _plain(gateway)
    del fields["raw"]
    return {**fields, "ready": gateway.ready}


if __name__ == "__main__":
    main(sys.argv[1])
