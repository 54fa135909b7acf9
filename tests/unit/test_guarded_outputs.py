"""Outputs of a lookup whose read failed or was skipped, in ``up``."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway.program.guarded_outputs import guard_outputs


def _first_endpoint(value: Any) -> Any:
    """Return the first endpoint, as an ``apply`` of the guarded output sees it."""

    async def resolve() -> Any:
        known = asyncio.get_running_loop().create_future()
        known.set_result(not isinstance(value, pulumi.output.Unknown))
        result = asyncio.get_running_loop().create_future()
        result.set_result(value)
        output: pulumi.Output[Any] = pulumi.Output(set(), result, known)
        lookup: Any = SimpleNamespace(endpoints=output, id=pulumi.Output.from_input("id"))
        guard_outputs(lookup, "lookup 'prod'", ["endpoints"])
        return await lookup.endpoints.apply(lambda endpoints: endpoints[0]).future()

    return asyncio.run(resolve())


@pytest.mark.parametrize("value", [None, pulumi.output.UNKNOWN])
def test_failed_read_reaches_no_apply(value: Any) -> None:
    """The engine returns nothing (older versions) or unknown values for a failed read: both are an error."""
    with pytest.raises(pulumi.RunError, match="lookup 'prod': has no values, because its read failed or was skipped"):
        _first_endpoint(value)


def test_successful_read_is_passed_on() -> None:
    """A value that was read is unchanged."""
    assert _first_endpoint(["https://a.example"]) == "https://a.example"
