"""One place for each check of an argument or a setting: IDs, names, profiles and hosts."""

from __future__ import annotations

import ipaddress
import re

from .errors import InvalidArgumentError
from .messages import quote_for_message

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_MAX_NAME = 256
_MAX_MODEL = 256
_PROFILE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
_MAX_PROFILE = 40
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?", re.ASCII)
# urlsplit ignores what follows brackets, accepts more than an IPv6 address in them, and may take "8_0" for a port.
_HOST_AND_PORT = re.compile(r"(?:\[[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*\]|[^\[\]:]+)(?::[0-9]*)?", re.ASCII)

_ENDPOINT = re.compile(
    r"https?://(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?(/[\w./~-]*)?", re.ASCII | re.IGNORECASE
)


def validated_gateway_id(value: object, label: str = "gateway_id", *, name_argument: str = "") -> str:
    """Return a gateway's ID in canonical form, a UUID in lower case.

    Args:
        value: The ID.
        label: The label of the value in error messages.
        name_argument: The argument for a name, if the lookup has one.

    Raises:
        InvalidArgumentError: The value isn't a UUID in its usual form (8-4-4-4-12 hexadecimal digits).

    """
    if not isinstance(value, str):
        raise InvalidArgumentError(f"{label}: expected a gateway's UUID as a string, not {type(value).__name__}")
    if not _UUID.fullmatch(value):
        remedy = f"; pass a gateway's name as {name_argument}" if name_argument else ""
        raise InvalidArgumentError(
            f"{label}: {quote_for_message(value)} is not a UUID (such as 6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411){remedy}"
        )
    return value.lower()


def validated_gateway_name(value: object, label: str = "gateway_name") -> str:
    """Return a gateway's name.

    Args:
        value: The name.
        label: The label of the value in error messages.

    Raises:
        InvalidArgumentError: The value is not a str, blank, too long, or contains control characters.

    """
    if not isinstance(value, str):
        raise InvalidArgumentError(f"{label}: expected a gateway's name as a string, not {type(value).__name__}")
    if not value.strip() or len(value) > _MAX_NAME or not value.isprintable():
        raise InvalidArgumentError(f"{label}: invalid gateway name {quote_for_message(value)}")
    return value


def validated_model(value: object, label: str) -> str:
    """Return a model's name.

    Args:
        value: The name.
        label: The label of the value in error messages.

    Raises:
        InvalidArgumentError: The value isn't a str, is blank, or has more than 256 characters.

    """
    if not isinstance(value, str) or not value.strip() or len(value) > _MAX_MODEL:
        raise InvalidArgumentError(f"{label}: expected a model's name, such as 'meta-llama/Llama-3.1-8B'")
    return value


def validated_profile(value: object, label: str = "profile") -> str:
    """Return a profile's name.

    Args:
        value: The name.
        label: The label of the value in error messages.

    Raises:
        InvalidArgumentError: The value isn't made of lower-case letters, digits and single dashes, or is ``gateway``.

    """
    if not isinstance(value, str):
        raise InvalidArgumentError(f"{label}: expected a profile's name such as 'eu', not {type(value).__name__}")
    if len(value) > _MAX_PROFILE or not _PROFILE.fullmatch(value):
        raise InvalidArgumentError(
            f"{label}: invalid profile {quote_for_message(value)}; use at most {_MAX_PROFILE} lower-case letters, "
            "digits and single dashes, starting with a letter, such as eu"
        )
    if value == "gateway":
        raise InvalidArgumentError(
            f"{label}: 'gateway' is reserved: coreweave-gateway has the settings of the default profile; "
            "choose another name"
        )
    return value


def is_host(host: str) -> bool:
    """Return whether a string is a host name or an IP address that can be connected to."""
    # Python accepts an address with a zone, such as ::1%25lo, which the system then looks up as a name.
    return bool(_HOST.fullmatch(host)) or (_address(host) is not None and "%" not in host)


def is_host_and_port(netloc: str) -> bool:
    """Return whether a string is a host, in brackets if it contains colons, with or without a port."""
    return bool(_HOST_AND_PORT.fullmatch(netloc))


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine by its name: ``localhost``, ``127.0.0.0/8`` or ``::1``."""
    address = _address(host)
    return host.lower() == "localhost" or (address is not None and address.is_loopback)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def endpoint_host(url: str) -> str:
    """Return the host of a gateway's endpoint in lower case, or ``""`` if a client can't connect to such a URL."""
    found = _ENDPOINT.fullmatch(url)
    host = found["host"].strip("[]").lower() if found else ""
    return host if is_host(host) else ""
