"""Settings, headers and server messages with arbitrary content."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import urllib3
from hypothesis import example, given
from hypothesis import strategies as st

from pulumi_coreweave_gateway.client.retry import parse_retry_after
from pulumi_coreweave_gateway.config import resolve_settings
from pulumi_coreweave_gateway.errors import SettingsError
from pulumi_coreweave_gateway.messages import server_text
from pulumi_coreweave_gateway.validation import is_loopback
from tests.unit.strategies import STEADY, hosts

NO_CONFIG: dict[str, str] = {}
SECRET = "dIsTiNcTiVe"

_odd = st.text("ab.1:/@?#[]\\%-_ \t\n\x00é\u2028", max_size=25)
_schemes = st.sampled_from(["http://", "https://", "HTTP://", "https:", "//", "ftp://", ""])
_this_machine = st.sampled_from(["localhost", "127.0.0.1", "[::1]", "127.1", "0x7f000001", "2130706433", "0"])
_tricks = st.sampled_from(
    ["", ":80", ":0", "@evil.example", ".evil.example", "/x", "?x", "#x", "\\@evil", "%2f", "%00"]
)


@STEADY
@given(st.tuples(_schemes, _this_machine | hosts | _odd, _tricks | _odd, st.sampled_from(["", SECRET])).map("".join))
@example("http://localhost\\@evil.example")
@example("http://127.0.0.1#@evil.example")
@example("http://[::1]@evil.example")
@example("http://[::1].evil.example")
@example("http://127.0.0.1:80@evil.example")
def test_any_text_as_endpoint(text: str) -> None:
    """Any text is rejected without being shown, or requests go to exactly the host that was checked."""
    environ = {"COREWEAVE_API_ENDPOINT": text, "COREWEAVE_API_TOKEN": "token"}
    try:
        endpoint = resolve_settings(NO_CONFIG.get, environ).endpoint
    except SettingsError as error:
        said = str(error)
        endpoint = "https://api.coreweave.com"
    else:
        said = ""
    assert SECRET not in said
    assert said.isprintable()
    host = urlsplit(endpoint).hostname or ""
    pool = urllib3.connection_from_url(endpoint)
    assert (pool.host.strip("[]"), pool.scheme) == (host, urlsplit(endpoint).scheme)
    assert pool.scheme == "https" or is_loopback(host)


@STEADY
@given(st.text(max_size=10), st.text(max_size=10))
def test_any_text_as_token(before: str, after: str) -> None:
    """Any text is a token that a header can contain, or rejected without being shown."""
    text = f"{before}{SECRET}{after}"
    try:
        token = resolve_settings(NO_CONFIG.get, {"COREWEAVE_API_TOKEN": text}).token
    except SettingsError as error:
        said = f"{error}{error!r}"
    else:
        said = f"{token}{token!r}"
        assert re.fullmatch(r"[!-~]+", token.reveal())
        assert token.reveal() == text.strip()
    assert SECRET not in said


@STEADY
@given(
    st.lists(st.text(max_size=30) | st.just(SECRET) | st.sampled_from(["\x1b[", "\x1b]", "\x1b", "m", "\n"])).map(
        "".join
    )
)
def test_any_text_becomes_one_line(text: str) -> None:
    """Any text becomes one printable line of limited length, without the token."""
    line = server_text(text, SECRET, 40)
    assert line.isprintable()
    assert len(line) <= 41
    assert SECRET not in line
    assert server_text(line, SECRET, 41) == line


@STEADY
@given(st.text(st.characters(max_codepoint=0x7F), max_size=30) | st.text(max_size=30) | st.integers(0, 10**6).map(str))
def test_any_retry_after(value: str) -> None:
    """Any value of the header is a number of seconds, or ignored."""
    found = parse_retry_after({"Retry-After": value})
    assert found is None or found >= 0
