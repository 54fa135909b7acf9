"""`python -m pulumi_coreweave_gateway doctor` with any answer of the CLI and the API."""

import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_coreweave_gateway.emulator import Emulator

_SECRET = "a-secret-of-the-stack"
_CONFIG = f'{{"shop:password": {{"value": "{_SECRET}", "secret": true}}}}'


def _doctor(folder: Path, emulator: Emulator, printed: str) -> "subprocess.CompletedProcess[str]":
    """Run the command with a CLI that prints this configuration."""
    cli = folder / "pulumi"
    cli.write_text(f"#!/bin/sh\ncase $* in *config*) printf '{printed}' ;; *) echo v3.274.1 ;; esac\n")
    cli.chmod(0o755)
    return subprocess.run(
        [sys.executable, "-m", "pulumi_coreweave_gateway", "doctor"],
        env={**emulator.environ, "PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("status", "code", "line"),
    [
        (None, 0, "ok    organization   the token belongs to org-7f3a"),
        (403, 0, None),
        (404, 0, None),
        (501, 1, "FAIL  organization   the token's organization: unexpected response from "),
    ],
)
def test_organization(
    tmp_path: Path, coreweave_emulator: Emulator, status: int | None, code: int, line: str | None
) -> None:
    """The report names the token's organization; a token that may not ask for it is no problem."""
    coreweave_emulator.script(status, path="/v1beta1/auth/whoami")
    done = _doctor(tmp_path, coreweave_emulator, "{}")
    found = [each for each in done.stdout.splitlines() if "organization" in each]
    assert (done.returncode, len(found)) == (code, 0 if line is None else 1), done.stdout
    assert all(each.startswith(line or "") for each in found)


def test_gateway_that_breaks_the_contract(tmp_path: Path, coreweave_emulator: Emulator) -> None:
    """A gateway that can't be read is named with the reason."""
    found = {"spec": {"id": "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411", "zones": "US-EAST-04A"}}
    coreweave_emulator.script(path="/v1alpha1/inference/gateways", json={"items": [found]})
    done = _doctor(tmp_path, coreweave_emulator, "{}")
    assert done.returncode == 1
    assert "FAIL  API            1 can't be read: gateway 6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411: " in done.stdout


@pytest.mark.parametrize(
    "printed",
    [f"warning: a new version is available\n{_CONFIG}", f"{_CONFIG}\nbye", f'["{_SECRET}"]', f"\\377{_SECRET}", ""],
    ids=["text before", "text after", "a list", "not UTF-8", "nothing"],
)
def test_configuration_that_is_not_json(tmp_path: Path, coreweave_emulator: Emulator, printed: str) -> None:
    """A failed check says so in one line, the environment is still checked, and no configuration is shown."""
    done = _doctor(tmp_path, coreweave_emulator, printed)
    assert done.stderr == ""
    assert done.returncode == 1
    (failure,) = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    assert "`pulumi config --json` printed something other than a JSON object" in failure
    assert _SECRET not in done.stdout
    assert "the token can read 0 gateways" in done.stdout
