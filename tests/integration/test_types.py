"""A type check of a program that uses every output, as its user runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.disable_socket


def test_types_of_a_program(tmp_path: Path) -> None:
    """The program passes a strict check, outside this project and its configuration."""
    program = tmp_path / "program.py"
    program.write_text(Path(__file__).with_name("typed_program.py").read_text(encoding="utf-8"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}", str(program)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (done.stderr, done.returncode) == ("", 0), done.stdout
