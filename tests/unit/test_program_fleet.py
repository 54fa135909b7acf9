"""The program ``fleet``: its exports, and the check of critical gateways."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway.testing import mock_gateway
from tests.unit.programs import run_program

PROD = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"


def _run(*critical: str, gateways: list[dict[str, Any]]) -> dict[str, Any]:
    return run_program("fleet", {"critical": json.dumps(critical)}, gateways).exports


def test_gateways_by_zone_and_status() -> None:
    """The outputs have each gateway by zone and status, and as a row of the stack's page."""
    gateways = [mock_gateway("prod", gateway_id=PROD), mock_gateway("test|1", zone="US-WEST-01A", ready=False)]
    exports = _run("prod", gateways=gateways)
    assert exports["gateways"] == {
        "US-EAST-04A": {"STATUS_READY": ["prod"]},
        "US-WEST-01A": {"STATUS_CREATING": ["test|1"]},
    }
    assert exports["readme"].startswith("# Inference gateways\n\n1 of 2 are ready.\n")
    assert f"| prod | US-EAST-04A | STATUS_READY | https://api.{PROD}.gw.cwinference.com |" in exports["readme"]
    assert "| test&#124;1 | US-WEST-01A | STATUS_CREATING | none |" in exports["readme"]


@pytest.mark.parametrize(
    "text",
    [
        "<img src=https://example.com/x>",
        "![x](https://example.com)",
        "https://example.com",
        "www.example.com",
        "a@example.com",
        "`x`",
        "**x** _y_ __z__ ~~q~~",
        "x\\| | y",
        "&lt;b&gt;",
        "[^1]: $x$ :smile: #1",
    ],
)
def test_page_shows_text_of_the_api_as_it_is(text: str) -> None:
    """A gateway's name and zone are cells without Markdown or HTML, whose text a browser shows as it is."""
    gateway = mock_gateway(text, zone=text)
    (row,) = [line for line in _run(gateways=[gateway])["readme"].splitlines() if "STATUS_READY" in line]
    _, name, zone, _, _, _ = row.split("|")
    assert name == zone
    assert html.unescape(name).strip() == text
    assert not re.search(r"[^\w\s,-]|\b_|_\b", re.sub(r"&#\d+;", "", name))


def test_critical_gateway_that_does_not_serve_fails_the_program() -> None:
    """One line names every critical gateway that isn't ready or is missing, an update included."""
    gateways = [
        prod := mock_gateway("prod", status={"status": "STATUS_UPDATING"}),
        batch := mock_gateway("batch", ready=False),
        chat := mock_gateway("chat", status={"endpoints": []}),
    ]
    with pytest.raises(pulumi.RunError) as caught:
        _run("prod", "batch", "chat", "gone", gateways=gateways)
    assert str(caught.value) == (
        f"critical gateways don't serve: prod ({prod['spec']['id']}) is in STATUS_UPDATING; "
        f"batch ({batch['spec']['id']}) is in STATUS_CREATING; "
        f"chat ({chat['spec']['id']}) has no endpoint; gone is missing"
    )
