"""The public names of the package, and the maps of its modules."""

from __future__ import annotations

import inspect
import pkgutil
import re
from types import ModuleType

import pytest

import pulumi_coreweave_gateway as package
from pulumi_coreweave_gateway import client, errors, plugin, program


@pytest.mark.parametrize("name", package.__all__)
def test_public_name_is_documented(name: str) -> None:
    """Each public name is an object of that name with a docstring."""
    value = getattr(package, name)
    assert value.__name__ == name
    assert value.__module__.startswith(f"{package.__name__}.")
    assert inspect.getdoc(value)


def test_every_error_is_public() -> None:
    """The package exports every error class."""
    kinds = {name for name, kind in inspect.getmembers(errors, inspect.isclass) if kind.__module__ == errors.__name__}
    assert {name for name in kinds if not name.startswith("_")} <= set(package.__all__)


@pytest.mark.parametrize("module", [package, client, plugin, program], ids=lambda module: module.__name__)
def test_table_of_modules_is_complete(module: ModuleType) -> None:
    """The table in a package's docstring names each of its modules, and no other."""
    table = (module.__doc__ or "").split("\n====")[2]
    mapped = re.findall(r"^(?:``)?([a-z_]+)", table.partition("\n")[2], re.MULTILINE)
    there = {found.name for found in pkgutil.iter_modules(module.__path__)}
    # The package's name and version, and its command line, aren't for other modules.
    assert sorted(mapped) == sorted(there - {"about", "__main__"})
