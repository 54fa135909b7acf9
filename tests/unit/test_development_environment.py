"""The virtual environment that ``make`` makes, on which a user's own ``pulumi`` commands may run too."""

import json
import sys
from importlib import metadata
from pathlib import Path

import pytest
from tools.sandbox import CHECKOUT


@pytest.mark.skipif(Path(sys.prefix) != CHECKOUT / ".venv", reason="it is another environment that runs the tests")
def test_it_asks_for_no_plugin() -> None:
    """No SDK that only tests import lets ``pulumi install`` or a preview download its plugin."""
    abouts = {
        found.metadata["Name"]: json.loads(Path(str(file.locate())).read_text())
        for found in metadata.distributions()
        for file in found.files or ()
        if file.name == "pulumi-plugin.json"
    }
    assert "pulumi-kubernetes" in {name.replace("_", "-") for name in abouts}
    assert [name for name, about in abouts.items() if about.get("resource")] == []
