"""The emulator's command line: how it starts and ends, follows its file, and what it says when it can't run."""

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

from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS

pytestmark = pytest.mark.enable_socket

MODULE = (sys.executable, "-m", "pulumi_coreweave_gateway.emulator")


@contextmanager
def _running(*arguments: str, **environ: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the emulator as a user's shell would, and return its process and its URL."""
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


def _failure(*arguments: str, **environ: str) -> str:
    """Return the one line with which it ended."""
    done = subprocess.run(
        [*MODULE, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environ},
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    return done.stderr.strip()


def _list(url: str, token: str) -> requests.Response:
    return requests.get(f"{url}/v1alpha1/inference/gateways", headers={"Authorization": f"Bearer {token}"}, timeout=10)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_ends_quietly_on_a_signal(number: signal.Signals) -> None:
    """Ctrl-C or a kill ends it with success and without a word, even while a call waits for its answer."""
    with _running("--token", "t", "--latency", "30") as (process, url), socket.socket() as waiting:
        waiting.connect(("127.0.0.1", int(url.rpartition(":")[2])))
        waiting.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.1)
        process.send_signal(number)
        output, complaints = process.communicate(timeout=20)
    assert (process.returncode, output, complaints) == (0, "", "")


def test_follows_its_file(tmp_path: Path) -> None:
    """The file is read again when it changes; a wrong file leaves the gateways as they were and is named."""
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
        assert process.stderr.readline() == f"emulator: {file}: read again\n"
        assert [one["spec"]["name"] for one in _list(url, "t").json()["items"]] == ["prod", "staging"]
        write("gateways: [{spec: {id: x}}]")
        line = process.stderr.readline()
        assert line.startswith(f"emulator: {file}: gateways[0] (x): spec.id: must be a UUID")
        assert line.endswith("; the gateways stay as they were\n")
        file.unlink()
        assert "No such file or directory; the gateways stay" in process.stderr.readline()
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
            answers = [_list(url, sent) for sent in (token, "another")]
            assert [answer.status_code for answer in answers] == [200, 401]
            assert len(answers[0].json().get("items", [])) == (2 if "--example" in arguments else 0)


def test_closed_stdout_is_no_error() -> None:
    """A reader that wants only the first line may close the pipe."""
    with _running("--token", "t") as (process, url):
        assert process.stdout
        process.stdout.close()
        assert _list(url, "t").status_code == 200


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "no token: set COREWEAVE_API_TOKEN, or use --token"),
        (("--token", "two words"), "invalid token: it must be printable ASCII without spaces"),
        (("--token", "t", "--gateways", "/nowhere.yaml"), "/nowhere.yaml: No such file or directory"),
        (("--token", "t", "--port", "99999"), "argument --port: invalid port '99999': use 0 to 65535"),
        (("--token", "t", "--latency", "soon"), "argument --latency: invalid float value: 'soon'"),
        (("--token", "t", "--latency", "-1"), "latency must be a number, 0 or more, not -1.0"),
        (("--token", "t", "--host", "no.such.host.invalid"), "can't listen on no.such.host.invalid port 0"),
        (("--token", "t", "--host", ""), "argument --host: invalid host ''"),
        (("--token", "t", "--example", "--gateways", "x.yaml"), "not allowed with argument"),
        (("--tokn", "t"), "unrecognized arguments: --tokn t; --help lists the options"),
    ],
)
def test_wrong_command_line_is_one_line(arguments: tuple[str, ...], complaint: str) -> None:
    """What is wrong with a command line is said in one line, without a traceback."""
    line = _failure(*arguments)
    assert line.startswith("emulator: ")
    assert complaint in line


def test_port_in_use_is_one_line() -> None:
    """A port that is taken is named."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = _failure("--token", "t", "--port", str(port))
    assert line.startswith(f"emulator: can't listen on 127.0.0.1 port {port}: Address already in use")
