"""The YAML file of gateways."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml

from .schema import EmulatorError, parse_gateways

_TIMESTAMP_TAG = "tag:yaml.org,2002:timestamp"


class _GatewaysLoader(yaml.SafeLoader):
    """Reads times as strings, as they are on the wire."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as in the base class
        first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP_TAG]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def load_gateways(path: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """Return the gateways in a YAML file.

    Args:
        path: the file, with the key ``gateways``: a list of gateways as on the wire.

    Raises:
        EmulatorError: the file can't be read, isn't YAML, or has a gateway that the API could not send.

    """
    try:
        document = yaml.load(Path(path).read_bytes(), Loader=_GatewaysLoader)  # noqa: S506 - a safe loader
    except OSError as error:
        raise EmulatorError(f"{path}: {error.strerror or error}") from None
    except Exception as error:  # noqa: BLE001 - PyYAML raises AttributeError and others for values such as "!!bool maybe"
        raise EmulatorError(f"{path}: invalid YAML: {' '.join(str(error).split())}") from None
    if not isinstance(document, dict) or list(document) != ["gateways"]:
        raise EmulatorError(f"{path}: must have one key, gateways, with a list of gateways")
    try:
        return parse_gateways(document["gateways"] or [])
    except EmulatorError as error:
        raise EmulatorError(f"{path}: {error}") from None
