"""Secrets that tests search for, plain or encoded."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from urllib.parse import quote

TOKEN = "cwt-Leaks/Nowhere+4e9d~31?b7=Qz"
WANDB_KEY = "wandb-Key/Of+77aa~Nobody?c5=Lm"
"""They have characters that URLs escape, and in which the two alphabets of base64 differ."""


def leaks(data: bytes | str, *secrets: str) -> set[str]:
    """Return those of the secrets that are in some data, by default of the two above."""
    found = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    return {secret for secret in secrets or (TOKEN, WANDB_KEY) if any(form in found for form in _forms(secret))}


def _forms(secret: str) -> Iterator[bytes]:
    """Yield a secret as it is, in a URL, and the part of its base64 that no neighbour changes, at each offset."""
    yield secret.encode()
    yield secret.lower().encode()
    yield quote(secret, safe="").encode()
    for before in range(3):
        yield base64.b64encode(b"\0" * before + secret.encode())[4:-4]
