"""docs/ci.md states the values that the code has."""

import re

import pytest
from tools.engine.ensure import PULUMI
from tools.sandbox import CHECKOUT

from pulumi_coreweave_gateway import config, doctor
from pulumi_coreweave_gateway.client import rate_limit, retry
from pulumi_coreweave_gateway.gateways import fetch_many
from pulumi_coreweave_gateway.program import clients
from pulumi_coreweave_gateway.program.wait_for_ready import WaitForReady
from pulumi_coreweave_gateway.provider_process import reader
from tests.soak import interruption

_TEXT = (CHECKOUT / "docs" / "ci.md").read_text(encoding="utf-8")
_PROJECT = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
_FIGURES: dict[str, float] = {
    "H": config.DEFAULT_HTTP_TIMEOUT,
    "L": config.DEFAULT_LOOKUP_TIMEOUT,
    "T": retry.MAX_ATTEMPTS,
    "P": retry.SHORTEST_PAUSE,
    "B": fetch_many.LIST_FROM,
    "C": reader.CONNECTIONS,
    "F": reader.FLEET_CONNECTIONS,
    "N": clients.THREADS,
    "W": WaitForReady().timeout,
    "I": WaitForReady().poll_interval,
}


def test_table_has_the_values_of_the_code() -> None:
    """The table lists every constant with its value in the code."""
    rows = re.findall(r"^\| `([A-Z])` \| ([\d.]+)(?: s)? \|", _TEXT, re.M)
    assert {name: float(value) for name, value in rows} == _FIGURES
    assert f"doubles up to {retry.LONGEST_PAUSE:g} s" in _TEXT


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("200: {:g} s", _FIGURES["L"] * 200 / _FIGURES["C"]),
        ("1,000: {:g} s", fetch_many.time_limit(_FIGURES["L"], 1000)),
        ("| {:g} s |\n\nIf the API", _FIGURES["W"] + _FIGURES["L"]),
        ("200 lookups take {:g} s", 200 * 0.1 / _FIGURES["C"]),
        ("`L · (2 + n / {:g})`", fetch_many.GATEWAYS_PER_TIMEOUT),
        ("nothing that the command started runs {:g} seconds later", interruption.LEFTOVER),
        ("{:g} and 13", _FIGURES["C"] / 0.1),
        ("40 and {:.0f}", _FIGURES["C"] / (0.1 + _FIGURES["P"])),
        ("{:g} and 53", _FIGURES["F"] / 0.1),
        ("160 and {:.0f}", _FIGURES["N"] / (0.1 + _FIGURES["P"])),
        ("200 waits: {:g}", 200 / _FIGURES["I"]),
        ("spaced out: by {:g} s", rate_limit._SHORTEST),
        ("further 429,\nup to {:g} s", rate_limit._LONGEST),
        ("{:.0f} % less with each other response", 100 * (1 - rate_limit._SPEED_UP)),
    ],
)
def test_examples_follow_from_the_values(sentence: str, value: float) -> None:
    """Each example is computed from the values."""
    assert sentence.format(value) in _TEXT


def test_versions_agree() -> None:
    """Supported versions match pyproject.toml and doctor, and the tested engine is the one that is built."""
    pythons = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', _PROJECT)
    assert f"| Python | {', '.join(pythons)} |" in _TEXT
    sdk = re.search(r'"pulumi>=([\d.]+),<(\d+)"', _PROJECT)
    assert sdk
    assert f"| {sdk[1]} up to {sdk[2]} |" in _TEXT
    assert f"| Pulumi CLI | {doctor.MIN_CLI[0]}.{doctor.MIN_CLI[1]} and later |" in _TEXT
    tested = PULUMI.version.removeprefix("v")
    assert f"`make test` on {tested}, built from source" in _TEXT
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    assert f"| Pulumi CLI | {doctor.MIN_CLI[0]}.{doctor.MIN_CLI[1]} or later | {tested}, by all tests |" in readme
    assert f"| Pulumi SDK (`pulumi` on PyPI) | {sdk[1]} or later, below {sdk[2]} |" in readme
    assert f"| Python | {pythons[0]} to {pythons[-1]} |" in readme
