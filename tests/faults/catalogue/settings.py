"""Every wrong value of each setting, from each place where it may stand: nothing is sent."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

from pulumi_coreweave_gateway.errors import InvalidArgumentError, SettingsError

from ..answers import TOKEN, healthy
from ..model import AT_ONCE, ONE_TRY, Fault, Scene, Start
from ..scenes import served

_SECRET = "setting-Do-Not-Show-90ab"
"""Stands in the values that may hold a secret."""

# Where each setting may stand: the environment variables, and the key of the stack's configuration.
PLACES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "token": (("COREWEAVE_API_TOKEN", "CW_API_TOKEN"), "coreweave:token"),
    "endpoint": (("COREWEAVE_API_ENDPOINT",), "coreweave:endpoint"),
    "httpTimeout": (("COREWEAVE_HTTP_TIMEOUT",), "coreweave:httpTimeout"),
    "lookupTimeout": (("COREWEAVE_LOOKUP_TIMEOUT",), "coreweave:lookupTimeout"),
}


def _set(
    environ: Mapping[str, str] | None = None,
    config: Mapping[str, object] | None = None,
    *,
    without: tuple[str, ...] = (),
    clear: tuple[str, ...] = (),
    profile: str | None = None,
    place: str = "",
) -> Start:
    """Return what sets these settings up beside those of a server that is well.

    Args:
        environ: environment variables.
        config: the stack's configuration, encrypted.
        without: variables that are usually set, and are not.
        clear: keys of the configuration that are in the clear.
        profile: the profile to ask with.
        place: what stands for ``{place}`` in the expected words.

    """

    @contextlib.contextmanager
    def start() -> Iterator[Scene]:
        with served(healthy)() as scene:
            usual = {name: value for name, value in scene.environ.items() if name not in without}
            scene.environ = {**usual, **(environ or {})}
            scene.config = dict(config or {})
            scene.secret_keys = frozenset(scene.config) - frozenset(clear)
            scene.profile = profile
            scene.words["place"] = place
            scene.secrets = (*scene.secrets, _SECRET)
            yield scene

    return start


def _everywhere(setting: str, **values: str) -> dict[str, Start]:
    """Return what sets these values in each place where the setting may stand, and in no other."""
    variables, key = PLACES[setting]
    starts: dict[str, Start] = {}
    for name, value in values.items():
        for variable in variables:
            starts[f"{name}-{variable}"] = _set({variable: value}, without=variables, place=variable)
        starts[f"{name}-{key}"] = _set(
            config={key: value}, without=variables, place=f"{key} in the stack's configuration"
        )
    return starts


def _wrong(fault: str, what: str, words: str, start: Mapping[str, Start]) -> Fault:
    return Fault(fault, what, start, AT_ONCE, SettingsError, words)


def _token(fault: str, what: str, words: str, **values: str) -> Fault:
    return _wrong(f"token-{fault}", what, f"{{place}}: {words}", _everywhere("token", **values))


def _endpoint(fault: str, what: str, words: str, **values: str) -> Fault:
    words = f"{{place}}: {words}; write it like https://api.coreweave.com"
    return _wrong(f"endpoint-{fault}", what, words, _everywhere("endpoint", **values))


_GRAMMAR = "write a number of seconds, or a Go duration such as 10s, 1m30s or 500ms"
_DURATIONS = {
    # The value, and the words that it leads to.
    "word": ("soon", "'soon' is not a duration"),
    "unit": ("10 parsecs", "'10 parsecs' is not a duration"),
    "day": ("1d", "'1d' is not a duration"),
    "space": ("1m 30s", "'1m 30s' is not a duration"),
    "comma": ("1,5s", "'1,5s' is not a duration"),
    "exponent": ("1e3", "'1e3' is not a duration"),
    "nan": ("nan", "'nan' is not a duration"),
    "infinity": ("inf", "'inf' is not a duration"),
    "digits": ("\u0661\u0660s", "'\u0661\u0660s' is not a duration"),
    "negative": ("-5s", "'-5s' is not a duration"),
    "negative-number": ("-5", "'-5' is not a duration"),
    "zero": ("0", "'0' is no time at all"),
    "zero-seconds": ("0s", "'0s' is no time at all"),
    "tiny": ("0.000m", "'0.000m' is no time at all"),
    "long": ("25h", "'25h' is longer than a day"),
    "long-number": ("86401", "'86401' is longer than a day"),
    "huge": ("9" * 30, f"'{'9' * 30}' is longer than a day"),
    "endless": ("1" * 10_000, "not a duration"),
    "line": ("1\n0s", "not a duration"),
    "escape": ("10s\x1b[31m", "not a duration"),
}


def _duration(setting: str) -> Iterator[Fault]:
    for name, (value, words) in _DURATIONS.items():
        shown = ascii(value if len(value) < 100 else f"{value[:5]}… ({len(value)} characters)")
        yield _wrong(
            f"{setting.lower()}-{name}",
            f"`{setting}` is {shown}.",
            f"{{place}}: {words}; {_GRAMMAR}",
            _everywhere(setting, value=value),
        )


def _type(setting: str) -> Iterator[Fault]:
    """Yield the rows of values in the stack's configuration that are no text."""
    variables, key = PLACES[setting]
    for name, value in {"bool": True, "list": [_SECRET], "dict": {"value": _SECRET}}.items():
        yield _wrong(
            f"{setting.lower()}-{name}",
            f"`{key}` holds a {name} instead of a text.",
            f"{key}: expected a text, not {name}",
            {"": _set(config={key: value}, without=variables)},
        )


