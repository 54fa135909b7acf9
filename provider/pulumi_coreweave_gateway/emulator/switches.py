"""How the emulator writes its answers: the forms that the real API may use too, and how long it takes."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import Any

from .inputs import InputError, check_object, check_seconds

_LATENCY = re.compile(r"(\d+(?:\.\d+)?)(ms|s)?", re.ASCII)


@dataclass(frozen=True)
class Switches:
    """What may be switched, by the command line and while the emulator runs.

    Attributes:
        enum_numbers: enums come as their numbers.
        status_true: a condition's status comes as ``STATUS_TRUE``, not ``True``.
        endpoints_without_scheme: endpoints come without ``https://``.
        nulls: a field that would be left out comes as null.
        defaults_present: a text, list, flag or enum at its default is not left out.
        latency: seconds that each answer of the API takes.

    """

    enum_numbers: bool = False
    status_true: bool = False
    endpoints_without_scheme: bool = False
    nulls: bool = False
    defaults_present: bool = False
    latency: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Return them under their names in the controls."""
        return {_camel(one.name): getattr(self, one.name) for one in fields(self)}

    def changed(self, change: object) -> Switches:
        """Return these, with some of them changed.

        Args:
            change: an object under the names of the controls.

        Raises:
            InputError: an unknown name or a value of the wrong type.

        """
        names = {_camel(one.name): one.name for one in fields(self)}
        values: dict[str, Any] = {}
        for name, value in check_object(change, names).items():
            if name == "latency":
                values[name] = check_seconds(value, name)
            elif isinstance(value, bool):
                values[names[name]] = value
            else:
                raise InputError(f"{name} must be true or false")
        return replace(self, **values)


def parse_latency(text: str) -> float:
    """Return the seconds in ``50ms``, ``1.5s`` or a bare number of seconds.

    Raises:
        ValueError: it is none of these.

    """
    match = _LATENCY.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no latency: write 50ms, 1.5s or a number of seconds")
    return float(match[1]) * (0.001 if match[2] == "ms" else 1.0)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
