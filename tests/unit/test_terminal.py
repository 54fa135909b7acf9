"""Whether the CLI that runs a program shows a live display."""

import fcntl
import os
import pty
import shutil
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from pulumi_coreweave_gateway.lookups import terminal

WAYS = [
    pytest.param(
        "terminal._linux(os.getpid())",
        id="proc",
        marks=pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="this system has no /proc"),
    ),
    pytest.param(
        "terminal._elsewhere(os.getpid())",
        id="ps",
        marks=pytest.mark.skipif(shutil.which("ps") is None, reason="this machine has no ps"),
    ),
]


@pytest.fixture
def cli(tmp_path: Path) -> Path:
    """Return a command called ``pulumi`` that runs this Python, as its child, with what stands in a variable."""
    shell = tmp_path / "pulumi"
    shell.symlink_to("/bin/sh")
    return shell


def answered(cli: Path, call: str, *arguments: str, on_terminal: bool) -> str:
    """Return what a child of the CLI says, whose own output is a pipe as a program's is."""
    program = f"import os; from pulumi_coreweave_gateway.lookups import terminal; print({call})"
    answer = cli.with_name("answer")
    ours, theirs = pty.openpty() if on_terminal else os.pipe()
    process = subprocess.Popen(
        [cli, "-c", f'"{sys.executable}" -c "$PROGRAM" | cat >"$ANSWER"', "pulumi", *arguments],
        stdin=theirs if on_terminal else subprocess.DEVNULL,
        stdout=theirs,
        env={**os.environ, "PROGRAM": program, "ANSWER": str(answer)},
        # A session of its own: `ps` would tell of the terminal of this one.
        preexec_fn=_take_terminal if on_terminal else os.setsid,  # noqa: PLW1509 - there is one thread
    )
    os.close(theirs)
    assert process.wait() == 0
    os.close(ours)
    return answer.read_text().strip()


def _take_terminal() -> None:
    """Become the session of the terminal that stdin is."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.mark.parametrize("call", WAYS)
def test_a_terminal_is_live(cli: Path, call: str) -> None:
    """A CLI on a terminal has a live display, although the program's own output is a pipe."""
    assert answered(cli, call, "up", on_terminal=True) == "True"


@pytest.mark.parametrize("call", WAYS)
def test_a_quiet_cli_is_not(cli: Path, call: str) -> None:
    """``--non-interactive`` makes a log of it."""
    assert answered(cli, call, "up", "--non-interactive", on_terminal=True) == "False"


@pytest.mark.parametrize("call", WAYS)
def test_a_pipe_is_not(cli: Path, call: str) -> None:
    """A CLI whose output is a pipe, and which has no terminal, writes a log."""
    assert answered(cli, call, "up", on_terminal=False) == "False"


@pytest.mark.parametrize("environ", [{"CI": "true"}, {"TERM": "dumb"}])
def test_the_environment_may_say_so(monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]) -> None:
    """In a CI system, and on a dumb terminal, it is a log; nothing else is looked at."""
    monkeypatch.setattr(terminal, "_linux", lambda pid: True)
    monkeypatch.setattr(terminal, "_elsewhere", lambda pid: True)
    for name, value in {"CI": "", "TERM": "xterm"}.items():
        monkeypatch.setenv(name, value)
    assert terminal.live_display.__wrapped__() is True
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert terminal.live_display.__wrapped__() is False


def test_without_ps_it_is_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be found out, it is a log."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("os.path.isdir", lambda path: False)
    assert terminal.live_display.__wrapped__() is False
