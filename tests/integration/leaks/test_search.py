"""The search finds planted secrets in every encoding and place, and nothing else."""

import base64
import gzip
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.integration.leaks.search import Search
from tests.integration.leaks.secrets import SECRETS, TOKEN

SEARCH = Search(SECRETS)
ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "raw": lambda secret: secret.encode(),
    "lower": lambda secret: secret.lower().encode(),
    "upper": lambda secret: secret.upper().encode(),
    "header": lambda secret: f"Authorization: Bearer {secret}\r\n".encode(),
    "base64": lambda secret: base64.b64encode(secret.encode()),
    "base64-1": lambda secret: base64.b64encode(b"x" + secret.encode() + b"y"),
    "base64-2": lambda secret: base64.b64encode(b"xy" + secret.encode() + b"yz"),
    "base64-header": lambda secret: base64.b64encode(b"Bearer " + secret.encode() + b"\n"),
    "base64-url": lambda secret: base64.urlsafe_b64encode(b"x" + secret.encode()),
    "base64-json": lambda secret: base64.b64encode(secret.encode()).replace(b"/", b"\\/"),
    "url": lambda secret: quote(secret, safe="").encode(),
    "url-lower": lambda secret: quote(secret, safe="").lower().encode(),
    "url-all": lambda secret: "".join(f"%{ord(character):02X}" for character in secret).encode(),
    "json": lambda secret: json.dumps({"a": secret}).encode(),
    "json-slash": lambda secret: json.dumps(secret).replace("/", "\\/").encode(),
    "json-all": lambda secret: "".join(f"\\u{ord(character):04X}" for character in secret).encode(),
    "json-some": lambda secret: secret.replace("+", "\\u002b").replace("/", "%2F").encode(),
    "python": lambda secret: "".join(f"\\x{ord(character):02x}" for character in secret).encode(),
    "hex": lambda secret: secret.encode().hex().encode(),
    "hex-upper": lambda secret: secret.encode().hex().upper().encode(),
    "pickle": lambda secret: pickle.dumps({"a": [secret]}),
}
PLACES: dict[str, Callable[[Path, bytes], None]] = {
    "file": lambda folder, data: _write(folder / "a.log", data),
    "deep": lambda folder, data: _write(folder / "a" / ".b" / "c" / "d.json.bak", data),
    "middle": lambda folder, data: _write(folder / "large", b"\xff\0 " * 100_000 + data + b"\n\xfe" * 100_000),
    "gzip": lambda folder, data: _write(folder / "state.json.gz", gzip.compress(data)),
}


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("place", PLACES)
def test_planted_secret_is_found(name: str, encoding: str, place: str, tmp_path: Path) -> None:
    """A secret is found in every encoding, in every kind of file."""
    PLACES[place](tmp_path, ENCODINGS[encoding](SECRETS[name]))
    assert {found.secret for found in SEARCH.folder(tmp_path)} == {name}


def test_file_name_is_searched(tmp_path: Path) -> None:
    """A secret in the name of a file is found."""
    (tmp_path / f"request-{quote(TOKEN, safe='')}.log").touch()
    (found,) = SEARCH.folder(tmp_path)
    assert found.secret == "token"


def test_findings_have_place_and_line() -> None:
    """Each occurrence is reported with its place and its line."""
    found = SEARCH.text("stderr", f"one\ntwo {TOKEN} three\nfour\n{TOKEN}")
    assert [(one.place, one.line) for one in found] == [("stderr", f"two {TOKEN} three"), ("stderr", TOKEN)]


def test_partial_secret_is_not_found(tmp_path: Path) -> None:
    """Incomplete or masked secrets and other base64 text are not reported."""
    _write(tmp_path / "a", base64.b64encode(bytes(range(256)) * 50))
    _write(tmp_path / "b", f"Bearer *** {TOKEN[:-1]} {TOKEN[1:]}".encode())
    assert SEARCH.folder(tmp_path) == []
