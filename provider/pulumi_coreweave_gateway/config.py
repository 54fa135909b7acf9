"""The settings: from the stack's configuration and the environment to checked values, by one function.

Names, precedence and defaults are those of CoreWeave's Pulumi and Terraform providers: a set environment variable
beats the stack's configuration, and a blank one counts as unset. The deadline of a lookup is this package's own.

A profile, such as ``eu``, is a second set of all of them for another organization or endpoint. Nothing is
inherited between profiles, so that no token ever reaches another organization's server.
"""

from __future__ import annotations

import hmac
import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import urlsplit

from .durations import parse_duration
from .errors import InvalidArgumentError, SettingsError
from .validation import shown

DEFAULT_ENDPOINT = "https://api.coreweave.com"
DEFAULT_HTTP_TIMEOUT = 10.0
"""Seconds that one try may take."""
DEFAULT_LOOKUP_TIMEOUT = 30.0
"""Seconds that a lookup may take with all its tries and the pauses between them."""

ConfigGetter = Callable[[str], object]
"""Gives a value of the stack's configuration by its full key, such as ``coreweave:token``, or None."""

_PROFILE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
_LONGEST_PROFILE = 40
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?", re.ASCII)
# Python's own parser passes over what follows an address in brackets, and some versions take "8_0" for a port.
_HOST_AND_PORT = re.compile(r"(?:\[[^\[\]]+\]|[^\[\]:]+)(?::[0-9]*)?", re.ASCII)
_LONGEST_TOKEN = 16 * 1024
_LONGEST_ENDPOINT = 200
"""Characters: it stands in every message."""


class Token:
    """An access token, which shows itself to nobody by accident.

    Args:
        value: the token.

    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the token, for the one header that it belongs into."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and hmac.compare_digest(self._value, other._value)

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Token(***)"

    __str__ = __repr__

    def __format__(self, format_spec: str) -> str:
        return format(str(self), format_spec)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token can't be pickled")


@dataclass(frozen=True)
class SettingNames:
    """How the settings of a profile are called.

    Args:
        profile: its name, None for the default one.

    """

    profile: str | None = None

    @property
    def namespace(self) -> str:
        """The namespace in the stack's configuration: ``coreweave``, or ``coreweave-eu``."""
        return f"coreweave-{self.profile}" if self.profile else "coreweave"

    def key(self, setting: str) -> str:
        """Return a setting's full key in the stack's configuration, such as ``coreweave:token``."""
        return f"{self.namespace}:{setting}"

    def variable(self, name: str, prefix: str = "COREWEAVE") -> str:
        """Return the name of an environment variable, such as ``COREWEAVE_EU_API_TOKEN``."""
        infix = f"_{self.profile.upper().replace('-', '_')}" if self.profile else ""
        return f"{prefix}{infix}_{name}"

    @property
    def token_variables(self) -> tuple[str, str]:
        """The environment variables that may hold the token, the first one first."""
        return self.variable("API_TOKEN"), self.variable("API_TOKEN", "CW")

    @property
    def lookup_timeout(self) -> str:
        """How the deadline of a lookup is set, for messages."""
        return f"{self.key('lookupTimeout')} (or {self.variable('LOOKUP_TIMEOUT')})"

    @property
    def endpoint(self) -> str:
        """How the endpoint is set, for messages."""
        return f"{self.key('endpoint')} (or {self.variable('API_ENDPOINT')})"


@dataclass(frozen=True)
class Settings:
    """Checked settings of one profile.

    Attributes:
        endpoint: the API's base URL, its scheme in lower case, without a slash at its end.
        token: the access token.
        http_timeout: seconds that one try may take.
        lookup_timeout: seconds that a lookup may take altogether.
        profile: the profile's name, None for the default one.

    """

    endpoint: str
    token: Token
    http_timeout: float = DEFAULT_HTTP_TIMEOUT
    lookup_timeout: float = DEFAULT_LOOKUP_TIMEOUT
    profile: str | None = None
    names: SettingNames = SettingNames()


def resolve_settings(
    config: ConfigGetter,
    environ: Mapping[str, str] | None = None,
    *,
    profile: str | None = None,
    is_secret: Callable[[str], bool] | None = None,
) -> Settings:
    """Return the settings of a profile.

    Args:
        config: gives a value of the stack's configuration by its full key, or None.
        environ: the environment variables, of this process by default.
        profile: the profile's name, None for the default one.
        is_secret: tells whether a key of the configuration is encrypted. Only the program's process knows; with it
            a token in the clear is refused here as well.

    Raises:
        InvalidArgumentError: the profile's name can't be one.
        SettingsError: no token is set.
        SettingsError: a value can't be used; the message names the setting and where it came from.

    """
    names = SettingNames(check_profile(profile) if profile else None)
    if is_secret is not None:
        refuse_plaintext_token(config, is_secret, profile=names.profile)
    source = _Source(config, os.environ if environ is None else environ, names)
    # The token last: a user who has not set one yet should see what else is wrong first.
    return Settings(
        endpoint=_endpoint(source),
        http_timeout=_duration(source, "httpTimeout", "HTTP_TIMEOUT", DEFAULT_HTTP_TIMEOUT),
        lookup_timeout=_duration(source, "lookupTimeout", "LOOKUP_TIMEOUT", DEFAULT_LOOKUP_TIMEOUT),
        token=_token(source),
        profile=names.profile,
        names=names,
    )


