"""Resource options of lookups."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway.errors import InvalidArgumentError
from pulumi_coreweave_gateway.program.resource_options import REFUSED, SUPPORTED, WARNED, check_options

OPTIONS = sorted(name for name in vars(pulumi.ResourceOptions()) if not name.startswith("_"))
WHAT = "lookup 'prod'"
_DISABLED = "pulumi:disable-default-providers"


def _options(**values: Any) -> pulumi.ResourceOptions:
    """Return options with these values, of any type."""
    options = pulumi.ResourceOptions()
    for name, value in values.items():
        setattr(options, name, value)
    return options


def test_every_option_of_the_sdk_is_classified() -> None:
    """An option that a newer SDK adds must be supported, rejected or warned about."""
    assert set(OPTIONS) - {*SUPPORTED, *REFUSED, *WARNED} == set()


@pytest.mark.parametrize("option", sorted(SUPPORTED))
def test_supported_option_is_passed_on(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A supported option is passed on without a warning."""
    options = _options(**{option: ["x"]})
    assert check_options(WHAT, options) is options
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("option", sorted(REFUSED))
def test_rejected_option_is_an_error(option: str) -> None:
    """An option that can't be ignored is an error with the reason and the lookup's name."""
    with pytest.raises(InvalidArgumentError) as caught:
        check_options(WHAT, _options(**{option: "x"}))
    assert str(caught.value) == f"lookup 'prod': the resource option {option} can't be used: {REFUSED[option]}"


@pytest.mark.parametrize("option", [*sorted(WARNED), "option_of_a_newer_sdk"])
def test_option_without_effect_causes_a_warning(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An option for creation or deletion, or an unknown one, is accepted with a warning."""
    options = _options(**{option: True})
    assert check_options(WHAT, options) is options
    warning = f"lookup 'prod': the resource option {option} has no effect: {WARNED.get(option, '')}"
    assert warning in capsys.readouterr().err


@pytest.mark.parametrize("value", [None, [], (), {}], ids=repr)
def test_empty_options_are_ignored(value: object, capsys: pytest.CaptureFixture[str]) -> None:
    """An option that is None or empty, as after merging, isn't set."""
    check_options(WHAT, _options(**dict.fromkeys(OPTIONS, value)))
    assert capsys.readouterr().err == ""


def test_default_options_are_new_each_time() -> None:
    """Each lookup without options gets a new options object."""
    assert isinstance(check_options(WHAT, None), pulumi.ResourceOptions)
    assert check_options(WHAT, None) is not check_options(WHAT, None)


@pytest.mark.parametrize("value", ["x", pulumi.InvokeOptions()], ids=lambda value: type(value).__name__)
def test_options_of_another_type_are_rejected(value: object) -> None:
    """Options of another type are an error that names the type."""
    with pytest.raises(
        InvalidArgumentError, match=rf"opts must be pulumi.ResourceOptions, not {type(value).__name__}$"
    ):
        check_options(WHAT, value)


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
        check_options(WHAT, None)
    assert str(caught.value) == f"{WHAT}: {reason.replace('KEY', _DISABLED)}"


@pytest.mark.parametrize("disabled", [None, "", "[]", '["aws", "pulumi-python-x"]'])
def test_other_disabled_providers_are_accepted(disabled: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack may disable the providers of other packages."""
    monkeypatch.setattr(pulumi.runtime, "get_config", {_DISABLED: disabled}.get)
    check_options(WHAT, None)
