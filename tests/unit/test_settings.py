"""Settings: their sources, their precedence and their validation."""

from __future__ import annotations

import pickle
import traceback
from typing import Any

import pytest

from pulumi_coreweave_gateway.config import (
    SettingNames,
    Settings,
    Token,
    parse_duration,
    refuse_plaintext_token,
    resolve_settings,
    unknown_keys,
)
from pulumi_coreweave_gateway.errors import InvalidArgumentError, SettingsError

TOKEN = "cw-distinctive-token"
TOKEN_ONLY = {"COREWEAVE_API_TOKEN": TOKEN}


def _resolve(environ: dict[str, str], config: dict[str, Any] | None = None, profile: str | None = None) -> Settings:
    return resolve_settings((config or {}).get, environ, profile=profile)


def _values(settings: Settings) -> dict[str, object]:
    return {
        "token": settings.token.reveal(),
        "endpoint": settings.endpoint,
        "httpTimeout": settings.http_timeout,
        "lookupTimeout": settings.lookup_timeout,
    }


# The name of each setting, the variable that it is read from first, two values as written, and what they mean.
SETTINGS = [
    ("token", "API_TOKEN", ("one", "one"), ("two", "two")),
    ("endpoint", "API_ENDPOINT", ("https://one.example", "https://one.example"), ("http://[::1]/", "http://[::1]")),
    ("httpTimeout", "HTTP_TIMEOUT", ("1m30s", 90.0), ("500ms", 0.5)),
    ("lookupTimeout", "LOOKUP_TIMEOUT", ("2m", 120.0), ("45", 45.0)),
]


