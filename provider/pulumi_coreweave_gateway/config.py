"""Settings: resolved from the environment and the stack configuration, and checked.

Names, precedence and defaults of ``token``, ``endpoint`` and ``httpTimeout`` are those of CoreWeave's Pulumi and
Terraform providers; ``lookupTimeout`` is this package's own. A set environment variable takes precedence over the
stack configuration, and a blank value counts as unset. The namespace is ``coreweave-gateway``; what it lacks is read
from ``coreweave``, where users of CoreWeave's own provider have it. That provider rejects keys that it doesn't know.

A profile, such as ``eu``, is a second set of all settings for another organization or endpoint, in its own namespace
``coreweave-eu``. Nothing is inherited between profiles, so that a token never reaches another organization's server.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NoReturn, TypeVar
from urllib.parse import urlsplit

from .errors import SettingsError
from .messages import quote_for_message
from .validation import is_host, is_host_and_port, is_loopback, validated_profile

NAMESPACE = "coreweave-gateway"
OFFICIAL_NAMESPACE = "coreweave"
"""The namespace of CoreWeave's own provider, which some settings are read from as well."""

API_ENDPOINT = "__endpoint"
"""The input that tells the provider's process which endpoint the program has used."""

DEFAULT_ENDPOINT = "https://api.coreweave.com"
DEFAULT_HTTP_TIMEOUT = 10.0
"""Time limit of one attempt in seconds."""
DEFAULT_LOOKUP_TIMEOUT = 30.0
"""Time limit of a lookup in seconds, with all its attempts and the pauses between them."""

_T = TypeVar("_T")
ConfigGetter = Callable[[str], object]
"""Returns a value of the stack configuration by its full key, such as ``coreweave-gateway:token``, or None."""

_VARIABLES = {
    "token": ("COREWEAVE{}_API_TOKEN", "CW{}_API_TOKEN"),
    "endpoint": ("COREWEAVE{}_API_ENDPOINT",),
    "httpTimeout": ("COREWEAVE{}_HTTP_TIMEOUT",),
    "lookupTimeout": ("COREWEAVE{}_LOOKUP_TIMEOUT",),
}
"""The environment variables of each setting, the first one first, with a place for the profile."""
_SHARED_KEYS = frozenset({"token", "endpoint", "httpTimeout"})
_MAX_TOKEN = 16 * 1024
_MAX_ENDPOINT = 200
"""Characters: the endpoint is in every message."""
_API_VERSION = re.compile(r"v[0-9]+(?:(?:alpha|beta)[0-9]+)?", re.IGNORECASE | re.ASCII)

_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_NUMBER = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_PART = rf"({_NUMBER})(ns|us|µs|μs|ms|s|m|h)"
_MAX_DURATION = 24 * 3600.0


class Token:
    """An access token that never shows its value.

    Args:
        value: The token.

    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value, for the Authorization header."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Token(***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token can't be pickled")


@dataclass(frozen=True)
class SettingNames:
    """The names of a profile's settings.

    Args:
        profile: The profile's name, or None for the default profile.

    """

    profile: str | None = None

    @property
    def namespace(self) -> str:
        """The namespace in the stack configuration: ``coreweave-gateway``, or ``coreweave-eu``."""
        return f"coreweave-{self.profile}" if self.profile else NAMESPACE

    def key(self, setting: str) -> str:
        """Return the full key of a setting in the stack configuration, such as ``coreweave-gateway:token``."""
        return f"{self.namespace}:{setting}"

    def keys(self, setting: str) -> tuple[str, ...]:
        """Return all keys that a setting is read from, the first one first."""
        if self.profile or setting not in _SHARED_KEYS:
            return (self.key(setting),)
        return (self.key(setting), f"{OFFICIAL_NAMESPACE}:{setting}")

    def variables(self, setting: str) -> tuple[str, ...]:
        """Return the environment variables of a setting, such as ``COREWEAVE_EU_API_TOKEN``, the first one first."""
        infix = f"_{self.profile.upper().replace('-', '_')}" if self.profile else ""
        return tuple(variable.format(infix) for variable in _VARIABLES[setting])

    @property
    def endpoint(self) -> str:
        """How messages name the setting of the endpoint."""
        return f"{self.key('endpoint')} (or {self.variables('endpoint')[0]})"

    @property
    def http_timeout(self) -> str:
        """How messages name the setting of an attempt's time limit."""
        return f"{self.key('httpTimeout')} (or {self.variables('httpTimeout')[0]})"

    @property
    def lookup_timeout(self) -> str:
        """How messages name the setting of a lookup's time limit."""
        return f"{self.key('lookupTimeout')} (or {self.variables('lookupTimeout')[0]})"


