"""`python -m pulumi_coreweave_gateway doctor`, in a project's folder."""

import subprocess
import sys
from collections.abc import Mapping

import pytest

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import Project


def doctor(project: Project, environ: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Return the exit status of the command, and what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "pulumi_coreweave_gateway", "doctor"],
        cwd=project.folder,
        env={**project.environ, **(environ or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_working_settings(project: Project, coreweave_emulator: Emulator) -> None:
    """The report names where each setting comes from and what the token can read, and never shows the token."""
    coreweave_emulator.add(name="prod")
    status, printed = doctor(project)
    assert status == 0, printed
    assert "ok    token          from COREWEAVE_API_TOKEN\n" in printed
    assert "ok    lookupTimeout  default\n" in printed
    assert "; the token can read 1 gateway\n" in printed
    assert coreweave_emulator.token not in printed


def test_settings_of_the_stack(project: Project, coreweave_emulator: Emulator) -> None:
    """A secret token of the stack configuration is found, and a misspelled key is named."""
    project.succeed("config", "set", "--secret", "coreweave-gateway:token", coreweave_emulator.token)
    project.set({"coreweave-gateway:endpiont": "https://example.com"})
    status, printed = doctor(project, {"COREWEAVE_API_TOKEN": ""})
    assert status == 1
    assert "from coreweave-gateway:token in the stack configuration" in printed
    assert "did you mean coreweave-gateway:endpoint?" in printed
    assert coreweave_emulator.token not in printed


@pytest.mark.parametrize(
    ("changed", "subject", "reason"),
    [
        ({"COREWEAVE_API_TOKEN": "wrong"}, "API", "rejected the token"),
        ({"COREWEAVE_API_TOKEN": ""}, "settings", "no CoreWeave API token"),
        ({"COREWEAVE_API_ENDPOINT": "https://example.com/v1"}, "settings", "must not contain an API version"),
        ({"PATH": "/nowhere"}, "Pulumi CLI", "`pulumi` isn't on PATH"),
    ],
)
def test_failures_name_the_remedy(project: Project, changed: dict[str, str], subject: str, reason: str) -> None:
    """A failed check is one line that starts with FAIL, and the exit status is 1."""
    status, printed = doctor(project, changed)
    assert status == 1
    (failure,) = [line for line in printed.splitlines() if line.startswith("FAIL")]
    assert failure.startswith(f"FAIL  {subject} "), printed
    assert reason in failure
    assert "not set" not in printed
