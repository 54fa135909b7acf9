"""What an editor and mypy know of a program that uses the package."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_coreweave_gateway import GatewayLookup, GatewayResult

pytestmark = pytest.mark.disable_socket

PROGRAM = Path(__file__).with_name("typed_program.py")


def _mypy(program: Path, folder: Path) -> str:
    """Check a program as its author would: in a folder of its own, strictly, and without our configuration."""
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={folder / 'cache'}", str(program)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.stderr == ""
    return done.stdout


def test_a_program_is_typed_as_it_says(tmp_path: Path) -> None:
    """Types reach whoever installs the package: each output has its own, and a mistake is an error."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.read_text(encoding="utf-8"), encoding="utf-8")
    assert _mypy(program, tmp_path).startswith("Success")


def test_another_type_is_seen(tmp_path: Path) -> None:
    """The check above can fail: where a type is another one, and where a mistake is none."""
    lines = PROGRAM.read_text(encoding="utf-8").splitlines()
    changed = [
        line.replace("Output[list[str]]", "Output[str]").replace("lookup.nosuch", "lookup.name") for line in lines
    ]
    program = tmp_path / "program.py"
    program.write_text("\n".join(changed), encoding="utf-8")
    marked = {
        int(number) for number in re.findall(r"^program\.py:(\d+): error", _mypy(program, tmp_path), re.MULTILINE)
    }
    assert marked == {number for number, line in enumerate(lines, 1) if changed[number - 1] != line}
    assert len(marked) == 4


def test_no_output_is_left_out() -> None:
    """Each output of a lookup, and of a plain gateway, has its type in the program."""
    pinned = set(
        re.findall(r"assert_type\(((?:lookup|gateway)\.(?!base_url_for)\w+)", PROGRAM.read_text(encoding="utf-8"))
    )
    of_lookup = {f"lookup.{name}" for name in (*GatewayLookup.__annotations__, "id") if name != "is_lookup"}
    assert pinned == of_lookup | {f"gateway.{name}" for name in GatewayResult.__annotations__}