@dataclass(frozen=True)
class Settings:
    """Validated settings of one profile.

    Attributes:
        endpoint: The API's base URL, without a trailing slash.
        token: The access token.
        http_timeout: Time limit of one attempt in seconds.
        lookup_timeout: Time limit of a lookup in seconds.
        names: What the settings are called, for messages.
        token_source: Where the token was found, such as ``COREWEAVE_API_TOKEN``; ``""`` if that isn't known.

    """

    endpoint: str
    token: Token
    http_timeout: float = DEFAULT_HTTP_TIMEOUT
    lookup_timeout: float = DEFAULT_LOOKUP_TIMEOUT
    names: SettingNames = SettingNames()
    token_source: str = ""


def resolve_settings(
    config: ConfigGetter,
    environ: Mapping[str, str] | None = None,
    *,
    profile: str | None = None,
    is_plaintext: Callable[[str], bool] | None = None,
) -> Settings:
    """Return the settings of a profile.

    Args:
        config: Returns a value of the stack configuration by its full key, or None.
        environ: The environment variables, by default those of this process.
        profile: The profile's name, or None for the default profile.
        is_plaintext: Returns whether a key of the stack configuration is certainly not encrypted, to refuse a
            plaintext token. Only the program's process knows.

    Raises:
        InvalidArgumentError: The profile's name is invalid.
        SettingsError: The token is missing or in plaintext, or a value is invalid.

    """
    names = SettingNames(validated_profile(profile) if profile else None)
    if is_plaintext is not None:
        refuse_plaintext_token(config, is_plaintext, profile=names.profile)
    variables = os.environ if environ is None else environ

    def read(setting: str, parse: Callable[[str], _T], default: _T | None = None) -> _T:
        found = _find(config, variables, names, setting)
        if found is None and default is not None:
            return default
        if found is None:
            raise SettingsError(
                f"no CoreWeave API token: set the environment variable {' or '.join(names.variables(setting))}, or "
                f"run `pulumi config set --secret {names.key(setting)}`; a refresh uses the settings of the last "
                "`pulumi up`: after a change run `pulumi up --refresh=false` once"
            )
        value, place = found
        try:
            return parse(value.strip())
        except ValueError as reason:
            raise SettingsError(f"{place}: {reason}") from None

    # The token comes last: a user who hasn't set one yet learns first what else is wrong.
    return Settings(
        endpoint=read("endpoint", _parse_endpoint, DEFAULT_ENDPOINT),
        http_timeout=read("httpTimeout", parse_duration, DEFAULT_HTTP_TIMEOUT),
        lookup_timeout=read("lookupTimeout", parse_duration, DEFAULT_LOOKUP_TIMEOUT),
        token=read("token", _parse_token),
        names=names,
        token_source=(_find(config, variables, names, "token") or ("", ""))[1],
    )


def refuse_plaintext_token(
    config: ConfigGetter, is_plaintext: Callable[[str], bool], *, profile: str | None = None
) -> None:
    """Refuse a token that is stored in plaintext: the engine copies the stack configuration into the state.

    Args:
        config: Returns a value of the stack configuration by its full key, or None.
        is_plaintext: Returns whether a key of the stack configuration is certainly not encrypted.
        profile: The profile's name, or None for the default profile.

    Raises:
        SettingsError: The token is stored in plaintext.

    """
    for key in SettingNames(profile).keys("token"):
        value = config(key)
        if value is not None and str(value).strip() and is_plaintext(key):
            raise SettingsError(
                f"{key} is stored in plaintext in the stack configuration; run `pulumi config set --secret {key}` to "
                "encrypt it, and revoke the token if the file was ever shared"
            )


def find_sources(
    config: ConfigGetter, environ: Mapping[str, str], *, profile: str | None = None
) -> dict[str, str | None]:
    """Return where each setting of a profile was found, or None if its default applies.

    Args:
        config: Returns a value of the stack configuration by its full key, or None.
        environ: The environment variables.
        profile: The profile's name, or None for the default profile.

    Raises:
        InvalidArgumentError: The profile's name is invalid.
        SettingsError: A value isn't a string.

    """
    names = SettingNames(validated_profile(profile) if profile else None)
    found = {setting: _find(config, environ, names, setting) for setting in _VARIABLES}
    return {setting: place[1] if place else None for setting, place in found.items()}


