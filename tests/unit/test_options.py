"""Resource options of lookups."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway.errors import InvalidArgumentError
from pulumi_coreweave_gateway.program.arguments import read_options, revealing, validated_options

OPTIONS = sorted(name for name in vars(pulumi.ResourceOptions()) if not name.startswith("_"))
LABEL = "lookup 'prod'"
_DISABLED = "pulumi:disable-default-providers"
_REFUSED = {
    "id": "ID",
    "urn": pulumi.Output.from_input("urn:pulumi:dev::shop::x:y:Z::z"),
    "import_": "ID",
    "transforms": [lambda _: None],
    "ignore_changes": ["zones"],
    "hooks": pulumi.ResourceHookBinding(before_create=[pulumi.ResourceHook("hook", lambda _: None)]),
}


def _options(**values: Any) -> pulumi.ResourceOptions:
    """Return options with these values, of any type."""
    options = pulumi.ResourceOptions()
    for name, value in values.items():
        setattr(options, name, value)
    return options


class _Provider(pulumi.ProviderResource):
    """A provider that is never registered."""

    def __init__(self, package: str) -> None:
        self.package = package


@pytest.mark.parametrize("option", sorted(_REFUSED))
def test_option_that_would_change_the_result_is_refused(option: str) -> None:
    """An option whose loss would change the result is an error that names the lookup and the option."""
    with pytest.raises(InvalidArgumentError, match=rf"^lookup 'prod': the resource option {option} can't be used: \w"):
        validated_options(LABEL, _options(**{option: _REFUSED[option]}))


@pytest.mark.parametrize("option", sorted({*OPTIONS, "option_of_a_newer_sdk"} - {*_REFUSED, "provider", "providers"}))
def test_other_options_are_accepted_silently(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An option that works, or that loses nothing on a read, is accepted without a word."""
    options = _options(**{option: ["x"]})
    assert validated_options(LABEL, options) is options
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("outer", [None, pulumi.ResourceOptions(protect=True)], ids=["no options", "options"])
def test_merged_options_are_accepted(outer: pulumi.ResourceOptions | None, capsys: pytest.CaptureFixture[str]) -> None:
    """The options that nested components hand on are accepted: merging leaves empty lists and empty hooks."""
    component = pulumi.ResourceOptions.merge(outer, pulumi.ResourceOptions(version="1.0.0"))
    inner = pulumi.ResourceOptions.merge(component, pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old")]))
    assert validated_options(LABEL, inner) is inner
    assert capsys.readouterr().err == ""


_OTHER, _DYNAMIC = _Provider("kubernetes"), _Provider("pulumi-python")


@pytest.mark.parametrize("value", [_OTHER, [_OTHER], {"kubernetes": _OTHER}], ids=["one", "list", "dictionary"])
@pytest.mark.parametrize("option", ["provider", "providers"])
def test_providers_of_other_packages_are_passed_over(option: str, value: Any) -> None:
    """A provider of another package, which a component hands on, concerns other resources."""
    options = read_options(LABEL, validated_options(LABEL, _options(**{option: value})), "ID", {})
    assert options.provider is None
    assert not options.providers


@pytest.mark.parametrize("value", [_DYNAMIC, [_OTHER, _DYNAMIC], {"pulumi-python": _DYNAMIC}])
@pytest.mark.parametrize("option", ["provider", "providers"])
def test_provider_of_dynamic_resources_is_refused(option: str, value: Any) -> None:
    """All lookups share one provider of dynamic resources; another one is an error with the remedy."""
    with pytest.raises(InvalidArgumentError, match=rf"the resource option {option} can't be used: .* pass profile="):
        validated_options(LABEL, _options(**{option: value}))


@pytest.mark.parametrize("value", [None, [], (), {}], ids=repr)
def test_empty_options_are_ignored(value: object, capsys: pytest.CaptureFixture[str]) -> None:
    """An option that is None or empty, as after merging, isn't set."""
    validated_options(LABEL, _options(**dict.fromkeys(OPTIONS, value)))
    assert capsys.readouterr().err == ""


def test_default_options_are_new_each_time() -> None:
    """Each lookup without options gets a new options object."""
    assert isinstance(validated_options(LABEL, None), pulumi.ResourceOptions)
    assert validated_options(LABEL, None) is not validated_options(LABEL, None)


@pytest.mark.parametrize("value", ["x", pulumi.InvokeOptions()], ids=lambda value: type(value).__name__)
def test_options_of_another_type_are_rejected(value: object) -> None:
    """Options of another type are an error that names the type."""
    with pytest.raises(
        InvalidArgumentError, match=rf"opts must be pulumi.ResourceOptions, not {type(value).__name__}$"
    ):
        validated_options(LABEL, value)


@pytest.mark.parametrize(
    ("disabled", "reason"),
    [
        ('["*"]', "the provider of lookups is disabled by KEY; remove '*', and name the packages to disable"),
        ('["aws", "pulumi-python"]', "the provider of lookups is disabled by KEY; remove 'pulumi-python'"),
        (
            '["pulumi-python", "*"]',
            (
                "the provider of lookups is disabled by KEY; "
                "remove '*' and 'pulumi-python', and name the packages to disable"
            ),
        ),
        *(
            (malformed, "KEY is not a list of packages; set it with `pulumi config set --path 'KEY[0]'`")
            for malformed in ("*", "aws", '"*"', '{"*": 1}', "5", "[5]")
        ),
    ],
)
def test_stack_that_disables_the_provider_is_rejected(
    disabled: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stack that disables the provider of lookups, or whose list is malformed, is an error with the remedy."""
    monkeypatch.setattr(pulumi.runtime, "get_config", {_DISABLED: disabled}.get)
    with pytest.raises(InvalidArgumentError) as caught:
        validated_options(LABEL, None)
    assert str(caught.value) == f"{LABEL}: {reason.replace('KEY', _DISABLED)}"


@pytest.mark.parametrize("disabled", [None, "", "[]", '["aws", "pulumi-python-x"]'])
def test_other_disabled_providers_are_accepted(disabled: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack may disable the providers of other packages."""
    monkeypatch.setattr(pulumi.runtime, "get_config", {_DISABLED: disabled}.get)
    validated_options(LABEL, None)


SECRETS = revealing(["name", "endpoint", "endpoints", "host", "openai_base_url"])


@pytest.mark.parametrize(
    ("names", "secret"),
    [
        (None, None),
        (["name"], ["name"]),
        (["endpoint"], ["endpoint", "endpoints", "host", "openai_base_url"]),
        (["openai_base_url", "name"], ["endpoint", "endpoints", "host", "name", "openai_base_url"]),
    ],
)
def test_no_other_output_reveals_a_secret_one(names: list[str] | None, secret: list[str] | None) -> None:
    """An output that is made secret under its name takes along those that would reveal it."""
    options = pulumi.ResourceOptions(additional_secret_outputs=names)
    assert read_options(LABEL, options, "ID", SECRETS).additional_secret_outputs == secret


def test_unknown_secret_output_is_an_error() -> None:
    """A misspelled output would be saved in plaintext."""
    options = pulumi.ResourceOptions(additional_secret_outputs=["endpiont"])
    with pytest.raises(
        InvalidArgumentError, match=r"^lookup 'prod': additional_secret_outputs: .* 'endpiont'; the out"
    ):
        read_options(LABEL, options, "ID", SECRETS)
