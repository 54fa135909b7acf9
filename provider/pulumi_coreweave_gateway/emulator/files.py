"""The YAML file of gateways."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from .schema import Gateway, GatewayDataError, parse_gateways

if TYPE_CHECKING:
    from collections.abc import Hashable

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TIMESTAMP_TAG = "tag:yaml.org,2002:timestamp"


class _GatewaysLoader(_Loader):  # type: ignore[misc] # the C loader where PyYAML was built with it
    """Reads times as strings, as they are on the wire, and refuses duplicate keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Return a mapping.

        Raises:
            ConstructorError: a key occurs twice.

        """
        seen = set()
        for key_node, _ in node.value:
            if isinstance(key_node, yaml.ScalarNode):
                if key_node.value in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"duplicate key {key_node.value!r}", key_node.start_mark
                    )
                seen.add(key_node.value)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return mapping


_GatewaysLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP_TAG]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}


def load_gateways(path: str | os.PathLike[str]) -> list[Gateway]:
    """Return the gateways in a YAML file.

    Args:
        path: the file, with the key ``gateways``: a list of gateways as on the wire.

    Raises:
        GatewayDataError: the file can't be read, isn't YAML, or has a gateway that the API could not send.

    """
    try:
        return parse_document(Path(path).read_bytes())
    except OSError as error:
        raise GatewayDataError(f"{path}: {error.strerror or error}") from None
    except GatewayDataError as error:
        raise GatewayDataError(f"{path}: {error}") from None


def parse_document(text: bytes) -> list[Gateway]:
    """Return the gateways in the text of a YAML file.

    Raises:
        GatewayDataError: it isn't YAML, or has a gateway that the API could not send.

    """
    try:
        document = yaml.load(text, Loader=_GatewaysLoader)  # noqa: S506 - a subclass of the safe loader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise GatewayDataError(f"invalid YAML: {_describe(error)}") from None
    except (AttributeError, LookupError, TypeError):
        # PyYAML raises these for values such as "!!bool maybe".
        raise GatewayDataError("invalid YAML: a value doesn't fit its tag") from None
    if not isinstance(document, dict) or "gateways" not in document:
        raise GatewayDataError("must have one key, gateways, with a list of gateways")
    unknown = next((key for key in document if key != "gateways"), None)
    if unknown is not None:
        raise GatewayDataError(f"unknown key {unknown!r}; the only key is gateways")
    return parse_gateways([] if document["gateways"] is None else document["gateways"])


def _describe(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return " ".join(str(error).split())
    problem = getattr(error, "problem", None) or "can't be read"
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}"
