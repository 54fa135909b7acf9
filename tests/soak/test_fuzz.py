"""Coverage-guided fuzzing with a million response bodies."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from tools.sandbox import CHECKOUT

from tests.soak.venvs import python_with

_RUNS = 1_000_000


@pytest.mark.timeout(3600)
def test_fuzzing_finds_no_failure(tmp_path: Path) -> None:
    """Any body becomes a gateway that a state can hold, or a one-line error."""
    requirements = CHECKOUT / "tests" / "fuzz" / "requirements.txt"
    python = python_with(tmp_path / "venv", CHECKOUT / "requirements-dev.txt", requirements)
    done = subprocess.run(
        [python, "-m", "tests.fuzz.run", "--runs", str(_RUNS), "--found", str(tmp_path / "found")],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT / "provider")},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-5000:]
    figures = re.search(r"#\d+\s+DONE +cov: (\d+) ft: (\d+) corp: (\d+)", done.stderr)
    ended = re.search(r"Done (\d+) runs in (\d+) second", done.stderr)
    assert figures
    assert ended
    print(f"{ended[1]} bodies in {ended[2]} s: {figures[1]} edges, {figures[2]} features, {figures[3]} bodies kept")
    assert int(ended[1]) >= _RUNS
    assert int(figures[1]) > 100, "the tested code is not instrumented"
