"""The YAML file of gateways."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from .fields import FieldError, check_gateway, printable
from .store import gateway_key

if TYPE_CHECKING:
    from collections.abc import Hashable

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TIMESTAMP_TAG = "tag:yaml.org,2002:timestamp"


class GatewaysError(Exception):
    """Gateways that the emulator can't have: names the file, the entry and the field."""


class _GatewaysLoader(_Loader):  # type: ignore[misc] # the C loader where PyYAML was built with it
    """Reads times as the texts they are, and takes no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Return a mapping.

        Raises:
            ConstructorError: a key stands in it twice.

        """
        seen = set()
        for key_node, _ in node.value:
            if isinstance(key_node, yaml.ScalarNode):
                if key_node.value in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {key_node.value!r} stands here twice", key_node.start_mark
                    )
                seen.add(key_node.value)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return mapping


_GatewaysLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP_TAG]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}


def load_gateways(path: str | Path) -> list[dict[str, Any]]:
    """Return the gateways in a YAML file, checked.

    Args:
        path: the file; ``gateways:`` in it is a list of gateways as on the wire.

    Raises:
        GatewaysError: there is no such file, it is not YAML, or an entry is none that the API could send.

    """
    try:
        document = yaml.load(Path(path).read_bytes(), Loader=_GatewaysLoader)  # noqa: S506 - a safe loader's child
    except OSError as reason:
        raise GatewaysError(f"{path}: {reason.strerror or reason}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as reason:
        raise GatewaysError(f"{path}: not YAML: {_one_line(reason)}") from None
    except (AttributeError, LookupError, TypeError):
        # What PyYAML lets slip on such as "!!bool maybe".
        raise GatewaysError(f"{path}: not YAML: a value doesn't fit its tag") from None
    try:
        return check_gateways(document)
    except GatewaysError as reason:
        raise GatewaysError(f"{path}: {reason}") from None


def check_gateways(document: object) -> list[dict[str, Any]]:
    """Return the gateways in a document that was read already, checked.

    Raises:
        GatewaysError: an entry is none that the API could send, or its id comes twice.

    """
    if not isinstance(document, dict) or "gateways" not in document:
        raise GatewaysError("must have one key, gateways, with a list of gateways")
    unknown = next((key for key in document if key != "gateways"), None)
    if unknown is not None:
        raise GatewaysError(f"unknown key {unknown!r}: there is one key, gateways")
    entries = document["gateways"]
    if entries is None:
        return []
    if not isinstance(entries, list):
        raise GatewaysError("gateways must be a list")
    checked: list[dict[str, Any]] = []
    places: dict[str, int] = {}
    for index, entry in enumerate(entries):
        try:
            gateway = check_gateway(entry)
        except FieldError as reason:
            raise GatewaysError(f"gateways[{index}]{_called(entry)}: {reason}") from None
        first = places.setdefault(gateway_key(gateway), index)
        if first != index:
            raise GatewaysError(f"gateways[{index}]{_called(entry)}: spec.id: gateways[{first}] has it already")
        checked.append(gateway)
    return checked


def _called(entry: object) -> str:
    """Return what an entry calls itself, so that people find it."""
    spec = entry.get("spec") if isinstance(entry, dict) else None
    names = [spec.get(key) for key in ("name", "id")] if isinstance(spec, dict) else []
    texts = [printable(name) for name in names if isinstance(name, str) and name]
    return f" ({', '.join(texts)})" if texts else ""


def _one_line(reason: Exception) -> str:
    mark = getattr(reason, "problem_mark", None)
    if mark is None:
        return " ".join(str(reason).split())
    problem = getattr(reason, "problem", None) or "can't be read"
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}"
