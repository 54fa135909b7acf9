"""The second way: an engine that was downloaded or built here before."""

from __future__ import annotations

from tools.engine import pins
from tools.engine.model import Engine, Machine, StepError


class Cached:
    """A finished engine in our cache; nothing is started to find it."""

    name = "cache"

    def engine(self, machine: Machine) -> Engine:
        """Return the cached engine, the official one first."""
        for entry in (pins.official_entry(), pins.built_entry()):
            facts = machine.cache.facts(entry)
            if facts:
                return Engine(machine.cache.bin(entry), facts.version, facts.official_host, facts.origin)
        raise StepError(f"{machine.cache.root} has none for this checkout yet", expected=True)