_BOTH_TOKENS = ("COREWEAVE_API_TOKEN", "CW_API_TOKEN")
_MISSING = (
    "no CoreWeave API token: set the environment variable COREWEAVE_API_TOKEN or CW_API_TOKEN, or run "
    "`pulumi config set --secret coreweave:token`"
)

FAULTS = (
    Fault(
        "token-missing",
        "No token is set anywhere, or blank ones alone.",
        {
            "nowhere": _set(without=_BOTH_TOKENS),
            "blank": _set({"COREWEAVE_API_TOKEN": " ", "CW_API_TOKEN": "\t\n"}, {"coreweave:token": "  "}),
            "empty": _set({"COREWEAVE_API_TOKEN": "", "CW_API_TOKEN": ""}, {"coreweave:token": ""}),
        },
        AT_ONCE,
        SettingsError,
        _MISSING,
    ),
    _wrong(
        "token-in-the-clear",
        "The token stands in the stack's configuration in the clear, even if the environment has another one.",
        "coreweave:token stands in the stack's configuration in the clear: run `pulumi config set --secret "
        "coreweave:token` to encrypt it, and revoke the token if that file was ever shared",
        {
            "alone": _set(config={"coreweave:token": _SECRET}, clear=("coreweave:token",), without=_BOTH_TOKENS),
            "beside": _set(config={"coreweave:token": _SECRET}, clear=("coreweave:token",)),
        },
    ),
    _token(
        "bearer",
        "The token starts with `Bearer `.",
        "starts with 'Bearer '; set the token alone",
        capital=f"Bearer {_SECRET}",
        small=f"bearer {_SECRET}",
        tab=f"Bearer\t{_SECRET}",
    ),
    _token(
        "white-space",
        "The token holds white space, a line break, a character that is not ASCII, or one that can't be printed.",
        "is no token, it holds white space or characters other than printable ASCII; set it again, without a line "
        "break",
        space=f"{_SECRET} {_SECRET}",
        line=f"{_SECRET}\n{_SECRET}",
        header=f"{_SECRET}\r\nX-Evil: yes",
        tab=f"{_SECRET}\t{_SECRET}",
        control=f"{_SECRET}\x1b[31m",
        delete=f"{_SECRET}\x7f",
        unicode=f"{_SECRET}ü",
        quotes=f"“{_SECRET}”",
        half=f"{_SECRET}\udcff",
    ),
    _token(
        "endless",
        "The token is longer than 16 KiB.",
        "is no token, it is longer than 16384 characters",
        long=_SECRET * 1000,
    ),
    Fault(
        "token-padded",
        "The token has a line break or spaces around it, as files leave them: they are left out.",
        {
            "COREWEAVE_API_TOKEN": _set({"COREWEAVE_API_TOKEN": f" {TOKEN}\r\n"}),
            "CW_API_TOKEN": _set({"CW_API_TOKEN": f"{TOKEN}\n"}, without=_BOTH_TOKENS),
            "coreweave:token": _set(config={"coreweave:token": f"\t{TOKEN}\n"}, without=_BOTH_TOKENS),
        },
        ONE_TRY,
        requests=1,
    ),
    *_type("token"),
    _endpoint(
        "no-scheme",
        "The endpoint has no scheme, or another one than `https`.",
        "must start with https://",
        none="api.coreweave.example",
        slashes="//api.coreweave.example",
        ftp="ftp://api.coreweave.example",
        file="file:///etc/passwd",
        unix="unix:///var/run/api.sock",
        host="localhost:8080",
    ),
    _endpoint(
        "no-host",
        "The endpoint names no host, or none that can be one.",
        "names no host",
        none="https://",
        path="https:///v1",
        port="https://:8443",
        star="https://*.example",
        dash="https://-.example",
        slash="https:/api.coreweave.example",
    ),
    _endpoint(
        "zone",
        "The endpoint is an address of IPv6 with a zone.",
        "names no host",
        loopback="http://[::1%25lo]:8080",
        bare="http://[::1%lo]:8080",
        link="https://[fe80::1%25eth0]",
    ),
    _endpoint(
        "no-url",
        "The endpoint's port is no number, or its brackets don't match.",
        "is not a URL",
        port="https://api.coreweave.example:https",
        large="https://api.coreweave.example:65536",
        negative="https://api.coreweave.example:-1",
        bracket="https://[::1",
        brackets="https://[api.coreweave.example]",
    ),
    _endpoint(
        "port-0",
        "The endpoint's port is 0.",
        "names port 0, which can't be connected to",
        zero="https://api.coreweave.example:0",
    ),
    _endpoint(
        "password",
        "The endpoint holds a user name or a password.",
        "must not hold a user name or password",
        both=f"https://user:{_SECRET}@api.coreweave.example",
        user=f"https://{_SECRET}@api.coreweave.example",
    ),
    _endpoint(
        "query",
        "The endpoint has a query or a fragment.",
        "must not have a query or a fragment",
        query=f"https://api.coreweave.example?key={_SECRET}",
        empty="https://api.coreweave.example?",
        fragment="https://api.coreweave.example#top",
    ),
    _endpoint(
        "characters",
        "The endpoint holds white space, a back-slash, or characters that are not ASCII or can't be printed.",
        "holds white space or characters that no URL has",
        space="https://api coreweave.example",
        line="https://api.coreweave.example\nX-Evil: yes",
        backslash="https:\\\\api.coreweave.example",
        unicode="https://api.cörewëave.example",
        look_alike="https://\u0430pi.coreweave.example",
        control="https://api.coreweave.example\x7f",
    ),
    _endpoint(
        "plain-http",
        "The endpoint is plain `http`, and not of this machine.",
        "must use https: a token is sent over plain http to this machine (loopback) only",
        name="http://api.coreweave.example",
        address="http://192.0.2.1:8080",
        any="http://0.0.0.0:8080",
        look_alike="http://localhost.example:8080",
        numbers="http://127.0.0.1.example",
    ),
    _endpoint(
        "endless",
        "The endpoint is longer than 200 characters.",
        "is longer than 200 characters",
        host=f"https://{'a' * 10_000}.example",
        path=f"https://api.coreweave.example/{'a' * 200}",
    ),
    *_type("endpoint"),
    *_duration("httpTimeout"),
    *_type("httpTimeout"),
    *_duration("lookupTimeout"),
    *_type("lookupTimeout"),
    Fault(
        "setting-overridden",
        "A wrong value in the stack's configuration, and a right one in the environment: that one counts.",
        {
            "token": _set(config={"coreweave:token": f"Bearer {_SECRET}"}),
            "endpoint": _set(config={"coreweave:endpoint": f"https://user:{_SECRET}@api.example"}),
            "httpTimeout": _set({"COREWEAVE_HTTP_TIMEOUT": "10s"}, {"coreweave:httpTimeout": "soon"}),
            "lookupTimeout": _set({"COREWEAVE_LOOKUP_TIMEOUT": "30"}, {"coreweave:lookupTimeout": "soon"}),
        },
        ONE_TRY,
        requests=1,
    ),
    Fault(
        "setting-blank",
        "A blank value counts as unset.",
        {
            "token": _set({"COREWEAVE_API_TOKEN": " ", "CW_API_TOKEN": TOKEN}),
            "httpTimeout": _set({"COREWEAVE_HTTP_TIMEOUT": "  "}, {"coreweave:httpTimeout": ""}),
            "lookupTimeout": _set({"COREWEAVE_LOOKUP_TIMEOUT": ""}, {"coreweave:lookupTimeout": "\t"}),
        },
        ONE_TRY,
        requests=1,
    ),
    Fault(
        "profile-inherits-nothing",
        "A profile without a token of its own: the default profile's is not sent to its server.",
        {"": _set({"COREWEAVE_EU_API_ENDPOINT": "https://eu.coreweave.example"}, profile="eu")},
        AT_ONCE,
        SettingsError,
        "no CoreWeave API token: set the environment variable COREWEAVE_EU_API_TOKEN or CW_EU_API_TOKEN, or run "
        "`pulumi config set --secret coreweave-eu:token`",
    ),
    *(
        Fault(
            f"profile-{name}",
            f"The profile is called {ascii(value) if len(value) < 50 else 'a name of 41 characters'}.",
            {"": _set(profile=value)},
            AT_ONCE,
            InvalidArgumentError,
            f"profile: {value!a} can't be a profile's name; use lower-case letters, digits and single dashes, such "
            "as eu, at most 40 of them",
        )
        for name, value in {
            "capitals": "EU",
            "space": "e u",
            "dash": "-eu",
            "dashes": "e--u",
            "path": "../eu",
            "colon": "eu:token",
            "line": "eu\n",
            "unicode": "zürich",
            "digit": "1eu",
            "long": "e" * 41,
        }.items()
    ),
)