def refuse_plaintext_token(
    config: ConfigGetter, is_secret: Callable[[str], bool], *, profile: str | None = None
) -> None:
    """Refuse a token that stands in the stack's configuration in the clear.

    The engine writes configuration into the state as well, so such a token has to be replaced.

    Args:
        config: gives a value of the stack's configuration by its full key, or None.
        is_secret: tells whether a key of the configuration is encrypted.
        profile: the profile's name, None for the default one.

    Raises:
        SettingsError: it does.

    """
    key = SettingNames(profile).key("token")
    value = config(key)
    if value is not None and str(value).strip() and not is_secret(key):
        raise SettingsError(
            f"{key} stands in the stack's configuration in the clear: run `pulumi config set --secret {key}` to "
            "encrypt it, and revoke the token if that file was ever shared"
        )


def check_profile(profile: object, what: str = "profile") -> str:
    """Return a profile's name.

    Args:
        profile: the name as it was given.
        what: what to call it in the message.

    Raises:
        InvalidArgumentError: it isn't made of lower-case letters, digits and single dashes.

    """
    if not isinstance(profile, str):
        raise InvalidArgumentError(f"{what}: expected a name such as 'eu', not {type(profile).__name__}")
    if len(profile) > _LONGEST_PROFILE or not _PROFILE.fullmatch(profile):
        raise InvalidArgumentError(
            f"{what}: {shown(profile)} can't be a profile's name; use lower-case letters, digits and single dashes, "
            f"such as eu, at most {_LONGEST_PROFILE} of them"
        )
    return profile


class _Source:
    """Looks a setting up where it may stand, and remembers where it was found."""

    def __init__(self, config: ConfigGetter, environ: Mapping[str, str], names: SettingNames) -> None:
        self._config = config
        self._environ = environ
        self.names = names

    def find(self, setting: str, *variables: str) -> tuple[str, str] | None:
        """Return a setting's value and the name of its place; None if it is unset or blank everywhere."""
        for variable in variables:
            value = self._environ.get(variable, "")
            if value.strip():
                return value, variable
        key = self.names.key(setting)
        configured = self._config(key)
        if configured is None:
            return None
        if isinstance(configured, bool) or not isinstance(configured, (str, int, float)):
            raise SettingsError(f"{key}: expected a text, not {type(configured).__name__}")
        value = str(configured)
        return (value, f"{key} in the stack's configuration") if value.strip() else None


def _token(source: _Source) -> Token:
    names = source.names
    first, second = names.token_variables
    key = names.key("token")
    found = source.find("token", first, second)
    if found is None:
        raise SettingsError(
            f"no CoreWeave API token: set the environment variable {first} or {second}, or run "
            f"`pulumi config set --secret {key}`"
        )
    value, place = found
    value = value.strip()
    # None of these messages may show the value.
    if value[:7].lower().startswith(("bearer ", "bearer\t")):
        raise SettingsError(f"{place}: starts with 'Bearer '; set the token alone")
    if len(value) > _LONGEST_TOKEN:
        raise SettingsError(f"{place}: is no token, it is longer than {_LONGEST_TOKEN} characters")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise SettingsError(
            f"{place}: is no token, it holds white space or characters other than printable ASCII; "
            "set it again, without a line break"
        )
    return Token(value)


def _duration(source: _Source, setting: str, variable: str, default: float) -> float:
    found = source.find(setting, source.names.variable(variable))
    if found is None:
        return default
    value, place = found
    try:
        return parse_duration(value)
    except ValueError as reason:
        raise SettingsError(f"{place}: {reason}") from None


def _endpoint(source: _Source) -> str:
    found = source.find("endpoint", source.names.variable("API_ENDPOINT"))
    if found is None:
        return DEFAULT_ENDPOINT
    value, place = found[0].strip(), found[1]
    wrong = _wrong_with_endpoint(value)
    if wrong:
        # The value is not shown: a URL may hold a password.
        raise SettingsError(f"{place}: {wrong}; write it like {DEFAULT_ENDPOINT}")
    scheme, rest = value.split("://", 1)
    return f"{scheme.lower()}://{rest.rstrip('/')}"


def _wrong_with_endpoint(value: str) -> str | None:
    """Say what keeps a URL from being the API's base URL; None if nothing does."""
    if len(value) > _LONGEST_ENDPOINT:
        return f"is longer than {_LONGEST_ENDPOINT} characters"
    if not value.isascii() or not value.isprintable() or " " in value or "\\" in value:
        return "holds white space or characters that no URL has"
    try:
        url = urlsplit(value)
        port, host = url.port, url.hostname or ""
    except ValueError:
        return "is not a URL"
    wrong = {
        "must start with https://": url.scheme not in {"http", "https"},
        "names no host": not (_HOST.fullmatch(host) or _is_address(host)),
        "must not hold a user name or password": "@" in url.netloc,
        "is not a URL": not _HOST_AND_PORT.fullmatch(url.netloc),
        "must not have a query or a fragment": "?" in value or "#" in value,
        "names port 0, which can't be connected to": port == 0,
        "must use https: a token is sent over plain http to this machine (loopback) only": url.scheme == "http"
        and not is_loopback(host),
    }
    return next((what for what, is_wrong in wrong.items() if is_wrong), None)


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine by its name: ``localhost``, ``127.0.0.0/8`` or ``::1``."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    # Python takes an address with a zone, such as ::1%25lo, which the system then looks up as a name.
    return "%" not in host
