"""The benchmarks run: every scenario and command once, on the real engine."""

import subprocess
import sys

import pytest
from benchmarks.scenarios import SCENARIOS
from tools.sandbox import CHECKOUT


@pytest.mark.timeout(600)
def test_every_scenario_runs_once() -> None:
    """No command fails; only Terraform may be missing."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--sample"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    table, _, _ = done.stdout.partition("| target ")
    missing = [name for name, scenario in SCENARIOS.items() if f"| {scenario.title} " not in table]
    assert missing in ([], ["terraform"]), done.stderr
    assert "provider's first read" in done.stdout
