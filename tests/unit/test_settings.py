"""The settings: where each may stand, which place wins, and what is refused before anything is sent."""

from __future__ import annotations

import pickle
import re
import traceback
from collections.abc import Mapping
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
from pulumi_coreweave_gateway.validation import check_profile

TOKEN = "cw-distinctive-token"
NO_CONFIG: dict[str, str] = {}
NOTHING = NO_CONFIG.get
PROFILES = [None, "eu", "us-east-2"]


def _resolve(
    environ: Mapping[str, str] | None = None,
    config: Mapping[str, Any] | None = None,
    *,
    profile: str | None = None,
) -> Settings:
    """Return the settings of an environment and a configuration, the token given where it isn't the point."""
    names = SettingNames(profile)
    return resolve_settings((config or {}).get, {names.token_variables[0]: TOKEN, **(environ or {})}, profile=profile)


def _variable(name: str, profile: str | None) -> str:
    return f"COREWEAVE_{profile.upper().replace('-', '_')}_{name}" if profile else f"COREWEAVE_{name}"


def _key(name: str, profile: str | None) -> str:
    return f"coreweave-{profile or 'gateway'}:{name}"


class TestSources:
    """Where a setting is found."""

    def test_defaults(self) -> None:
        """With a token alone, the public API is used, with the documented timeouts."""
        settings = _resolve()
        assert (settings.endpoint, settings.http_timeout, settings.lookup_timeout, settings.profile) == (
            "https://api.coreweave.com",
            10.0,
            30.0,
            None,
        )

    @pytest.mark.parametrize("profile", PROFILES)
    @pytest.mark.parametrize(
        ("setting", "variable", "field", "from_environment", "from_config"),
        [
            ("endpoint", "API_ENDPOINT", "endpoint", "https://env.example", "https://config.example"),
            ("httpTimeout", "HTTP_TIMEOUT", "http_timeout", "1m30s", "500ms"),
            ("lookupTimeout", "LOOKUP_TIMEOUT", "lookup_timeout", "2m", "45"),
            ("token", "API_TOKEN", "token", "token-of-env", "token-of-config"),
        ],
        ids=lambda part: part if isinstance(part, str) and part.endswith("Timeout") else None,
    )
    def test_precedence(
        self, profile: str | None, setting: str, variable: str, field: str, from_environment: str, from_config: str
    ) -> None:
        """Each setting comes from its variable, else from the stack's configuration, and a blank one is none."""
        seconds = {"1m30s": 90.0, "500ms": 0.5, "2m": 120.0, "45": 45.0}

        def found(environment: str | None, configured: str | None) -> object:
            environ = {_variable("API_TOKEN", profile): TOKEN} if setting != "token" else {}
            if environment is not None:
                environ[_variable(variable, profile)] = environment
            config = {} if configured is None else {_key(setting, profile): configured}
            value = getattr(resolve_settings(config.get, environ, profile=profile), field)
            return value.reveal() if isinstance(value, Token) else value

        def meaning(text: str) -> object:
            return seconds.get(text, text)

        assert found(from_environment, from_config) == meaning(from_environment)
        assert found(from_environment, None) == meaning(from_environment)
        for blank in (None, "", "  ", "\t\n"):
            assert found(blank, from_config) == meaning(from_config)
        if setting != "token":
            default = getattr(_resolve(), field)
            assert [found(blank, blank) for blank in (None, "", " ")] == [default] * 3

    @pytest.mark.parametrize("profile", PROFILES)
    def test_second_variable_of_the_token(self, profile: str | None) -> None:
        """The short variable that CoreWeave's tools know comes after the long one, before the configuration."""
        long, short = SettingNames(profile).token_variables
        assert (long, short) == (
            _variable("API_TOKEN", profile),
            _variable("API_TOKEN", profile).replace("COREWEAVE", "CW"),
        )
        config = {_key("token", profile): "from-config"}
        for environ, token in (
            ({long: "from-long", short: "from-short"}, "from-long"),
            ({long: " ", short: "from-short"}, "from-short"),
            ({short: "from-short"}, "from-short"),
            ({short: ""}, "from-config"),
        ):
            assert resolve_settings(config.get, environ, profile=profile).token.reveal() == token

    @pytest.mark.parametrize(("written", "seconds"), [(15, 15.0), (1.5, 1.5), ("15", 15.0)], ids=repr)
    def test_number_in_the_configuration(self, written: object, seconds: float) -> None:
        """A time-out that stands in Pulumi.yaml as a number is seconds."""
        assert _resolve(config={"coreweave:httpTimeout": written}).http_timeout == seconds

    def test_environment_of_the_process(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without an environment given, it is that of the process."""
        monkeypatch.setenv("COREWEAVE_API_TOKEN", TOKEN)
        assert resolve_settings(NOTHING).token == Token(TOKEN)


class TestNamespaces:
    """Our own namespace, and the one of CoreWeave's provider."""

    @pytest.mark.parametrize(
        ("setting", "field", "ours", "official"),
        [
            ("token", "token", Token("ours"), Token("official")),
            ("endpoint", "endpoint", "https://ours.example", "https://official.example"),
            ("httpTimeout", "http_timeout", 7.0, 8.0),
        ],
    )
    def test_official_namespace_is_read_too(self, setting: str, field: str, ours: object, official: object) -> None:
        """What users of CoreWeave's provider have set is used, unless ours or the environment has it."""

        def written(value: object) -> object:
            return value.reveal() if isinstance(value, Token) else value

        config = {"coreweave-gateway:token": TOKEN, f"coreweave:{setting}": written(official)}
        if setting == "token":
            del config["coreweave-gateway:token"]
        assert getattr(resolve_settings(config.get, {}), field) == official
        for blank in ("", " "):
            assert (
                getattr(resolve_settings({**config, f"coreweave-gateway:{setting}": blank}.get, {}), field) == official
            )
        assert (
            getattr(resolve_settings({**config, f"coreweave-gateway:{setting}": written(ours)}.get, {}), field) == ours
        )

    def test_official_namespace_has_no_lookup_timeout(self) -> None:
        """CoreWeave's provider rejects a key that it doesn't know: none is read from its namespace, nor advised."""
        assert _resolve(config={"coreweave:lookupTimeout": "1s"}).lookup_timeout == 30.0
        names = SettingNames()
        assert (names.lookup_timeout, names.endpoint) == (
            "coreweave-gateway:lookupTimeout (or COREWEAVE_LOOKUP_TIMEOUT)",
            "coreweave-gateway:endpoint (or COREWEAVE_API_ENDPOINT)",
        )

    def test_profile_gateway_is_reserved(self) -> None:
        """A profile of this name would share the namespace of the default profile."""
        with pytest.raises(InvalidArgumentError, match="'gateway' is reserved"):
            resolve_settings(NOTHING, {"COREWEAVE_GATEWAY_API_TOKEN": TOKEN}, profile="gateway")

    def test_unknown_keys(self) -> None:
        """A misspelled key of our namespace is reported with the likely one; other namespaces are left alone."""
        keys = [f"coreweave-gateway:{key}" for key in ("token", "tokn", "lookuptimeout", "color")]
        assert unknown_keys([*keys, "coreweave:s3Endpoint", "coreweave-eu:tokn", "aws:region", "project:tokn"]) == [
            (
                "unknown key 'coreweave-gateway:color' in the stack configuration is ignored; "
                "the keys are token, endpoint, httpTimeout, lookupTimeout"
            ),
            (
                "unknown key 'coreweave-gateway:lookuptimeout' in the stack configuration is ignored; "
                "did you mean coreweave-gateway:lookupTimeout?"
            ),
            (
                "unknown key 'coreweave-gateway:tokn' in the stack configuration is ignored; "
                "did you mean coreweave-gateway:token?"
            ),
        ]
        assert len(unknown_keys(["coreweave-eu:tokn", "coreweave-gateway:tokn"], profile="eu")) == 1


class TestProfiles:
    """Second sets of settings, for other organizations."""

    def test_nothing_is_inherited(self) -> None:
        """A profile without a token has none: that of the default profile never reaches another organization."""
        environ = {
            "COREWEAVE_API_TOKEN": TOKEN,
            "CW_API_TOKEN": TOKEN,
            "COREWEAVE_API_ENDPOINT": "https://default.example",
            "COREWEAVE_HTTP_TIMEOUT": "1s",
        }
        config = {
            "coreweave:token": TOKEN,
            "coreweave:endpoint": "https://default.example",
            "coreweave:lookupTimeout": "1s",
        }
        with pytest.raises(SettingsError):
            resolve_settings(config.get, environ, profile="eu")
        settings = resolve_settings(config.get, {**environ, "COREWEAVE_EU_API_TOKEN": "token-eu"}, profile="eu")
        assert (settings.endpoint, settings.http_timeout, settings.lookup_timeout, settings.token.reveal()) == (
            "https://api.coreweave.com",
            10.0,
            30.0,
            "token-eu",
        )

    def test_nothing_leaks_into_the_default_one(self) -> None:
        """Nor does what is set for a profile count for the default one."""
        environ = {"COREWEAVE_EU_API_TOKEN": "token-eu", "CW_EU_API_TOKEN": "token-eu"}
        with pytest.raises(SettingsError):
            resolve_settings({"coreweave-eu:token": "token-eu"}.get, environ)

    def test_empty_name_is_the_default_one(self) -> None:
        """The state holds ``""`` for the default profile."""
        assert _resolve() == resolve_settings(NOTHING, {"COREWEAVE_API_TOKEN": TOKEN}, profile="")

    @pytest.mark.parametrize("name", ["eu", "e", "eu2", "us-east-04", "a" * 40, "api", "http"])
    def test_name(self, name: str) -> None:
        """Lower-case letters, digits and single dashes make a profile's name."""
        assert check_profile(name) == name

    @pytest.mark.parametrize(
        "name",
        [
            "",
            "EU",
            "gateways!",
            "2eu",
            "-eu",
            "eu-",
            "e--u",
            "e_u",
            "e u",
            "eu\n",
            "eu:token",
            "\u00fc",
            "e\u0661",
            "a" * 41,
        ],
        ids=ascii,
    )
    def test_no_name(self, name: str) -> None:
        """Another name, for which there would be no variable, is refused in one printable line."""
        with pytest.raises(InvalidArgumentError, match="invalid profile") as caught:
            check_profile(name, "lookup 'prod': profile")
        assert str(caught.value).startswith("lookup 'prod': profile: ")
        assert str(caught.value).isprintable()

    @pytest.mark.parametrize("name", [7, True, b"eu", ["eu"]], ids=repr)
    def test_no_text(self, name: object) -> None:
        """A name of another type is named by its type."""
        with pytest.raises(InvalidArgumentError, match=f"such as 'eu', not {type(name).__name__}"):
            check_profile(name)

    def test_no_two_settings_share_a_place(self) -> None:
        """Whichever profiles a program has, no variable or key serves two of their settings."""
        profiles = [None, "eu", "eu-http", "http", "api", "eu-api", "cw", "api-token", "coreweave", "lookup"]
        places = [
            place
            for names in map(SettingNames, profiles)
            for place in (
                *names.token_variables,
                *(names.variable(name) for name in ("API_ENDPOINT", "HTTP_TIMEOUT", "LOOKUP_TIMEOUT")),
                *(names.key(setting) for setting in ("token", "endpoint", "httpTimeout", "lookupTimeout")),
            )
        ]
        assert len(set(places)) == len(places)


class TestToken:
    """The token: found, checked, shown to nobody."""

    @pytest.mark.parametrize("profile", PROFILES)
    def test_missing(self, profile: str | None) -> None:
        """Whoever has no token yet is told all three places where to set one."""
        with pytest.raises(SettingsError) as caught:
            resolve_settings(NOTHING, {}, profile=profile)
        for place in (*SettingNames(profile).token_variables, f"pulumi config set --secret {_key('token', profile)}"):
            assert re.search(rf"{re.escape(place)}(?![\w-])", str(caught.value))

    def test_other_mistakes_are_named_first(self) -> None:
        """A user without a token sees first what else is wrong, and so has one error fewer to come."""
        with pytest.raises(SettingsError, match="COREWEAVE_HTTP_TIMEOUT"):
            resolve_settings(NOTHING, {"COREWEAVE_HTTP_TIMEOUT": "soon"})

    @pytest.mark.parametrize("blank", ["", "\n", "  "], ids=repr)
    def test_white_space_around_it(self, blank: str) -> None:
        """The line break that a file brings along is not part of the token."""
        assert _resolve({"COREWEAVE_API_TOKEN": f"{blank}{TOKEN}{blank}"}).token.reveal() == TOKEN

    @pytest.mark.parametrize(
        ("value", "why"),
        [
            (f"Bearer {TOKEN}", "it starts with 'Bearer '"),
            (f"bearer\t{TOKEN}", "it starts with 'Bearer '"),
            (f" BEARER  {TOKEN}", "it starts with 'Bearer '"),
            (f"{TOKEN}\n{TOKEN}", "white space"),
            (f"{TOKEN} {TOKEN}", "white space"),
            (f"{TOKEN}\r\nX-Evil: 1", "white space"),
            (f"{TOKEN}\x00", "white space"),
            (f"{TOKEN}\u00fc", "other than printable ASCII"),
            (f"\u200b{TOKEN}", "other than printable ASCII"),
            (TOKEN * 2000, "longer than 16384 characters"),
            (f'"{TOKEN}"', "it is in quotes"),
            (f"'{TOKEN}'", "it is in quotes"),
            (f"`{TOKEN}", "it is in quotes"),
            ("${distinctive}", "not expanded"),
            ("$(cat distinctive)", "not expanded"),
            ("%distinctive%", "not expanded"),
            ("{{ secrets.distinctive }}", "not expanded"),
        ],
        ids=lambda part: ascii(part)[:40],
    )
    @pytest.mark.parametrize(
        "place", ["COREWEAVE_API_TOKEN", "CW_API_TOKEN", "coreweave-gateway:token", "coreweave:token"]
    )
    def test_refused(self, value: str, why: str, place: str) -> None:
        """What no header could carry is refused: the message names the place, and nothing shows the value."""
        environ, config = ({}, {place: value}) if ":" in place else ({place: value}, {})
        with pytest.raises(SettingsError, match=re.escape(why)) as caught:
            resolve_settings(config.get, environ)
        shown = str(caught.value) + repr(caught.value) + "".join(traceback.format_exception(caught.value))
        assert str(caught.value).startswith(place)
        assert "distinctive" not in shown

    @pytest.mark.parametrize("value", [True, ["x"], {"x": 1}], ids=repr)
    def test_structured_configuration(self, value: object) -> None:
        """A value that is no text is refused by its type, and not shown."""
        with pytest.raises(SettingsError, match=f"^coreweave:token: expected a string, not {type(value).__name__}"):
            resolve_settings({"coreweave:token": value}.get, {})

    def test_shown_to_nobody(self) -> None:
        """No way of printing the settings or their token shows it."""
        settings = _resolve()
        token = settings.token
        shown = [
            *(f"{one}|{one!r}|{one!s}|{one:>20}|%s|%r" % (one, one) for one in [token]),
            f"{settings}|{settings!r}",
            str(vars(settings)),
            str([settings, {"token": token}]),
            str(dir(token)),
        ]
        assert all(TOKEN not in text for text in shown)
        assert "Token(***)" in repr(settings)

    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    def test_never_pickled(self, protocol: int) -> None:
        """A token can't get into a state or a cache by being pickled or copied along with something else."""
        for one in (Token(TOKEN), [_resolve()]):
            with pytest.raises(TypeError, match="a token can't be pickled") as caught:
                pickle.dumps(one, protocol)
            assert TOKEN not in str(caught.value)

    def test_equal_by_value(self) -> None:
        """Settings that were found again are equal, so that a client and its connections are kept."""
        assert _resolve() == _resolve()
        assert hash(_resolve()) == hash(_resolve())
        assert _resolve() != _resolve({"COREWEAVE_API_TOKEN": "another"})
        assert Token(TOKEN) != TOKEN


class TestPlaintextToken:
    """A token in the stack's configuration that isn't encrypted."""

    @pytest.mark.parametrize("profile", PROFILES)
    def test_refused(self, profile: str | None) -> None:
        """It is refused with the very command that mends it, and not shown."""
        key = _key("token", profile)
        with pytest.raises(SettingsError) as caught:
            refuse_plaintext_token({key: TOKEN}.get, lambda _: False, profile=profile)
        assert f"`pulumi config set --secret {key}`" in str(caught.value)
        assert TOKEN not in str(caught.value)

    def test_refused_although_the_environment_wins(self) -> None:
        """It stands in a file and in the state, whichever token is used."""
        with pytest.raises(SettingsError, match="is stored in plaintext"):
            resolve_settings({"coreweave:token": "x"}.get, {"COREWEAVE_API_TOKEN": TOKEN}, is_secret=lambda _: False)

    def test_refused_before_all_else(self) -> None:
        """No other mistake hides it."""
        with pytest.raises(SettingsError, match="is stored in plaintext"):
            resolve_settings(
                {"coreweave:token": "x"}.get, {"COREWEAVE_API_ENDPOINT": "ftp://x"}, is_secret=lambda _: False
            )

    def test_encrypted(self) -> None:
        """An encrypted one is taken, and only its own key is asked about."""
        asked: list[str] = []

        def is_secret(key: str) -> bool:
            asked.append(key)
            return True

        config = {"coreweave:token": TOKEN, "coreweave:endpoint": "https://x.example", "coreweave-eu:token": "plain"}
        assert resolve_settings(config.get, {}, is_secret=is_secret).token.reveal() == TOKEN
        assert set(asked) == {"coreweave:token"}
        assert "coreweave-eu:token" not in asked

    @pytest.mark.parametrize("value", [None, "", "  "], ids=repr)
    def test_none_there(self, value: str | None) -> None:
        """Without a value, or with a blank one, there is nothing to refuse."""
        config = {"coreweave:token": value}
        settings = resolve_settings(config.get, {"COREWEAVE_API_TOKEN": TOKEN}, is_secret=lambda _: False)
        assert settings.token.reveal() == TOKEN


class TestDurations:
    """Timeouts, as numbers of seconds and as Go durations."""

    @pytest.mark.parametrize(
        ("text", "seconds"),
        [
            ("10", 10),
            (" .5 ", 0.5),
            ("10s", 10),
            ("+1m30s", 90),
            ("1.5h", 5400),
            ("500ms", 0.5),
            ("1h1m1s1ms", 3661.001),
            ("5us", 5e-6),
            ("5µs", 5e-6),
            ("1ns", 1e-9),
            ("24h", 86400),
        ],
    )
    def test_parsed(self, text: str, seconds: float) -> None:
        """Durations are read as Go's tools and CoreWeave's providers read them."""
        assert parse_duration(text) == pytest.approx(seconds)

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("", "invalid duration ''; write seconds"),
            ("soon", "invalid duration 'soon'; write seconds"),
            ("10 s", "invalid duration '10 s'; "),
            ("-1s", "invalid duration '-1s'; "),
            ("1e3", "invalid duration '1e3'; "),
            ("٣", "invalid duration '٣'; "),
            ("0", "invalid duration '0': it must be positive; "),
            ("0s", "invalid duration '0s': it must be positive; "),
            ("24h1s", "invalid duration '24h1s': it exceeds a day; "),
            ("9" * 60, "invalid duration: it exceeds a day; "),
            ("a-token-in-the-wrong-variable-0123456789", "invalid duration; "),
            ("1\x1b[31m", "invalid duration; "),
        ],
    )
    def test_rejected(self, text: str, reason: str) -> None:
        """Anything else is rejected with the syntax, and a long text isn't shown: it may be a token."""
        with pytest.raises(ValueError, match=f"^{re.escape(reason)}") as caught:
            parse_duration(text)
        assert str(caught.value).isprintable()

    @pytest.mark.parametrize("profile", PROFILES)
    @pytest.mark.parametrize(
        ("setting", "variable"), [("httpTimeout", "HTTP_TIMEOUT"), ("lookupTimeout", "LOOKUP_TIMEOUT")]
    )
    @pytest.mark.parametrize("value", ["soon", "0", "-5s", "25h"])
    def test_refused(self, profile: str | None, setting: str, variable: str, value: str) -> None:
        """The message names the place that the value came from."""
        for environ, config, place in (
            ({_variable(variable, profile): value}, {}, _variable(variable, profile)),
            ({}, {_key(setting, profile): value}, f"{_key(setting, profile)} in the stack configuration"),
        ):
            with pytest.raises(SettingsError, match=f"^{re.escape(place)}: invalid duration '{value}'"):
                _resolve(environ, config, profile=profile)


