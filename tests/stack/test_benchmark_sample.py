"""The benchmark runs: every way once, on the real engine."""

import subprocess
import sys

import pytest
from tools.sandbox import CHECKOUT


@pytest.mark.timeout(600)
def test_every_way_runs_once_and_every_table_is_printed() -> None:
    """Three commands of each Pulumi program, and no failure."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--sample"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Failed:" not in done.stdout
    for title in ("dynamic provider as in Pulumi's docs", "N × `GatewayLookup`", "`GatewaysLookup` of N"):
        row = next(line for line in done.stdout.splitlines() if line.startswith(title))
        # A preview, the first up and the second preview, each with its spread.
        assert row.count(" to ") == 3
    assert "preview, one lookup " in done.stdout
