"""The code of docs/emulator.md, run as it is shown."""

import re
import subprocess
import sys
import textwrap
from pathlib import Path

from tools.engine import Engine
from tools.sandbox import CHECKOUT, sandbox_environment

from tests.stack.programs import ONE_LOOKUP

_BLOCKS = re.findall(
    r"```(?:python|yaml)\n(.*?)```", (CHECKOUT / "docs" / "emulator.md").read_text(encoding="utf-8"), re.DOTALL
)


def _block(words: str) -> str:
    (found,) = (block for block in _BLOCKS if words in block)
    return str(found)


def _run(folder: Path, environ: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_stack_test(engine: Engine, tmp_path: Path) -> None:
    """The tests of the page pass with a project as the page describes it."""
    infra = tmp_path / "infra"
    infra.mkdir()
    runtime = f"{{name: python, options: {{virtualenv: {sys.prefix}}}}}"
    (infra / "Pulumi.yaml").write_text(f"name: infra\nruntime: {runtime}\n", encoding="utf-8")
    (infra / "__main__.py").write_text(textwrap.dedent(ONE_LOOKUP), encoding="utf-8")
    shown = _block("def test_exports_the_live_endpoint") + _block("def test_two_organizations")
    (tmp_path / "test_infra.py").write_text(shown, encoding="utf-8")
    environ = sandbox_environment(tmp_path / "pulumi", engine.bin, {})
    assert "2 passed" in _run(tmp_path, environ, "-m", "pytest", "-q", "--rootdir", ".", "test_infra.py")


def test_file_without_pytest(tmp_path: Path) -> None:
    """The emulator serves the file of the page, and prints its URL."""
    (tmp_path / "gateways.yaml").write_text(_block("gateways:\n"), encoding="utf-8")
    (tmp_path / "serve.py").write_text(_block("print(emulator.url)"), encoding="utf-8")
    assert _run(tmp_path, {}, "serve.py").startswith("http://127.0.0.1:")