class TestEndpoint:
    """The endpoint: where a token may be sent."""

    @pytest.mark.parametrize(
        ("value", "endpoint"),
        [
            ("https://api.coreweave.com", "https://api.coreweave.com"),
            ("https://api.coreweave.com/", "https://api.coreweave.com"),
            (" https://api.coreweave.com// \n", "https://api.coreweave.com"),
            ("https://proxy.example:8443/coreweave/", "https://proxy.example:8443/coreweave"),
            ("https://proxy.example/vip/v1x", "https://proxy.example/vip/v1x"),
            ("HTTPS://API.example", "https://API.example"),
            ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://127.8.9.10", "http://127.8.9.10"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("HTTP://LocalHost", "http://LocalHost"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ],
        ids=ascii,
    )
    def test_taken(self, value: str, endpoint: str) -> None:
        """Any https URL, and plain http to this machine, is taken without the slashes at its end."""
        assert _resolve({"COREWEAVE_API_ENDPOINT": value}).endpoint == endpoint

    @pytest.mark.parametrize(
        ("value", "why"),
        [
            ("https://api.coreweave.com/v1alpha1", "must not hold an API version"),
            ("https://api.coreweave.com/v1/", "must not hold an API version"),
            ("https://proxy.example/cw/V1beta2/inference", "must not hold an API version"),
            ("api.coreweave.com", "must start with https://"),
            ("//api.coreweave.com", "must start with https://"),
            ("ftp://api.coreweave.com", "must start with https://"),
            ("file:///etc/passwd", "must start with https://"),
            ("https:api.coreweave.com", "names no host"),
            ("https://", "names no host"),
            ("https:///v1", "names no host"),
            ("https://:8443", "names no host"),
            ("https://*.example", "names no host"),
            ("https://hunter2@api.example", "user name or password"),
            ("https://me:hunter2@api.example", "user name or password"),
            ("https://@api.example", "user name or password"),
            ("http://localhost@evil.example/hunter2", "user name or password"),
            ("https://api.example?key=hunter2", "query or a fragment"),
            ("https://api.example/#hunter2", "query or a fragment"),
            ("https://api.example/?", "query or a fragment"),
            ("https://api.example#", "query or a fragment"),
            ("http://api.coreweave.com", "must use https"),
            ("http://127.0.0.1.evil.example/hunter2", "must use https"),
            ("http://localhost.evil.example", "must use https"),
            ("http://0.0.0.0:8080", "must use https"),
            ("http://192.168.0.1", "must use https"),
            ("http://2130706433", "must use https"),
            ("https://api.example:0", "port 0"),
            ("https://api.example:hunter2", "is not a URL"),
            ("https://api.example:99999", "is not a URL"),
            ("https://[::1", "is not a URL"),
            ("http://[::1]hunter2", "is not a URL"),
            ("https://[::1]hunter2:80", "is not a URL"),
            ("https://api.example:8_0", "is not a URL"),
            ("https://api.example:+80", "is not a URL"),
            ("https://api.example/a b", "white space"),
            ("https://api.example\nX-Evil: hunter2", "white space"),
            ("https://api.example\\@evil.example", "white space"),
            ("https://\u00fcber.example", "no URL has"),
            ("https://api.ex\u0430mple", "no URL has"),
        ],
        ids=ascii,
    )
    @pytest.mark.parametrize("place", ["COREWEAVE_API_ENDPOINT", "coreweave:endpoint"])
    def test_refused(self, value: str, why: str, place: str) -> None:
        """A URL that a token must not be sent to is refused; the message names its place and not the URL."""
        environ, config = ({}, {place: value}) if ":" in place else ({place: value}, {})
        with pytest.raises(SettingsError, match=re.escape(why)) as caught:
            _resolve(environ, config)
        shown = str(caught.value) + "".join(traceback.format_exception(caught.value))
        assert str(caught.value).startswith(place)
        assert "hunter2" not in shown
        assert value not in shown.replace("write it like https://api.coreweave.com", "")


@pytest.mark.parametrize("profile", PROFILES)
def test_messages_name_the_profiles_own_settings(profile: str | None) -> None:
    """Whatever an error advises to set is what the profile reads."""
    names = _resolve(profile=profile).names
    assert names.endpoint == f"{_key('endpoint', profile)} (or {_variable('API_ENDPOINT', profile)})"
    assert names.lookup_timeout == f"{_key('lookupTimeout', profile)} (or {_variable('LOOKUP_TIMEOUT', profile)})"
