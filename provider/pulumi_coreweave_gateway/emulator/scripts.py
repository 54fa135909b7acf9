"""Scripted answers: what the emulator says to the next calls in place of its own answer."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from .errors import status_body
from .fields import UUID
from .inputs import InputError, check_count, check_http_status, check_object, check_seconds, check_text
from .wire import encode

GATEWAYS_PATH = "/v1alpha1/inference/gateways"

_KEYS = ("id", "path", "attempts", "times", "status", "headers", "json", "text", "base64", "delay")
_BODY_KEYS = ("json", "text", "base64")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_FRAMING = {"content-length", "transfer-encoding", "connection"}
_FIRST_ERROR = 400


@dataclass(frozen=True)
class ScriptedAnswer:
    """What is answered.

    Attributes:
        status: the HTTP status; None for the emulator's own answer, only later and with these headers.
        headers: names and values; a name may come more than once.
        body: the bytes of the body.
        delay: seconds before the answer.

    """

    status: int | None
    headers: tuple[tuple[str, str], ...]
    body: bytes
    delay: float


@dataclass
class Script:
    """An answer, and the calls that get it.

    Attributes:
        path: of which path, as :func:`_comparable` has it; None for every path of the API.
        attempts: at which of the calls to their path, counted from 1; empty for any.
        left: how many more calls get it; None for all.
        answer: what they get.
        source: the script as it was sent.

    """

    path: str | None
    attempts: frozenset[int]
    left: int | None
    answer: ScriptedAnswer
    source: dict[str, Any]


class ScriptBook:
    """The scripts of a running emulator: those for one path before those for all, older before newer."""

    def __init__(self) -> None:
        self._by_path: dict[str | None, list[Script]] = {}

    def clear(self) -> None:
        """Forget all scripts."""
        self._by_path.clear()

    def add(self, script: Script) -> None:
        """Append a script."""
        self._by_path.setdefault(script.path, []).append(script)

    def take(self, path: str, attempt: int) -> ScriptedAnswer | None:
        """Return what the n-th call to a path is answered, None for the emulator's own answer."""
        for key in (_comparable(path), None):
            scripts = self._by_path.get(key, [])
            for index, script in enumerate(scripts):
                if script.attempts and attempt not in script.attempts:
                    continue
                if script.left is not None:
                    script.left -= 1
                    if script.left == 0:
                        del scripts[index]
                return script.answer
        return None

    def as_json(self) -> list[dict[str, Any]]:
        """Return the scripts that are left, each as it was sent, with the ``times`` that are left."""
        return [{**script.source, "times": script.left} for scripts in self._by_path.values() for script in scripts]


def parse_script(value: object) -> Script:
    """Return a script from what a control was sent.

    Raises:
        InputError: it is none.

    """
    found = check_object(value, _KEYS)
    attempts = found.get("attempts", [])
    if not isinstance(attempts, list):
        raise InputError("attempts must be a list of whole numbers, counted from 1")
    numbers = frozenset(check_count(number, "attempts", 1) for number in attempts)
    # Without a number, a script for certain attempts holds for each of them, and any other for one call.
    times = found.get("times", len(numbers) or 1)
    return Script(
        path=_parse_path(found),
        attempts=numbers,
        left=None if times is None else check_count(times, "times", 1),
        answer=_parse_answer(found),
        source=found,
    )


def _parse_path(found: dict[str, Any]) -> str | None:
    if "id" in found and "path" in found:
        raise InputError("id and path exclude each other")
    if "id" in found:
        gateway_id = check_text(found["id"], "id")
        if UUID.fullmatch(gateway_id) is None:
            raise InputError(f"id: {gateway_id!r} is not a UUID")
        return _comparable(f"{GATEWAYS_PATH}/{gateway_id}")
    if "path" not in found:
        return None
    path = check_text(found["path"], "path")
    if not path.startswith("/") or "?" in path:
        raise InputError("path must begin with '/', and have no query")
    return _comparable(unquote(path))


def _comparable(path: str) -> str:
    """Return a path, not quoted, as it is compared: the id of a gateway in it has no case."""
    parent, _, name = path.rpartition("/")
    return path.lower() if parent == GATEWAYS_PATH and UUID.fullmatch(name) else path


def _parse_answer(found: dict[str, Any]) -> ScriptedAnswer:
    headers = _parse_headers(found.get("headers", {}))
    given = [key for key in _BODY_KEYS if key in found]
    if len(given) > 1:
        raise InputError(f"{' and '.join(given)} exclude each other")
    status = check_http_status(found["status"], "status") if "status" in found else None
    body, content_type = b"", None
    if given:
        status = status or 200
        body, content_type = _parse_body(given[0], found[given[0]])
    elif status is not None and status >= _FIRST_ERROR:
        body, content_type = encode(status_body(status, "scripted by the emulator")), "application/json"
    if content_type and not any(name.lower() == "content-type" for name, _ in headers):
        headers = (*headers, ("Content-Type", content_type))
    return ScriptedAnswer(status, headers, body, check_seconds(found.get("delay", 0), "delay"))


def _parse_body(kind: str, value: object) -> tuple[bytes, str]:
    if kind == "json":
        return encode(value), "application/json"
    text = check_text(value, kind)
    if kind == "text":
        return text.encode("utf-8", "backslashreplace"), "text/plain; charset=utf-8"
    try:
        return base64.b64decode(text, validate=True), "application/octet-stream"
    except (binascii.Error, ValueError) as reason:
        raise InputError(f"base64: {reason}") from None


def _parse_headers(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict):
        raise InputError("headers must be an object of names with a value or a list of values")
    pairs = []
    for name, values in value.items():
        if _TOKEN.fullmatch(name) is None or name.lower() in _FRAMING:
            raise InputError(f"headers: {name!r} is no header that a script can set")
        for one in values if isinstance(values, list) else [values]:
            if _HEADER_VALUE.fullmatch(check_text(one, f"headers.{name}")) is None:
                raise InputError(f"headers.{name} holds characters that no header can have")
            pairs.append((name, one))
    return tuple(pairs)
