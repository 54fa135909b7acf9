"""Which resource options a lookup takes."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway.errors import InvalidArgumentError
from pulumi_coreweave_gateway.program.resource_options import REFUSED, SUPPORTED, WARNED, check_options

OPTIONS = sorted(name for name in vars(pulumi.ResourceOptions()) if not name.startswith("_"))


def _options(**values: Any) -> pulumi.ResourceOptions:
    """Return options that have these values, whatever the constructor makes of them."""
    options = pulumi.ResourceOptions()
    for name, value in values.items():
        setattr(options, name, value)
    return options


def test_every_option_of_the_sdk_is_decided() -> None:
    """An option that a newer SDK brings is either taken, refused or warned of; none is dropped without a thought."""
    decided = [*SUPPORTED, *REFUSED, *WARNED]
    assert sorted(decided) == OPTIONS


@pytest.mark.parametrize("option", sorted(SUPPORTED))
def test_supported(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An option that works is passed on without a word."""
    options = _options(**{option: ["x"]})
    assert check_options("prod", options) is options
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("option", sorted(REFUSED))
def test_refused(option: str) -> None:
    """An option whose loss would change what the user gets is refused, with the reason, and the lookup's name."""
    with pytest.raises(InvalidArgumentError) as caught:
        check_options("prod", _options(**{option: "x"}))
    assert str(caught.value) == f"lookup 'prod': the resource option {option} can't be used: {REFUSED[option]}"


@pytest.mark.parametrize("option", sorted(WARNED))
def test_warned_of(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An option that only guards what a lookup never does is taken, and a warning says that it has no effect."""
    options = _options(**{option: True})
    assert check_options("prod", options) is options
    warning = f"lookup 'prod': the resource option {option} has no effect: {WARNED[option]}"
    assert warning in capsys.readouterr().err


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("value", [None, [], (), {}], ids=repr)
def test_empty_is_not_given(option: str, value: object, capsys: pytest.CaptureFixture[str]) -> None:
    """An option that is None or empty, as after merging, isn't there at all."""
    check_options("prod", _options(**{option: value}))
    assert capsys.readouterr().err == ""


def test_option_of_a_newer_sdk(capsys: pytest.CaptureFixture[str]) -> None:
    """An option that nobody knows yet is warned of rather than dropped without a word."""
    check_options("prod", _options(teleport=True))
    assert "the resource option teleport has no effect" in capsys.readouterr().err


def test_no_options() -> None:
    """Without options there are default ones, new each time."""
    first = check_options("prod", None)
    assert isinstance(first, pulumi.ResourceOptions)
    assert first is not check_options("prod", None)


@pytest.mark.parametrize(
    "value", ["x", {"parent": None}, pulumi.InvokeOptions(), 7], ids=lambda one: type(one).__name__
)
def test_no_resource_options(value: object) -> None:
    """Anything else is refused by its type."""
    with pytest.raises(
        InvalidArgumentError, match=rf"opts must be pulumi.ResourceOptions, not {type(value).__name__}$"
    ):
        check_options("prod", value)
