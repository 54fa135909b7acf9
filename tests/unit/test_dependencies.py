"""Deferral of a read until its dependencies exist."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway import GatewayLookup, get_gateway_output
from pulumi_coreweave_gateway.program.arguments import after_dependencies
from tests.unit.mocked import Group, Outcome, Thing, outcome

ID = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"


def _after(depends_on: Any, value: Any = ID) -> Outcome:
    """Return the outcome of an ID with dependencies in a preview."""
    return outcome(lambda: after_dependencies(value, depends_on()))


@pytest.mark.parametrize("depends_on", [None, [], ()], ids=repr)
def test_value_without_dependencies_is_unchanged(depends_on: object) -> None:
    """Without dependencies the ID stays a plain str."""
    assert after_dependencies(ID, depends_on) is ID


@pytest.mark.parametrize(
    ("depends_on", "known"),
    [
        (lambda: Thing("there"), True),
        (lambda: [Thing("there"), Thing("too")], True),
        (lambda: Thing("new"), False),
        (lambda: [Thing("there"), Thing("new")], False),
        (lambda: pulumi.Output.from_input([Thing("there")]), True),
        (lambda: pulumi.Output.from_input([Thing("new")]), False),
        (lambda: [pulumi.Output.from_input(Thing("new"))], False),
        (lambda: (pulumi.Output.from_input(Thing("there")), Thing("too")), True),
    ],
    ids=["there", "two", "new", "one of two", "output", "new output", "output in list", "tuple"],
)
def test_value_is_unknown_until_resources_exist(depends_on: Any, known: bool) -> None:
    """While a dependency is still to be created, the ID is unknown, which defers the read to ``up``."""
    found = _after(depends_on)
    assert found.known is known
    if known:
        assert found.value == ID


def _group_with(*names: str) -> Group:
    group = Group("group")
    for name in names:
        Thing(name, pulumi.ResourceOptions(parent=group))
    return group


def _nested(name: str) -> Group:
    outer = Group("outer")
    inner = Group("inner", pulumi.ResourceOptions(parent=outer))
    Thing(name, pulumi.ResourceOptions(parent=inner))
    return outer


@pytest.mark.parametrize(
    ("depends_on", "known"),
    [
        (lambda: Group("empty"), True),
        (lambda: _group_with("there"), True),
        (lambda: _group_with("there", "new"), False),
        (lambda: _nested("there"), True),
        (lambda: _nested("new"), False),
    ],
    ids=["empty", "there", "new", "nested", "new nested"],
)
def test_value_is_unknown_until_a_component_exists(depends_on: Any, known: bool) -> None:
    """A dependency on a component includes the resources inside it, at any depth."""
    assert _after(depends_on).known is known


def test_dependency_on_a_deferred_lookup_defers_nothing() -> None:
    """A dependency on a deferred lookup, which creates nothing, doesn't defer the read."""

    def build() -> Any:
        later = GatewayLookup("later", gateway_id=Thing("new").id)
        return after_dependencies(ID, [later])

    assert outcome(build).known


def test_function_waits_for_a_lookup() -> None:
    """A function that depends on a lookup, such as one that waits until a gateway is ready, is called after it."""

    def build() -> Any:
        later = GatewayLookup("later", gateway_id=Thing("new").id)
        return get_gateway_output(ID, opts=pulumi.InvokeOutputOptions(depends_on=[later]))

    assert not outcome(build).known


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_output_keeps_its_own_dependencies(known: bool) -> None:
    """An ID from another resource depends on that resource and on ``depends_on``."""
    found = outcome(lambda: after_dependencies(Thing("there" if known else "new").id, [Thing("too")]))
    assert found.known is known
    assert {"there" if known else "new", "too"} <= found.depends_on


def test_secret_stays_secret() -> None:
    """A secret ID with dependencies is still secret."""

    async def secrecy(output: Any) -> bool:
        return bool(await output.is_secret())

    found = outcome(lambda: secrecy(after_dependencies(pulumi.Output.secret(ID), [Thing("there")])))
    assert found.value is True
