"""Real commands: no secret in state, history, backups, outputs, logs, temporary files or the emulator's output."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest

from pulumi_coreweave_gateway.client.redaction import LEFT_OUT
from tests.integration.leaks.echoes import ECHOES
from tests.integration.leaks.secrets import TOKEN, WANDB_KEY
from tests.stack.leak_lab import IDS, PROGRAM, Lab

_VERBOSE = ("-v=9", "--logtostderr")
_IN_FILES = ("-v=9", "--logflow")
_YES = ("--yes", "--skip-preview")
_ECHO = f"token {TOKEN} as {quote(TOKEN, safe='')} is not welcome"
FAILURES: dict[str, dict[str, Any]] = {
    "401-echo": {"status": 401, "json": {"code": 16, "message": _ECHO}, "headers": {"X-Request-Id": TOKEN}},
    "html-echo": {"status": 200, "text": f"<html>{TOKEN}</html>", "headers": {"Content-Type": "text/html"}},
    "redirect-host": {"status": 307, "headers": {"Location": f"https://{quote(TOKEN, safe='')}.example/"}},
    "contract": {"status": 200, "json": {"gateway": {"spec": {"id": IDS[0], "name": {TOKEN: [TOKEN]}}}}},
    "403-echoes": {"status": 403, "json": {"code": 7, "message": ", ".join(ECHOES.values())}},
}

_LEAKS = f"""
import os, tempfile, requests
token = os.environ["COREWEAVE_API_TOKEN"]
pulumi.export("leak", token)
tempfile.NamedTemporaryFile("w", prefix="leak", delete=False).write(token)
url = os.environ["COREWEAVE_API_ENDPOINT"] + "/v1alpha1/inference/gateways"
requests.get(url, {{"key": {WANDB_KEY!r}}}, headers={{"Authorization": f"Bearer {{token}}"}})
"""


def test_successful_commands_leak_no_secret(lab: Lab) -> None:
    """Every kind of lookup in every command, with the most verbose log, shows neither the token nor the key."""
    lab.run("preview", *_VERBOSE)
    lab.run("up", *_YES, *_VERBOSE)
    lab.run("up", *_YES, *_IN_FILES)
    assert any((lab.folder / "tmp").iterdir()), "no log was written"
    lab.run("refresh", *_YES, *_VERBOSE)
    lab.run("stack", "export", "--show-secrets")
    outputs = json.loads(lab.run("stack", "output", "--show-secrets", "--json"))
    assert outputs["by-id"]["apiKeySet"], "the key was not returned"
    lab.run("stack", "history", "--show-secrets")
    lab.run("destroy", *_YES, *_VERBOSE)
    assert lab.emulator.counts().by_status == {200: lab.emulator.counts().requests}
    assert lab.findings() == []


def test_failures_leak_no_secret(lab: Lab) -> None:
    """Every kind of failure, with the token echoed wherever a server can, shows neither the token nor the key."""
    lab.project.environ["COREWEAVE_LOOKUP_TIMEOUT"] = "1s"
    lab.run("up", *_YES)
    for name, response in FAILURES.items():
        lab.emulator.script(**response, times=None)
        shown = lab.run("up", *_YES, succeeds=False)
        assert name != "403-echoes" or f"the server says: {LEFT_OUT};" in shown
        lab.run("refresh", "--preview-only", succeeds=False)
        lab.reset()
    lab.emulator.script(**FAILURES["401-echo"], times=None)
    lab.run("preview", *_VERBOSE, succeeds=False)
    lab.run("up", *_YES, *_VERBOSE, succeeds=False)
    lab.run("refresh", *_YES, *_VERBOSE, succeeds=False)
    assert lab.findings() == []


@pytest.mark.parametrize(
    "wrong", [f"{TOKEN}\n{TOKEN}", base64.b64encode(TOKEN.encode()).decode()], ids=["package", "api"]
)
def test_rejected_token_is_not_shown(wrong: str, lab: Lab) -> None:
    """A token that the package rejects, or the API, is not shown."""
    lab.project.environ["COREWEAVE_API_TOKEN"] = wrong
    lab.project.environ["COREWEAVE_LOOKUP_TIMEOUT"] = "1s"
    lab.run("preview", *_VERBOSE, succeeds=False)
    assert lab.findings() == []


def test_search_finds_planted_leaks(lab: Lab) -> None:
    """A token that a program shows is found in every place that the tests search."""
    lab.project.program(PROGRAM + _LEAKS)
    lab.run("up", *_YES)
    lab.run("up", *_YES)
    lab.run("preview", *_VERBOSE)
    lab.run("preview", *_IN_FILES)
    found = lab.findings()
    places = {finding.place for finding in found if finding.secret == "token"}
    for part in ("/stacks/", "/history/", "/backups/", "/up --yes", "tmp/leak"):
        assert any(part in f"/{place}" for place in places), (part, places)
    # Of a request, the emulator itself masks the token.
    assert {finding.place for finding in found if finding.secret != "token"} >= {"the emulator's requests"}


def test_search_covers_stderr(lab: Lab) -> None:
    """What a program or a provider writes to stderr is searched."""
    lab.project.program("import os, sys\nsys.stderr.write(os.environ['COREWEAVE_API_TOKEN'])\n")
    lab.run("preview")
    assert {finding.place for finding in lab.findings()} >= {"preview"}
