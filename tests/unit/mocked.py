"""Run part of a Pulumi program under the SDK's mocks."""

from __future__ import annotations

import asyncio
import contextvars
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks


@dataclass(frozen=True)
class Outcome:
    """The resolved value of an Output.

    Attributes:
        known: Whether its value is known.
        value: The value.
        depends_on: The names of the resources that it depends on.

    """

    known: bool
    value: Any
    depends_on: frozenset[str]


class Engine(Mocks):
    """Mocks under which resources named ``new…`` have no ID yet, as in a preview."""

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        """Return a resource's ID and outputs."""
        return None if args.name.startswith("new") else f"id-of-{args.name}", dict(args.inputs)

    def call(self, args: MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        """Return a function's result."""
        return {}, None


class Thing(pulumi.CustomResource):
    """A resource of another provider."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("test:index:Thing", name, {}, opts)


class Group(pulumi.ComponentResource):
    """A component."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("test:index:Group", name, {}, opts)


def outcome(build: Callable[[], Any], *, preview: bool = True, engine: Mocks | None = None) -> Outcome:
    """Return what the Output of a program resolves to.

    Args:
        build: The program, which returns the Output.
        preview: Whether the program runs in a preview.
        engine: Mocks of its resources and functions.

    """
    found: list[Outcome] = []

    async def examine(output: pulumi.Output[Any]) -> None:
        known = await output.is_known()
        value = await output.future()
        names = [await resource.urn.future() or "" for resource in await output.resources()]
        found.append(Outcome(known, value, frozenset(urn.rsplit("::", 1)[-1] for urn in names)))

    def run() -> None:
        pulumi.runtime.set_mocks(engine or Engine(), preview=preview)
        pulumi.runtime.test(lambda: examine(pulumi.Output.from_input(build())))()  # type: ignore[no-untyped-call]

    asyncio.set_event_loop(event_loop())
    # The SDK keeps its settings in context variables, which don't outlive this context.
    contextvars.copy_context().run(run)
    return found[0]


@functools.cache
def event_loop() -> asyncio.AbstractEventLoop:
    """Return the event loop of all programs.

    The SDK uses the thread's event loop, which newer versions of Python don't create by themselves. All programs share
    one, because the threads of a closed loop end, and the SDK's mocks leave loops of their own open in them.
    """
    return asyncio.new_event_loop()


# Importing an SDK may otherwise create an event loop for the thread, which would never be closed.
asyncio.set_event_loop(event_loop())
