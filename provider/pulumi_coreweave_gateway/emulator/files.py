"""The YAML file that the emulator serves."""

from __future__ import annotations

import os
from pathlib import Path

import yaml

from .resources import DEPLOYMENTS, GATEWAYS, EmulatorError, Resource, parse_all

_KEYS = {GATEWAYS, DEPLOYMENTS}
_TIMESTAMP_TAG = "tag:yaml.org,2002:timestamp"


class _Loader(yaml.SafeLoader):
    """Reads times as strings, as they are in JSON."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as in the base class
        first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP_TAG]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def load(path: str | os.PathLike[str]) -> dict[str, Resource]:
    """Return the resources in a YAML file, by ID in lower case.

    Args:
        path: The file, with a list in the API's JSON form for each key: ``gateways``, ``deployments`` or both.

    Raises:
        EmulatorError: The file can't be read, isn't YAML, or has an invalid resource.

    """
    try:
        document = yaml.load(Path(path).read_bytes(), Loader=_Loader)  # noqa: S506 - a safe loader
    except OSError as error:
        raise EmulatorError(f"{path}: {error.strerror or error}") from None
    except Exception as error:  # noqa: BLE001 - PyYAML raises AttributeError and others for values such as "!!bool maybe"
        raise EmulatorError(f"{path}: invalid YAML: {' '.join(str(error).split())}") from None
    if not isinstance(document, dict) or not document or not document.keys() <= _KEYS:
        raise EmulatorError(f"{path}: must have the keys gateways or deployments, and no other")
    try:
        return parse_all({key: value or [] for key, value in document.items()})
    except EmulatorError as error:
        raise EmulatorError(f"{path}: {error}") from None
