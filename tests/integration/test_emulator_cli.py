"""The emulator's command line: signals, changes of its file, tokens and errors."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS, cli

pytestmark = pytest.mark.enable_socket

NOTHING = "emulator: serving no gateways; use --example or --gateways\n"
PROD, STAGING = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411", "b7d9e3a2-41c6-4f58-8e0d-92a6c3f1d505"
EXAMPLE = f"prod ({PROD}, STATUS_READY), staging ({STAGING}, STATUS_CREATING); 2 deployments\n"
MODULE = (sys.executable, "-m", "pulumi_coreweave_gateway.emulator")


@contextmanager
def _running(*arguments: str, **environ: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the emulator as a user's shell would, and yield its process and its URL."""
    with subprocess.Popen(
        [*MODULE, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environ},
    ) as process:
        try:
            assert process.stdout
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def _list(url: str, token: str) -> requests.Response:
    return requests.get(f"{url}/v1alpha1/inference/gateways", headers={"Authorization": f"Bearer {token}"}, timeout=10)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_ends_quietly_on_a_signal(number: signal.Signals) -> None:
    """SIGINT or SIGTERM ends the emulator with status 0 and no more output, even during a request."""
    with _running("--token", "t") as (process, url), socket.socket() as waiting:
        waiting.connect(("127.0.0.1", int(url.rpartition(":")[2])))
        waiting.sendall(b"GET / HTTP/1.1\r\n")  # not yet complete
        time.sleep(0.1)
        process.send_signal(number)
        output, errors = process.communicate(timeout=20)
    assert (process.returncode, output, errors) == (0, "", NOTHING)


def test_changed_file_is_reloaded(tmp_path: Path) -> None:
    """The file is read again when it changes; an invalid one is reported and changes nothing."""
    file = tmp_path / "gateways.yaml"

    def write(text: str) -> None:
        (tmp_path / "new").write_text(text, encoding="utf-8")
        (tmp_path / "new").replace(file)

    write("gateways: []")
    with _running("--token", "t", "--gateways", str(file)) as (process, url):
        assert url.startswith("http://127.0.0.1:")
        assert process.stderr
        assert _list(url, "t").json() == {}
        write(EXAMPLE_GATEWAYS.read_text(encoding="utf-8"))
        assert process.stderr.readline() == "emulator: serving no gateways; 0 deployments\n"
        assert process.stderr.readline() == f"emulator: {file}: read again, serving {EXAMPLE}"
        assert [one["spec"]["name"] for one in _list(url, "t").json()["items"]] == ["prod", "staging"]
        write("gateways: [{spec: {id: x}}]")
        line = process.stderr.readline()
        assert line.startswith(f"emulator: {file}: gateways[0]: spec.id: must be a UUID")
        assert line.endswith("; still serving what it served before\n")
        file.unlink()
        assert "No such file or directory; still serving" in process.stderr.readline()
        assert len(_list(url, "t").json()["items"]) == 2


def test_token_sources() -> None:
    """The token comes from the command line or the environment, in this order."""
    both = {"COREWEAVE_API_TOKEN": "from-environment", "CW_API_TOKEN": "second"}
    for arguments, environ, token in (
        (("--token", "given", "--example"), both, "given"),
        ((), both, "from-environment"),
        ((), {"COREWEAVE_API_TOKEN": " ", "CW_API_TOKEN": "second"}, "second"),
    ):
        with _running(*arguments, **environ) as (_, url):
            responses = [_list(url, sent) for sent in (token, "another")]
            assert [response.status_code for response in responses] == [200, 401]
            assert len(responses[0].json().get("items", [])) == (2 if "--example" in arguments else 0)


def test_says_what_it_serves() -> None:
    """What it serves stands on stderr before the URL on stdout."""
    with _running("--token", "t", "--example") as (process, _):
        assert process.stderr
        assert process.stderr.readline() == f"emulator: serving {EXAMPLE}"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "no token: set COREWEAVE_API_TOKEN, or use --token"),
        (("--token", "t", "--gateways", "/nowhere.yaml"), "/nowhere.yaml: No such file or directory"),
        (("--token", "t", "--host", "no.such.host.invalid"), "can't listen on no.such.host.invalid port 0: "),
    ],
)
def test_invalid_arguments_are_reported_on_one_line(
    arguments: tuple[str, ...], message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """An invalid command line or file is reported on one line, without a traceback, and ends the emulator with 2."""
    status = cli.main(arguments)
    output, errors = capfd.readouterr()
    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert errors.startswith(f"emulator: {message}")