def unknown_keys(keys: Iterable[str], *, profile: str | None = None) -> list[str]:
    """Return a warning for each key of the stack configuration that looks like a setting of a profile, and isn't one.

    Args:
        keys: The full keys of the stack configuration.
        profile: The profile's name, or None for the default profile.

    """
    namespace, warnings = SettingNames(profile).namespace, []
    for key in sorted(set(keys)):
        prefix, _, name = key.partition(":")
        if prefix == namespace and name not in _VARIABLES:
            known = {known.lower(): known for known in _VARIABLES}
            close = difflib.get_close_matches(name.lower(), known, n=1)
            hint = f"did you mean {namespace}:{known[close[0]]}?" if close else f"the keys are {', '.join(_VARIABLES)}"
        elif prefix != namespace and name in _VARIABLES and difflib.get_close_matches(prefix, [namespace], cutoff=0.9):
            hint = f"did you mean {namespace}:{name}?"
        else:
            continue
        warnings.append(f"unknown key {quote_for_message(key)} in the stack configuration is ignored; {hint}")
    return warnings


def parse_duration(text: str) -> float:
    """Return a duration in seconds.

    Args:
        text: A Go duration (``1m30s``, ``500ms``), or a bare number of seconds.

    Raises:
        ValueError: The string is neither, or the duration isn't positive or exceeds a day; the message is one line.

    """
    if re.fullmatch(_NUMBER, text):
        seconds = float(text)
    elif re.fullmatch(rf"\+?(?:{_PART})+", text):
        seconds = sum(float(number) * _UNITS[unit] for number, unit in re.findall(_PART, text))
    else:
        seconds = 0.0
    if not 0 < seconds <= _MAX_DURATION:
        # The value is not shown: it may be a token that was put into the wrong variable.
        raise ValueError("invalid duration; write seconds, or a Go duration such as 10s, 1m30s or 500ms, up to 24h")
    return seconds


def _find(
    config: ConfigGetter, environ: Mapping[str, str], names: SettingNames, setting: str
) -> tuple[str, str] | None:
    """Return a setting's value and where it was found; None if it is unset or blank everywhere."""
    for variable in names.variables(setting):
        value = environ.get(variable, "")
        if value.strip():
            return value, variable
    for key in names.keys(setting):
        configured = config(key)
        if configured is None:
            continue
        if isinstance(configured, bool) or not isinstance(configured, (str, int, float)):
            raise SettingsError(f"{key}: expected a string, not {type(configured).__name__}")
        if str(configured).strip():
            return str(configured), f"{key} in the stack configuration"
    return None


def _parse_token(text: str) -> Token:
    if reason := _unusable_token(text):
        # The value is not shown.
        raise ValueError(f"invalid token: it {reason}")
    return Token(text)


def _unusable_token(text: str) -> str:
    """Return why a string can't be a token, or ``""``."""
    if text[:7].lower() in {"bearer ", "bearer\t"}:
        return "starts with 'Bearer '; set the token alone"
    if text[0] in "\"'`":
        return "is in quotes; set the token without them"
    if text.startswith(("$", "{{")) or text[0] == text[-1] == "%":
        return "is a variable that was not expanded; set its value"
    if len(text) > _MAX_TOKEN:
        return f"is longer than {_MAX_TOKEN} characters; set the token alone"
    if not text.isascii() or not text.isprintable() or " " in text:
        return "contains white space or characters other than printable ASCII; set it again, without a line break"
    return ""


def _parse_endpoint(text: str) -> str:
    if reason := _unusable_endpoint(text):
        # The value is not shown: a URL may contain a password.
        raise ValueError(f"invalid endpoint: it {reason}; write it like {DEFAULT_ENDPOINT}")
    scheme, rest = text.split("://", 1)
    return f"{scheme.lower()}://{rest.rstrip('/')}"


def _unusable_endpoint(value: str) -> str:  # noqa: C901, PLR0911 - one rule after another
    """Return why a URL can't be the API's base URL, or ``""``."""
    if len(value) > _MAX_ENDPOINT:
        return f"is longer than {_MAX_ENDPOINT} characters"
    if not value.isascii() or not value.isprintable() or " " in value or "\\" in value:
        return "contains white space or characters that are invalid in a URL"
    try:
        url = urlsplit(value)
        port, host = url.port, url.hostname or ""
    except ValueError:
        return "is not a URL"
    if url.scheme not in {"http", "https"}:
        return "must start with https://"
    if not is_host(host):
        return "names no host"
    if "@" in url.netloc:
        return "must not contain a user name or password"
    if not is_host_and_port(url.netloc):
        return "is not a URL"
    if "?" in value or "#" in value:
        return "must not have a query or a fragment"
    if port == 0:
        return "names port 0, which can't be connected to"
    if url.scheme == "http" and not is_loopback(host):
        return "must use https: a token is sent over plain http to this machine (loopback) only"
    if any(map(_API_VERSION.fullmatch, url.path.split("/"))):
        return "must not contain an API version, which this package adds"
    return ""
