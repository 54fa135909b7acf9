"""What the package gives to a program, and what it costs to import it."""

from __future__ import annotations

import inspect
import pkgutil
import re
from types import ModuleType

import pytest

import pulumi_coreweave_gateway as package
from pulumi_coreweave_gateway import client, errors
from pulumi_coreweave_gateway import program as lookups


@pytest.mark.parametrize("name", package.__all__)
def test_every_name_is_there(name: str) -> None:
    """Each public name leads to what is called so, with a docstring."""
    value = getattr(package, name)
    assert value.__name__ == name
    assert value.__module__.startswith(f"{package.__name__}.")
    assert inspect.getdoc(value)


def test_names_are_listed_once() -> None:
    """No name is listed twice, and an editor's completion finds them all."""
    assert len(set(package.__all__)) == len(package.__all__)
    assert set(package.__all__) <= set(dir(package))


def test_every_error_can_be_caught_by_its_public_name() -> None:
    """No error class is left out."""
    kinds = {name for name, kind in inspect.getmembers(errors, inspect.isclass) if kind.__module__ == errors.__name__}
    assert {name for name in kinds if not name.startswith("_")} <= set(package.__all__)


@pytest.mark.parametrize("module", [package, client, lookups], ids=lambda module: module.__name__)
def test_map_of_modules(module: ModuleType) -> None:
    """The map in a package's docstring names each of its modules, and no other."""
    table = (module.__doc__ or "").split("\n====")[2]
    mapped = re.findall(r"^(?:``)?([a-z_]+)", table.partition("\n")[2], re.MULTILINE)
    there = {found.name for found in pkgutil.iter_modules(module.__path__)}
    # What the package is called, and its command line, are for nobody else.
    assert sorted(mapped) == sorted(there - {"about", "__main__"})