class TestSources:
    """Sources of settings, and their precedence."""

    def test_defaults(self) -> None:
        """With a token alone, the public API is used, with the documented timeouts."""
        expected = {"endpoint": "https://api.coreweave.com", "httpTimeout": 10.0, "lookupTimeout": 30.0}
        assert _values(_resolve(TOKEN_ONLY)) == {"token": TOKEN, **expected}
        assert _resolve(TOKEN_ONLY, profile="") == _resolve(TOKEN_ONLY)

    @pytest.mark.parametrize(("profile", "infix"), [(None, ""), ("us-east-2", "_US_EAST_2")])
    @pytest.mark.parametrize(("setting", "name", "first", "second"), SETTINGS)
    def test_precedence(
        self,
        profile: str | None,
        infix: str,
        setting: str,
        name: str,
        first: tuple[str, object],
        second: tuple[str, object],
    ) -> None:
        """A variable takes precedence over the stack configuration, and a blank value counts as unset."""
        variable, key = f"COREWEAVE{infix}_{name}", f"coreweave-{profile or 'gateway'}:{setting}"

        def found(environ: dict[str, str], config: dict[str, str]) -> object:
            environ = {f"CW{infix}_API_TOKEN": TOKEN, **environ} if setting != "token" else environ
            return _values(_resolve(environ, config, profile))[setting]

        assert found({variable: first[0]}, {key: second[0]}) == first[1]
        assert found({variable: first[0]}, {key: " "}) == first[1]
        for environ in ({}, {variable: ""}, {variable: " \t\n"}):
            assert found(environ, {key: second[0]}) == second[1]
        if setting != "token":
            assert found({variable: " "}, {key: ""}) == _values(_resolve(TOKEN_ONLY))[setting]

    def test_second_variable_of_the_token(self) -> None:
        """CW_API_TOKEN is used after COREWEAVE_API_TOKEN and before the configuration."""
        config = {"coreweave-gateway:token": "configured"}
        for long, short, token in (("a", "b", "a"), (" ", "b", "b"), ("", "", "configured")):
            environ = {"COREWEAVE_API_TOKEN": long, "CW_API_TOKEN": short}
            assert _resolve(environ, config).token.reveal() == token

    @pytest.mark.parametrize(("written", "seconds"), [(15, 15.0), (1.5, 1.5)])
    def test_number_in_the_configuration(self, written: float, seconds: float) -> None:
        """A numeric timeout in Pulumi.yaml is in seconds."""
        assert _resolve(TOKEN_ONLY, {"coreweave:httpTimeout": written}).http_timeout == seconds

    @pytest.mark.parametrize("value", [True, ["x"], {"x": 1}], ids=repr)
    def test_structured_value_is_rejected(self, value: object) -> None:
        """A value that isn't a string is rejected with its type, and not shown."""
        with pytest.raises(SettingsError, match=f"^coreweave:token: expected a string, not {type(value).__name__}$"):
            _resolve({}, {"coreweave:token": value})

    def test_environment_of_the_process(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The environment of the process is the default."""
        monkeypatch.setenv("COREWEAVE_API_TOKEN", TOKEN)
        assert resolve_settings(lambda _: None).token == Token(TOKEN)

    @pytest.mark.parametrize(("setting", "name", "first", "second"), SETTINGS[:3])
    def test_official_namespace_is_read_too(
        self, setting: str, name: str, first: tuple[str, object], second: tuple[str, object]
    ) -> None:
        """Settings of CoreWeave's own provider are used unless the package's own namespace has them."""
        config = {"coreweave:token": TOKEN, f"coreweave:{setting}": first[0]}
        for blank in ({}, {f"coreweave-gateway:{setting}": " "}):
            assert _values(_resolve({}, {**config, **blank}))[setting] == first[1]
        assert _values(_resolve({}, {**config, f"coreweave-gateway:{setting}": second[0]}))[setting] == second[1]

    def test_official_namespace_has_no_lookup_timeout(self) -> None:
        """The namespace of CoreWeave's own provider, which would reject the key, isn't read for lookupTimeout."""
        assert _resolve(TOKEN_ONLY, {"coreweave:lookupTimeout": "1s"}).lookup_timeout == 30.0

    def test_unknown_keys_are_reported(self) -> None:
        """A misspelled key of the package's namespace is reported with the likely one; others are left alone."""
        keys = [f"coreweave-gateway:{key}" for key in ("token", "tokn", "lookuptimeout", "color")]
        ignored, known = "in the stack configuration is ignored", "token, endpoint, httpTimeout, lookupTimeout"
        assert unknown_keys([*keys, "coreweave:s3Endpoint", "coreweave-eu:tokn", "aws:region", "project:tokn"]) == [
            f"unknown key 'coreweave-gateway:color' {ignored}; the keys are {known}",
            f"unknown key 'coreweave-gateway:lookuptimeout' {ignored}; did you mean coreweave-gateway:lookupTimeout?",
            f"unknown key 'coreweave-gateway:tokn' {ignored}; did you mean coreweave-gateway:token?",
        ]
        for namespace in ("coreweave_gateway", "coreweave-gateways"):
            (warning,) = unknown_keys([f"{namespace}:token", f"{namespace}:color"])
            assert warning.endswith(f"'{namespace}:token' {ignored}; did you mean coreweave-gateway:token?")
        assert len(unknown_keys(["coreweave-eu:tokn", "coreweave-gateway:tokn"], profile="eu")) == 1


class TestProfiles:
    """Profiles: additional sets of settings, for other organizations."""

    def test_nothing_is_inherited(self) -> None:
        """A profile never uses the token or the endpoint of the default profile, or vice versa."""
        environ = {"COREWEAVE_API_TOKEN": TOKEN, "CW_API_TOKEN": TOKEN, "COREWEAVE_API_ENDPOINT": "https://x.example"}
        config = {
            "coreweave:token": TOKEN,
            "coreweave-gateway:token": TOKEN,
            "coreweave-gateway:endpoint": "https://x.example",
            "coreweave-gateway:lookupTimeout": "1s",
        }
        with pytest.raises(SettingsError, match=r"^no CoreWeave API token"):
            _resolve(environ, config, "eu")
        settings = _resolve({**environ, "COREWEAVE_EU_API_TOKEN": "token-eu"}, config, "eu")
        assert _values(settings) == {**_values(_resolve(TOKEN_ONLY)), "token": "token-eu"}
        with pytest.raises(SettingsError, match=r"^no CoreWeave API token"):
            _resolve({"COREWEAVE_EU_API_TOKEN": TOKEN, "CW_EU_API_TOKEN": TOKEN}, {"coreweave-eu:token": TOKEN})

    def test_profile_gateway_is_reserved(self) -> None:
        """A profile named 'gateway' is rejected: it would share the default profile's namespace."""
        with pytest.raises(InvalidArgumentError, match="'gateway' is reserved"):
            _resolve({"COREWEAVE_GATEWAY_API_TOKEN": TOKEN}, profile="gateway")

    def test_no_two_settings_share_a_place(self) -> None:
        """No variable or key is read for two settings, whichever profiles a program has."""
        profiles = [None, "eu", "eu-http", "http", "api", "eu-api", "cw", "api-token", "coreweave", "lookup"]
        places = [
            place
            for names in map(SettingNames, profiles)
            for setting, *_ in SETTINGS
            for place in (*names.variables(setting), *names.keys(setting))
        ]
        assert len(set(places)) == len(places)

    @pytest.mark.parametrize(("profile", "key", "infix"), [(None, "gateway", ""), ("us-east", "us-east", "_US_EAST")])
    def test_names_in_messages(self, profile: str | None, key: str, infix: str) -> None:
        """Messages name the variables and keys of the profile."""
        names = SettingNames(profile)
        assert names.endpoint == f"coreweave-{key}:endpoint (or COREWEAVE{infix}_API_ENDPOINT)"
        assert names.http_timeout == f"coreweave-{key}:httpTimeout (or COREWEAVE{infix}_HTTP_TIMEOUT)"
        assert names.lookup_timeout == f"coreweave-{key}:lookupTimeout (or COREWEAVE{infix}_LOOKUP_TIMEOUT)"
        with pytest.raises(SettingsError) as caught:
            _resolve({}, profile=profile)
        assert str(caught.value) == (
            f"no CoreWeave API token: set the environment variable COREWEAVE{infix}_API_TOKEN or CW{infix}_API_TOKEN, "
            f"or run `pulumi config set --secret coreweave-{key}:token`; a refresh uses the settings of the last "
            "`pulumi up`: after a change run `pulumi up --refresh=false` once"
        )


def _rejection(environ: dict[str, str], config: dict[str, str], secret: str) -> str:
    """Return the message of the error, after checking that no part of it shows a secret."""
    with pytest.raises(SettingsError) as caught:
        _resolve(environ, config)
    assert secret not in repr(caught.value) + "".join(traceback.format_exception(caught.value))
    return str(caught.value)


class TestToken:
    """Validation of the token, which is never shown."""

    def test_other_mistakes_are_reported_first(self) -> None:
        """Other invalid settings are reported before a missing token."""
        assert _rejection({"COREWEAVE_HTTP_TIMEOUT": "soon"}, {}, "x").startswith("COREWEAVE_HTTP_TIMEOUT: ")

    def test_surrounding_white_space_is_removed(self) -> None:
        """White space around the token, such as a line break, is removed."""
        assert _resolve({"COREWEAVE_API_TOKEN": f" {TOKEN}\n"}).token.reveal() == TOKEN

    @pytest.mark.parametrize(
        ("value", "reason"),
        [
            (f"Bearer {TOKEN}", "it starts with 'Bearer '"),
            (f" BEARER\t{TOKEN}", "it starts with 'Bearer '"),
            (f"{TOKEN} {TOKEN}", "it contains white space"),
            (f"{TOKEN}\r\nX-Evil: 1", "it contains white space"),
            (f"{TOKEN}\x00", "it contains white space"),
            (f"\u200b{TOKEN}", "it contains white space or characters other than printable ASCII"),
            (TOKEN * 2000, "it is longer than 16384 characters"),
            (f'"{TOKEN}"', "it is in quotes"),
            (f"'{TOKEN}'", "it is in quotes"),
            ("${distinctive}", "it is a variable that was not expanded"),
            ("$(cat distinctive)", "it is a variable that was not expanded"),
            ("%distinctive%", "it is a variable that was not expanded"),
            ("{{ secrets.distinctive }}", "it is a variable that was not expanded"),
        ],
        ids=lambda part: ascii(part)[:40],
    )
    def test_rejected(self, value: str, reason: str) -> None:
        """An invalid token is rejected with an error that names its source, and doesn't show it."""
        for place in ("COREWEAVE_API_TOKEN", "CW_API_TOKEN"):
            assert _rejection({place: value}, {}, "distinctive").startswith(f"{place}: invalid token: {reason}")
        for place in ("coreweave-gateway:token", "coreweave:token"):
            message = _rejection({}, {place: value}, "distinctive")
            assert message.startswith(f"{place} in the stack configuration: invalid token: {reason}")

    def test_never_shown(self) -> None:
        """Settings and tokens don't show the token when formatted, and can't be pickled."""
        settings = _resolve(TOKEN_ONLY)
        for shown in (settings, settings.token, vars(settings), [settings.token]):
            assert "Token(***)" in f"{shown}"
            assert TOKEN not in f"{shown}{shown!r}"
        with pytest.raises(TypeError, match=r"^a token can't be pickled$"):
            pickle.dumps(settings)

    def test_equal_by_value(self) -> None:
        """Settings that are resolved again are equal, so that a client and its connections are reused."""
        assert _resolve(TOKEN_ONLY) == _resolve(TOKEN_ONLY)
        assert hash(_resolve(TOKEN_ONLY)) == hash(_resolve(TOKEN_ONLY))
        assert _resolve(TOKEN_ONLY) != _resolve({"COREWEAVE_API_TOKEN": "another"})
        assert Token(TOKEN) != TOKEN


class TestPlaintextToken:
    """A token in the stack configuration that isn't encrypted."""

    @pytest.mark.parametrize(("profile", "key"), [(None, "coreweave-gateway:token"), ("eu", "coreweave-eu:token")])
    def test_rejected(self, profile: str | None, key: str) -> None:
        """A plaintext token is rejected with the command that encrypts it, and not shown."""
        with pytest.raises(SettingsError) as caught:
            refuse_plaintext_token({key: TOKEN}.get, lambda _: True, profile=profile)
        assert f"`pulumi config set --secret {key}`" in str(caught.value)
        assert TOKEN not in str(caught.value)

    def test_rejected_before_all_else(self) -> None:
        """A plaintext token is reported before other errors, even if the environment has a token."""
        environ = {**TOKEN_ONLY, "COREWEAVE_API_ENDPOINT": "ftp://x"}
        with pytest.raises(SettingsError, match="is stored in plaintext"):
            resolve_settings({"coreweave:token": "x"}.get, environ, is_plaintext=lambda _: True)

    def test_encrypted(self) -> None:
        """An encrypted token is accepted, whatever other keys are in plaintext."""
        config = {"coreweave:token": TOKEN, "coreweave:endpoint": "https://x.example", "coreweave-eu:token": "plain"}
        settings = resolve_settings(config.get, {}, is_plaintext=lambda key: key != "coreweave:token")
        assert settings.token.reveal() == TOKEN

    @pytest.mark.parametrize("value", [None, "", "  "], ids=repr)
    def test_absent(self, value: str | None) -> None:
        """A blank token counts as unset."""
        config = {"coreweave:token": value}
        assert resolve_settings(config.get, TOKEN_ONLY, is_plaintext=lambda _: True).token.reveal() == TOKEN


class TestDurations:
    """Timeouts, as numbers of seconds and as Go durations."""

    @pytest.mark.parametrize(
        ("text", "seconds"),
        [
            ("10", 10),
            (".5", 0.5),
            ("10s", 10),
            ("+1m30s", 90),
            ("1.5h", 5400),
            ("500ms", 0.5),
            ("1h1m1s1ms", 3661.001),
            ("5\u00b5s", 5e-6),
            ("1ns", 1e-9),
            ("24h", 86400),
        ],
    )
    def test_parsed(self, text: str, seconds: float) -> None:
        """Durations are read as Go and CoreWeave's own providers read them."""
        assert parse_duration(text) == pytest.approx(seconds)

    @pytest.mark.parametrize(
        "text", ["", "soon", "10 s", "-1s", "1e3", "\u0663", "0", "0s", "24h1s", "9" * 32, "nan", "inf", "1s\n2s"]
    )
    def test_rejected(self, text: str) -> None:
        """An invalid duration is rejected with the syntax."""
        with pytest.raises(
            ValueError, match=r"^invalid duration; write seconds, or a Go duration such as 10s, 1m30s or"
        ):
            parse_duration(text)

    def test_value_is_not_shown(self) -> None:
        """An invalid duration, which may be a misplaced token, is not shown."""
        message = _rejection({}, {"coreweave-gateway:lookupTimeout": TOKEN}, TOKEN)
        assert message.startswith("coreweave-gateway:lookupTimeout in the stack configuration: invalid duration; write")


class TestEndpoint:
    """Validation of the endpoint, which the token is sent to."""

    @pytest.mark.parametrize(
        ("value", "endpoint"),
        [
            (" https://api.coreweave.com// \n", "https://api.coreweave.com"),
            ("https://proxy.example:8443/coreweave/", "https://proxy.example:8443/coreweave"),
            ("https://proxy.example/vip/v1x", "https://proxy.example/vip/v1x"),
            ("HTTPS://API.example", "https://API.example"),
            ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
            ("http://127.8.9.10:8080", "http://127.8.9.10:8080"),
            ("HTTP://LocalHost", "http://LocalHost"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ],
        ids=ascii,
    )
    def test_accepted(self, value: str, endpoint: str) -> None:
        """Any https URL, and plain http to this machine, is accepted without the slashes at its end."""
        assert _resolve({**TOKEN_ONLY, "COREWEAVE_API_ENDPOINT": value}).endpoint == endpoint

    @pytest.mark.parametrize(
        ("value", "reason"),
        [
            ("https://api.coreweave.com/v1/", "must not contain an API version"),
            ("https://proxy.example/cw/V1beta2/inference", "must not contain an API version"),
            ("api.coreweave.com", "must start with https://"),
            ("file:///etc/passwd", "must start with https://"),
            ("https:api.coreweave.com", "names no host"),
            ("https://:8443", "names no host"),
            ("https://*.example", "names no host"),
            ("https://me:hunter2@api.example", "must not contain a user name or password"),
            ("http://localhost@evil.example/hunter2", "must not contain a user name or password"),
            ("https://api.example?key=hunter2", "must not have a query or a fragment"),
            ("https://api.example#", "must not have a query or a fragment"),
            ("http://api.coreweave.com", "must use https"),
            ("http://127.0.0.1.evil.example/hunter2", "must use https"),
            ("http://0.0.0.0:8080", "must use https"),
            ("http://2130706433", "must use https"),
            ("https://api.example:0", "names port 0"),
            ("https://api.example:hunter2", "is not a URL"),
            ("https://[::1", "is not a URL"),
            ("https://[v1.x]", "is not a URL"),
            ("https://[127.0.0.1]", "is not a URL"),
            ("https://[::1]hunter2:80", "is not a URL"),
            ("https://api.example:8_0", "is not a URL"),
            ("https://api.example/a b", "contains white space"),
            ("https://api.example\nX-Evil: hunter2", "contains white space"),
            ("https://api.example\\@evil.example", "contains white space"),
            ("https://api.ex\u0430mple", "contains white space or characters that are invalid in a URL"),
            (f"https://{'a' * 200}", "is longer than 200 characters"),
        ],
        ids=lambda part: ascii(part)[:40],
    )
    def test_rejected(self, value: str, reason: str) -> None:
        """An endpoint that must not get the token is rejected with an error that names its source, not the URL."""
        message = _rejection({"COREWEAVE_API_ENDPOINT": value}, {}, "hunter2")
        assert message.startswith(f"COREWEAVE_API_ENDPOINT: invalid endpoint: it {reason}")
        assert message.endswith("; write it like https://api.coreweave.com")
