"""The token in the stack configuration: stored as ciphertext, and shown by the engine in its own log at most."""

from __future__ import annotations

import json

import pytest
from tools.sandbox import CHECKOUT

from tests.integration.leaks.secrets import TOKEN
from tests.stack.leak_lab import Lab

_YES = ("--yes", "--skip-preview")
SECURITY = CHECKOUT / "docs" / "security.md"
_LINES = ("Planner decided to ", "Marshaling property for RPC[Provider")
"""The engine's own lines that show the configuration of providers in plaintext, up to v3.250.0 at least."""


@pytest.fixture
def configured(lab: Lab) -> Lab:
    """Return the project with the token in the stack's configuration, encrypted, and not in the environment."""
    del lab.project.environ["COREWEAVE_API_TOKEN"]
    lab.run("config", "set", "--secret", "coreweave-gateway:token", "--", TOKEN)
    return lab


def test_engine_stores_only_ciphertext(configured: Lab) -> None:
    """Without a verbose log, a token in the stack configuration is stored only as ciphertext."""
    configured.run("preview")
    configured.run("up", *_YES)
    configured.run("refresh", *_YES)
    state = json.loads(configured.run("stack", "export"))
    (provider,) = [
        entry for entry in state["deployment"]["resources"] if entry["type"] == "pulumi:providers:pulumi-python"
    ]
    assert "ciphertext" in json.dumps(provider), "the state holds the token as ciphertext"
    configured.run("destroy", *_YES)
    assert configured.emulator.counts().by_status == {200: configured.emulator.counts().requests}
    assert configured.findings() == []


@pytest.mark.parametrize("flags", [("-v=9", "--logtostderr"), ("-v=9",)], ids=["stderr", "file"])
def test_only_the_log_may_show_it(flags: tuple[str, ...], configured: Lab) -> None:
    """At -v=9 some engines show the token in lines of their own log, as docs/security.md says, and nowhere else."""
    commands = [("preview", *flags), ("up", *_YES, *flags), ("refresh", *_YES, *flags)]
    for command in commands:
        configured.run(*command)
    found = configured.findings()
    assert {finding.secret for finding in found} <= {"token"}
    logs = (
        {f"{' '.join(command)} (stderr)" for command in commands}
        if "--logtostderr" in flags
        else {str(path.relative_to(configured.folder)) for path in (configured.folder / "tmp").glob("pulumi*.log.*")}
    )
    assert {finding.place for finding in found} <= logs
    assert [finding for finding in found if not any(line in finding.line for line in _LINES)] == []
    named = SECURITY.read_text()
    assert [part for part in (*_LINES, *flags) if part.rstrip(" [") not in named] == []
