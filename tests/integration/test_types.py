"""Type checks of programs that use the package."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tools.sandbox import CHECKOUT

from pulumi_coreweave_gateway import GatewayLookup, GatewayResult

pytestmark = pytest.mark.disable_socket

PROGRAM = Path(__file__).with_name("typed_program.py")


def _mypy(program: Path, folder: Path) -> str:
    """Return what mypy prints for a program in its own folder, in strict mode without this project's configuration."""
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


def test_types_of_a_program(tmp_path: Path) -> None:
    """A program that uses every output passes a strict type check."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.read_text(encoding="utf-8"), encoding="utf-8")
    assert _mypy(program, tmp_path).startswith("Success")


def test_wrong_types_are_reported(tmp_path: Path) -> None:
    """A wrong type, and an unused ``type: ignore``, are reported."""
    lines = PROGRAM.read_text(encoding="utf-8").splitlines()
    changed = [
        line.replace(", pulumi.Output[list[str]])", ", pulumi.Output[str])").replace("lookup.nosuch", "lookup.name")
        for line in lines
    ]
    program = tmp_path / "program.py"
    program.write_text("\n".join(changed), encoding="utf-8")
    reported = {
        int(number) for number in re.findall(r"^program\.py:(\d+): error", _mypy(program, tmp_path), re.MULTILINE)
    }
    assert reported == {number for number, line in enumerate(lines, 1) if changed[number - 1] != line}
    assert len(reported) == 4


def test_documented_unit_test_is_typed(tmp_path: Path) -> None:
    """The unit test in docs/testing.md, with the program beside it, passes a strict type check."""
    for name in ("program.py", "test_program.py"):
        (tmp_path / name).write_text((CHECKOUT / "docs" / "examples" / name).read_text(encoding="utf-8"))
    assert _mypy(tmp_path / "test_program.py", tmp_path).startswith("Success")


def test_every_output_has_its_type() -> None:
    """The program checks the type of every output of a lookup and of a plain gateway."""
    checked = set(
        re.findall(r"assert_type\(((?:lookup|gateway)\.(?!base_url_for)\w+)", PROGRAM.read_text(encoding="utf-8"))
    )
    of_lookup = {f"lookup.{name}" for name in (*GatewayLookup.__annotations__, "id") if name != "is_lookup"}
    assert checked == of_lookup | {f"gateway.{name}" for name in GatewayResult.__annotations__}
