"""Encodings in which a server may echo the token."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from tests.integration.leaks.secrets import TOKEN

_HALF = len(TOKEN) // 2
ECHOES: Mapping[str, str] = {
    "colours": f"{TOKEN[:_HALF]}\x1b[0m{TOKEN[_HALF:]}",
    "zero-width": f"{TOKEN[:_HALF]}\u200b{TOKEN[_HALF:]}",
    "zero-width-all": "\u200b".join(TOKEN),
    "lines": f"{TOKEN[:_HALF]}\r\n\t{TOKEN[_HALF:]}",
    "basic": f"Basic {base64.b64encode(f':{TOKEN}'.encode()).decode()}",
    "basic-user": f"Basic {base64.b64encode(f'me:{TOKEN}'.encode()).decode()}",
    "base64": base64.b64encode(TOKEN.encode()).decode(),
    "base64-url": base64.urlsafe_b64encode(f"Bearer {TOKEN}".encode()).decode(),
    "cut": TOKEN[:-2],
    "entities": "".join(f"&#{ord(mark)};" for mark in TOKEN),
    "entities-hex": "".join(f"&#x{ord(mark):X};" for mark in TOKEN),
    "entities-named": TOKEN.replace("/", "&sol;").replace("+", "&plus;").replace("?", "&quest;"),
    "hex": TOKEN.encode().hex(),
}
