"""Mutations of a body's JSON, which the fuzzer's own mutations of bytes seldom leave valid."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from tests.fuzz.target import KEY

_WORDS = ("STATUS_READY", "STATUS_TRUE", "True", "API_TYPE_OPENAI", "2025-01-31T08:04:31.123456789Z", "US-EAST-04A")
_ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, 6, -1, 2**31, 2**70, 1.5, 1e308, "", " ", "0", "\ud800", "\x00", "\u2028", "a" * 300),
    *("https://example.com", "example.com:443", "http://[::1]:0/", "https://a@b", "//x", "ftp://x", "https://x:99999"),
    *("2025-02-30T00:00:00Z", "2025-01-31T23:59:60Z", "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01", KEY, *_WORDS),
    *([], {}, [[]], [{}], {"": None}),
)
_FIELDS = (
    *("gateway", "spec", "status", "id", "name", "organizationId", "zones", "coreWeaveAuth", "weightsAndBiasesAuth"),
    *("apiKey", "apiKeySet", "serverUrl", "enableUsageReports", "enableRateLimiting", "endpointConfiguration"),
    *("additionalDns", "bodyBasedRouting", "apiType", "headerBasedRouting", "headerName", "pathBasedRouting"),
    *("endpoints", "conditions", "type", "reason", "message", "zone", "lastUpdateTime", "createdAt", "updatedAt"),
    *("core_weave_auth", "unknown", ""),
)
_DEEPEST = 40


def mutate(body: bytes, largest: int, seed: int, bytewise: Callable[[bytes, int], bytes]) -> bytes:
    """Return a mutated body.

    Args:
        body: The body to change.
        largest: Its maximum size in bytes.
        seed: The random seed.
        bytewise: The fuzzer's mutation of bytes.

    """
    chance = random.Random(seed)  # noqa: S311
    if chance.random() < 0.5:
        return bytewise(body, largest)
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return bytewise(body, largest)
    for _ in range(chance.choice((1, 1, 2, 4))):
        value = _changed(value, chance, _DEEPEST)
    made = json.dumps(value, ensure_ascii=chance.random() < 0.9).encode("utf-8", "surrogatepass")
    return made if len(made) <= largest else bytewise(body, largest)


def _changed(value: Any, chance: random.Random, deepest: int) -> Any:
    """Return a value with one change, in itself or somewhere inside."""
    if isinstance(value, dict) and deepest:
        return _changed_object(value, chance, deepest)
    if isinstance(value, list) and deepest:
        items = list(value)
        if items and chance.random() < 0.6:
            index = chance.randrange(len(items))
            items[index] = _changed(items[index], chance, deepest - 1)
        elif items and chance.random() < 0.5:
            items.append(chance.choice(items))
        else:
            items.insert(chance.randint(0, len(items)), chance.choice(_ODD))
        return items
    if isinstance(value, str) and value and chance.random() < 0.3:
        place = chance.randrange(len(value))
        return value[:place] + chance.choice(("", "\n", "é", "\ud83d", "/", ":", "T", "9", "-")) + value[place + 1 :]
    return chance.choice(_ODD)


def _changed_object(value: dict[str, Any], chance: random.Random, deepest: int) -> Any:
    made = dict(value)
    key = chance.choice(list(made)) if made else ""
    match chance.randrange(12):
        case 0:
            return chance.choice(_ODD)
        case 1 if made:
            del made[key]
        case 2:
            made[chance.choice(_FIELDS)] = chance.choice(_ODD)
        case 3 if made:
            made[chance.choice(_FIELDS)] = made[key]
        case _ if made:
            made[key] = _changed(made[key], chance, deepest - 1)
        case _:
            made[chance.choice(_FIELDS)] = {}
    return made
