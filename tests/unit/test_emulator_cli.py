"""The emulator as a program: how it starts, how it ends, and what it says when it can't."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import requests

from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS, EmulatorError, EmulatorProcess

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

pytestmark = pytest.mark.enable_socket

MODULE = (sys.executable, "-m", "pulumi_coreweave_gateway.emulator")


def _environ(extra: Mapping[str, str]) -> dict[str, str]:
    names = ("COREWEAVE_API_TOKEN", "CW_API_TOKEN")
    return {**{name: value for name, value in os.environ.items() if name not in names}, **extra}


@contextmanager
def _running(*arguments: str, **environ: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the emulator as a user's shell would, and hand out its process and its URL."""
    with subprocess.Popen(
        [*MODULE, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=_environ(environ),
    ) as process:
        try:
            assert process.stdout
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def _failed(*arguments: str, **environ: str) -> str:
    """Return the one line with which it ended."""
    done = subprocess.run(
        [*MODULE, *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        stdin=subprocess.DEVNULL,
        env=_environ(environ),
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    return done.stderr.strip()


def _list(url: str, token: str) -> requests.Response:
    return requests.get(f"{url}/v1alpha1/inference/gateways", headers={"Authorization": f"Bearer {token}"}, timeout=10)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_ends_quietly_on_a_signal(number: signal.Signals) -> None:
    """Ctrl-C or a kill ends it with success and without a word, even while a call waits for its answer."""
    with _running("--token", "t", "--latency", "30s") as (process, url), socket.socket() as waiting:
        waiting.connect(("127.0.0.1", int(url.rpartition(":")[2])))
        waiting.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.1)
        process.send_signal(number)
        output, complaints = process.communicate(timeout=10)
    assert (process.returncode, output, complaints) == (0, "", "")


def test_ends_quietly_on_a_signal_before_it_serves(tmp_path: Path) -> None:
    """A Ctrl-C right after the start, while it still imports what it needs, ends it as quietly as one later on."""
    (tmp_path / "aiohttp.py").write_text(
        "import time\nprint('importing', flush=True)\ntime.sleep(30)", encoding="utf-8"
    )
    with _running("--token", "t", PYTHONPATH=str(tmp_path)) as (process, line):
        assert line == "importing"
        process.send_signal(signal.SIGINT)
        output, complaints = process.communicate(timeout=10)
    assert (process.returncode, output, complaints) == (0, "", "")


def test_ends_with_whoever_started_it() -> None:
    """A program that is killed leaves no emulator behind."""
    program = (
        "import os, signal; from pulumi_coreweave_gateway.emulator import EmulatorProcess\n"
        "e = EmulatorProcess(); e.start(); print(e.url, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=False, timeout=60)
    port = int(done.stdout.strip().rpartition(":")[2])
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return
        time.sleep(0.05)
    pytest.fail("the emulator still listens")


def test_token_comes_from_the_command_line_a_file_or_the_environment(tmp_path: Path) -> None:
    """The token can be given without showing it to other users of the machine."""
    file = tmp_path / "token"
    file.write_text("from-file\n", encoding="utf-8")
    both = {"COREWEAVE_API_TOKEN": "from-environment", "CW_API_TOKEN": "second"}
    for arguments, environ, token in (
        (("--token", "given"), both, "given"),
        (("--token-file", str(file)), both, "from-file"),
        ((), both, "from-environment"),
        ((), {"COREWEAVE_API_TOKEN": " ", "CW_API_TOKEN": "second"}, "second"),
    ):
        with _running(*arguments, **environ) as (_, url):
            assert [_list(url, sent).status_code for sent in (token, "another")] == [200, 401]


@pytest.mark.parametrize("gateways", [("--gateways", str(EXAMPLE_GATEWAYS)), ("--example",)], ids=lambda one: one[0])
def test_serves_the_file_on_loopback_alone(gateways: tuple[str, ...]) -> None:
    """What the file holds is answered on this machine, and nowhere else unless asked for."""
    with _running("--token", "t", *gateways) as (_, url):
        assert url.startswith("http://127.0.0.1:")
        assert [one["spec"]["name"] for one in _list(url, "t").json()["items"]] == ["prod", "staging"]


def test_warns_when_other_machines_can_reach_it() -> None:
    """Whoever opens it to the network is told that its controls are open too."""
    with _running("--token", "t", "--host", "0.0.0.0") as (process, url):  # noqa: S104 - what is tested
        assert url.startswith("http://0.0.0.0:")
        process.terminate()
        assert "its controls, which ask for no token" in process.communicate(timeout=10)[1]


def test_port_in_use_is_one_line() -> None:
    """A port that is taken is named, with the way out."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = _failed("--token", "t", "--port", str(port))
    assert line == (
        f"emulator: can't listen on 127.0.0.1 port {port}: address already in use; --port 0 takes any free port"
    )


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "no token: set COREWEAVE_API_TOKEN, or give --token or --token-file"),
        (("--token", "two words"), "the token must be printable ASCII without spaces"),
        (("--token-file", "/nowhere"), "/nowhere: No such file or directory"),
        (("--token", "t", "--gateways", "/nowhere.yaml"), "/nowhere.yaml: No such file or directory"),
        (("--token", "t", "--port", "99999"), "argument --port: '99999' is no port: 0 to 65535"),
        (("--token", "t", "--latency", "soon"), "'soon' is no latency: write 50ms, 1.5s or a number"),
        (("--token", "t", "--host", "no.such.host.invalid"), "can't listen on no.such.host.invalid port 0"),
        (("--token", "t", "--host", ""), "argument --host: '' is no address of this machine, such as 127.0.0.1"),
        (("--token", "t", "--host", "a..b"), "argument --host: 'a..b' is no address of this machine"),
        (("--token", "t", "--example", "--gateways", "x.yaml"), "not allowed with argument"),
        (("--tokn", "t"), "unrecognized arguments: --tokn t; --help lists the options"),
    ],
)
def test_wrong_command_line_is_one_line(arguments: tuple[str, ...], complaint: str) -> None:
    """What is wrong with a command line is said in one line, without a traceback."""
    line = _failed(*arguments)
    assert line.startswith("emulator: ")
    assert complaint in line


@pytest.mark.parametrize("missing", ["aiohttp", "yaml"])
def test_missing_extra_is_one_line_with_the_command(missing: str, tmp_path: Path) -> None:
    """Without the extra, the user gets the command that installs it."""
    (tmp_path / f"{missing}.py").write_text(f"raise ModuleNotFoundError(name={missing!r})", encoding="utf-8")
    line = _failed("--token", "t", PYTHONPATH=str(tmp_path))
    assert line == (
        f"emulator: {missing} is not installed; install this package with its extra: [emulator], "
        f"or {sys.executable} -m pip install aiohttp pyyaml"
    )


def test_process_that_can_not_start_says_why(tmp_path: Path) -> None:
    """A program that starts it with a wrong file gets the line that names the field, and nothing keeps running."""
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("gateways: [{spec: {id: x}}]", encoding="utf-8")
    process = EmulatorProcess(wrong)
    with pytest.raises(EmulatorError, match=r"did not start: emulator: .*wrong.yaml: gateways\[0\] \(x\): spec.id"):
        process.start()
    assert process.pid is None


def test_token_is_not_shown() -> None:
    """The token stands neither in what the object prints as nor on the command line of the process."""
    with EmulatorProcess(token="distinctive-token") as emulator:
        assert "distinctive-token" not in repr(emulator)
        listed = subprocess.run(
            ["ps", "-ww", "-o", "args=", "-p", str(emulator.pid)], capture_output=True, text=True, check=True
        )
        assert "pulumi_coreweave_gateway.emulator" in listed.stdout
        assert "distinctive-token" not in listed.stdout
