"""Check this machine and stack: ``python -m pulumi_coreweave_gateway doctor``.

It names where each setting was found (never the token), whether Python, SDK and CLI fit, whether the endpoint responds
and whether it accepts the token and of which organization that is, each failure with its remedy.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from .about import DISTRIBUTION, VERSION
from .client import GatewayClient
from .config import Settings, find_sources, resolve_settings, unknown_keys
from .errors import GatewayError

MIN_PYTHON = (3, 10)
MIN_SDK = (3, 200)
MIN_CLI = (3, 200)

_NOT_ALLOWED = (403, 404)
_CLI_TIMEOUT = 60
"""Seconds; a command of the CLI takes about one."""


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes:
        subject: What was checked.
        result: What was found, and what to do about it if it is wrong.
        ok: Whether nothing is wrong.

    """

    subject: str
    result: str
    ok: bool = True

    def __str__(self) -> str:
        return f"{'ok' if self.ok else 'FAIL':<4}  {self.subject:<13}  {self.result}"


def diagnose(profile: str | None, environ: Mapping[str, str] | None = None) -> Iterator[Finding]:
    """Yield what was found, one finding at a time.

    Args:
        profile: The profile's name, or None for the default profile.
        environ: The environment variables, by default those of this process.

    """
    environ = os.environ if environ is None else environ
    yield Finding("package", f"{DISTRIBUTION} {VERSION}")
    yield from _versions(environ)
    stack_config, finding = _stack_config(environ)
    yield finding
    yield from _settings(profile, stack_config, environ)


def _versions(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Yield whether Python, SDK and CLI are supported."""
    python = ".".join(map(str, sys.version_info[:3]))
    yield _version("Python", python, MIN_PYTHON)
    yield _version("Pulumi SDK", metadata.version("pulumi"), MIN_SDK)
    try:
        yield _version("Pulumi CLI", _pulumi(environ, "version").strip().removeprefix("v"), MIN_CLI)
    except _CLIError as error:
        yield Finding("Pulumi CLI", f"{error}; install it: https://www.pulumi.com/docs/install/", ok=False)


def _version(subject: str, found: str, minimum: tuple[int, int]) -> Finding:
    numbers = tuple(int(number) for number in re.findall(r"\d+", found)[:2])
    ok = numbers >= minimum
    return Finding(subject, found if ok else f"{found} is too old; update it to {minimum[0]}.{minimum[1]} or later", ok)


def _settings(profile: str | None, stack_config: Mapping[str, Any], environ: Mapping[str, str]) -> Iterator[Finding]:
    """Yield where each setting was found, and how the API responds with them."""

    def value(key: str) -> object:
        return stack_config.get(key, {}).get("value")

    def is_plaintext(key: str) -> bool:
        return not stack_config.get(key, {}).get("secret")

    for warning in unknown_keys(stack_config, profile=profile):
        yield Finding("configuration", warning, ok=False)
    try:
        for setting, source in find_sources(value, environ, profile=profile).items():
            # A missing token is an error, which has the remedy.
            if source or setting != "token":
                yield Finding(setting, f"from {source}" if source else "default")
        settings = resolve_settings(value, environ, profile=profile, is_plaintext=is_plaintext)
    except GatewayError as error:
        yield Finding("settings", str(error), ok=False)
    else:
        yield from _api(settings)


def _api(settings: Settings) -> Iterator[Finding]:
    """Yield how the API responds, and whose token it is."""
    started = time.monotonic()
    try:
        client = GatewayClient(settings)
        listing = client.list()
    except GatewayError as error:
        yield Finding("API", str(error), ok=False)
        return
    seconds, number = time.monotonic() - started, len(listing.items)
    found = f"the token can read {number} gateway{'' if number == 1 else 's'}"
    yield Finding("API", f"{settings.endpoint} responded in {seconds:.2f} s; {found}")
    if listing.unreadable:
        yield Finding("API", f"{len(listing.unreadable)} can't be read: {listing.unreadable[0].error}", ok=False)
    try:
        organization = client.organization()
    except GatewayError as error:
        # Which tokens may ask this isn't documented.
        if error.http_status not in _NOT_ALLOWED:
            yield Finding("organization", str(error), ok=False)
    else:
        yield Finding(
            "organization",
            f"the token belongs to {organization}"
            if organization
            else "the API doesn't say which organization the token belongs to",
        )


class _CLIError(Exception):
    """A command of the CLI failed; the message is its first line."""


def _stack_config(environ: Mapping[str, str]) -> tuple[Mapping[str, Any], Finding]:
    """Return the configuration of the stack that is selected in the current folder, decrypted, and the finding."""
    try:
        printed = _pulumi(environ, "config", "--json", "--show-secrets")
    except _CLIError as error:
        return {}, Finding("stack", f"none: {error}; only the environment is checked")
    values = _parsed_config(printed)
    if values is None:
        reason = "`pulumi config --json` printed something other than a JSON object; run it to see what"
        return {}, Finding("stack", f"{reason}; only the environment is checked", ok=False)
    return values, Finding("stack", "its configuration was read")


def _parsed_config(printed: str) -> dict[str, Any] | None:
    """Return the settings by their keys, or None if the string is anything else.

    A parser's exception contains the whole string, with decrypted secrets, so it ends here.
    """
    try:
        found = json.loads(printed)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and all(isinstance(each, dict) for each in found.values()) else None


def _pulumi(environ: Mapping[str, str], *arguments: str) -> str:
    """Return what a command of the CLI prints.

    Raises:
        _CLIError: There is no CLI, or the command fails.

    """
    command = shutil.which("pulumi", path=environ.get("PATH"))
    if command is None:
        raise _CLIError("`pulumi` isn't on PATH")
    reason = f"`pulumi {arguments[0]}` failed"
    try:
        done = subprocess.run(  # noqa: S603 - the user's own CLI
            [command, "--non-interactive", "--color", "never", *arguments],
            env={**environ},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=_CLI_TIMEOUT,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        reason += f": {type(error).__name__}"
    else:
        if done.returncode == 0:
            return done.stdout
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        reason = lines[0].removeprefix("error: ") if lines else reason
    # Outside the handler: a timeout's exception has the configuration that was printed before.
    raise _CLIError(reason)
