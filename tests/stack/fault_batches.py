"""Rows of the fault table, many in one program: a lookup for each, with a profile of its own.

A profile has an endpoint, a token and time-outs of its own, so that one command runs into all faults of a batch.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.faults.answers import ID, healthy, http
from tests.faults.catalogue import GROUPS
from tests.faults.hostile import Behaviour, Visit
from tests.faults.model import DEADLINE, TEN_TRIES, Fault, Scene
from tests.faults.scenes import served

HOLDERS = tuple(f"holder-{number}" for number in range(4))
"""As many lookups as the provider's process has threads: the first failure ends a program, and so these come first
and fail when everything else is waiting for a thread; then all the rest fails at once."""

_HOLD = 2.0
_OURS = re.compile(r"(COREWEAVE|CW)_")
# The pauses before the second and third try end within 0.8 s, the one before the fourth is 0.8 s and more: after a
# third try, which has half a second at least, there is no other.
_THREE_TRIES = "1300ms"
_SHORT_DEADLINE = 8

_OF_THIS_PROCESS = {"dns-silent", "dns-none-answers", "dns-second-answers"}
"""Rows whose name server is a function of the test's own process."""


@dataclass(frozen=True, eq=False)
class Row:
    """A fault, and the profile of the lookup that runs into it."""

    fault: Fault
    profile: str

    @property
    def name(self) -> str:
        """The lookup's name in the stack."""
        return self.fault.id

    def environ(self, scene: Scene) -> dict[str, str]:
        """Return the scene's settings, for this profile, with less time where it would be spent on repetition."""
        settings = {name: value for name, value in scene.environ.items() if _OURS.match(name)}
        if self.fault.longest is TEN_TRIES and self.fault.error is not None:
            settings["COREWEAVE_LOOKUP_TIMEOUT"] = _THREE_TRIES
        elif self.fault.longest is DEADLINE:
            settings.setdefault("COREWEAVE_LOOKUP_TIMEOUT", str(_SHORT_DEADLINE))
        return of_profile(settings, self.profile)

    def is_told_by(self, line: str, scene: Scene) -> bool:
        """Tell whether a line holds exactly the words of the table."""
        variable = self.profile.upper()
        line = line.replace(f"coreweave-{self.profile}:", "coreweave:")
        line = re.sub(rf"\b(COREWEAVE|CW)_{variable}_", r"\1_", line)
        if self.fault.longest is DEADLINE:
            line = line.replace(f"the {_SHORT_DEADLINE} s that a lookup", "the 30 s that a lookup")
        return self.fault.expected(scene.words).fullmatch(line) is not None


def of_profile(settings: Mapping[str, str], profile: str) -> dict[str, str]:
    """Return environment variables of the default profile under another profile's names."""
    infix = profile.upper().replace("-", "_")
    return {_OURS.sub(rf"\1_{infix}_", name, count=1): value for name, value in settings.items()}


def batches() -> tuple[str, ...]:
    """Return the names of the batches: groups of one kind are one batch."""
    return tuple(dict.fromkeys(group.partition(":")[0] for group in GROUPS))


def failing(batch: str) -> tuple[Row, ...]:
    """Return the rows of a batch that end in an error and that an environment can cause."""
    return _rows(group for group in GROUPS if group.partition(":")[0] == batch)


def ending_well() -> tuple[Row, ...]:
    """Return the rows of all groups that end in the usual gateway after all."""
    # What the variables for proxies say would hold for every other row as well.
    return _rows((group for group in GROUPS if group != "Proxies"), well=True)


def _rows(groups: Iterator[str], *, well: bool = False) -> tuple[Row, ...]:
    found: list[Row] = []
    shared: dict[str, str] = {}
    for group in groups:
        for fault in GROUPS[group]:
            if (fault.error is None) is not well or fault.outputs or fault.id in _OF_THIS_PROCESS:
                continue
            with _first(fault) as scene:
                if (
                    scene.impossible
                    or scene.every
                    or scene.config
                    or scene.profile is not None
                    or scene.gateway_id != ID
                ):
                    continue
                foreign = _foreign(scene)
                if all(shared.get(name, value) == value for name, value in foreign.items()):
                    shared.update(foreign)
                    found.append(Row(fault, f"f{len(found)}"))
    return tuple(found)


def _first(fault: Fault) -> contextlib.AbstractContextManager[Scene]:
    return next(iter(fault.start.values()))()


def _foreign(scene: Scene) -> dict[str, str]:
    return {name: value for name, value in scene.environ.items() if not _OURS.match(name)}


def program(rows: Sequence[Row]) -> str:
    """Return the program that looks the gateway up once for each row, the holders first."""
    lookups = [(name, name) for name in HOLDERS] + [(row.name, row.profile) for row in rows]
    return (
        "import asyncio, concurrent.futures\n"
        "from pulumi_coreweave_gateway import GatewayLookup\n"
        # In a preview the SDK has a few threads only, and each waits until its lookup is answered.
        "asyncio.get_running_loop().set_default_executor(concurrent.futures.ThreadPoolExecutor(400))\n"
        f"for name, profile in {lookups!r}:\n"
        f"    GatewayLookup(name, gateway_id={ID!r}, profile=profile)\n"
    )


@contextlib.contextmanager
def all_is_well(rows: Sequence[Row]) -> Iterator[dict[str, str]]:
    """Yield the environment in which every lookup of the program succeeds."""
    with served(healthy)() as scene:
        environ: dict[str, str] = {}
        for profile in (*HOLDERS, *(row.profile for row in rows)):
            environ.update(of_profile(scene.environ, profile))
        yield environ


@contextlib.contextmanager
def under_way(rows: Sequence[Row], holders: Behaviour) -> Iterator[tuple[dict[str, str], dict[Row, Scene]]]:
    """Yield the environment in which every lookup meets its fault, as for the first time, and the scenes."""
    with contextlib.ExitStack() as stack:
        held = stack.enter_context(served(holders)())
        environ: dict[str, str] = {}
        for name in HOLDERS:
            environ.update(of_profile(held.environ, name))
        scenes = {row: stack.enter_context(_first(row.fault)) for row in rows}
        for row, scene in scenes.items():
            environ.update(_foreign(scene))
            environ.update(row.environ(scene))
        yield environ, scenes


def refuses_late(visit: Visit) -> None:
    """Refuse a request once all other lookups have had the time to be started."""
    if visit.request() and not visit.over(_HOLD):
        visit.send(http(403))
