"""`python -m pulumi_coreweave_gateway doctor` with a CLI that doesn't answer as it should."""

import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_coreweave_gateway.emulator import Emulator

_SECRET = "a-secret-of-the-stack"
_CONFIG = f'{{"shop:password": {{"value": "{_SECRET}", "secret": true}}}}'


@pytest.mark.parametrize(
    "printed",
    [f"warning: a new version is available\n{_CONFIG}", f"{_CONFIG}\nbye", f'["{_SECRET}"]', f"\\377{_SECRET}", ""],
    ids=["text before", "text after", "a list", "not UTF-8", "nothing"],
)
def test_configuration_that_is_not_json(tmp_path: Path, coreweave_emulator: Emulator, printed: str) -> None:
    """A failed check says so in one line, the environment is still checked, and no configuration is shown."""
    cli = tmp_path / "pulumi"
    cli.write_text(f"#!/bin/sh\ncase $* in *config*) printf '{printed}' ;; *) echo v3.274.1 ;; esac\n")
    cli.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-m", "pulumi_coreweave_gateway", "doctor"],
        env={**coreweave_emulator.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    assert done.returncode == 1
    (failure,) = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    assert "`pulumi config --json` printed something else than a JSON object" in failure
    assert _SECRET not in done.stdout
    assert "the token can read 0 gateways" in done.stdout
