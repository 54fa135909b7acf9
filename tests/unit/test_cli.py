"""What a program finds out of the CLI that runs it."""

import fcntl
import os
import pty
import shutil
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from pulumi_coreweave_gateway.program import cli_command as looked_at
from pulumi_coreweave_gateway.program.cli_command import Cli

WAYS = [
    pytest.param(
        "_linux",
        id="proc",
        marks=pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="this system has no /proc"),
    ),
    pytest.param(
        "_elsewhere",
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


def found(cli: Path, way: str, *arguments: str, on_terminal: bool) -> Cli | None:
    """Return what a child of the CLI finds, whose own output is a pipe as a program's is."""
    program = (
        f"import os; from pulumi_coreweave_gateway.program.cli_command import Cli, {way}; print({way}(os.getpid()))"
    )
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
    told: Cli | None = eval(answer.read_text())  # noqa: S307 - the repr that stands in this test's own file
    return told


def _take_terminal() -> None:
    """Become the session of the terminal that stdin is."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("on_terminal", [True, False])
def test_it_is_found(cli: Path, way: str, *, on_terminal: bool) -> None:
    """It is an ancestor, and may be on a terminal although the program's own output is a pipe."""
    seen = found(cli, way, "up", "--yes", on_terminal=on_terminal)
    assert seen is not None
    assert seen.arguments[-2:] == ("up", "--yes")
    assert seen.on_terminal is on_terminal


def test_where_it_can_not_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a CLI above it, or any way to look, a program is in an ``up`` that writes a log."""
    monkeypatch.setenv("PATH", "")
    for has_proc in (True, False):
        monkeypatch.setattr("os.path.isdir", lambda path, has_proc=has_proc: has_proc)
        looked_at._found.cache_clear()
        assert (looked_at.command(), looked_at.live_display()) == ("up", False)
    looked_at._found.cache_clear()


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ("up", "up"),
        ("--non-interactive up --yes", "up"),
        ("-C refresh up", "up"),
        ("--stack=destroy --cwd refresh --color never preview", "preview"),
        ("refresh --run-program", "refresh"),
        ("--version", ""),
    ],
)
def test_its_command(arguments: str, command: str) -> None:
    """The command is the first word that is neither an option nor an option's value."""
    assert Cli(("pulumi", *arguments.split()), on_terminal=True).command == command


@pytest.mark.parametrize(
    ("arguments", "environ", "live"),
    [
        ("up", {"TERM": "xterm"}, True),
        ("up", {}, True),
        ("up", {"CI": "true"}, True),
        ("up", {"GITHUB_ACTIONS": "true"}, False),
        ("up", {"GITHUB_ACTIONS": ""}, True),
        ("up", {"GITLAB_CI": "true", "PULUMI_DISABLE_CI_DETECTION": "1"}, True),
        ("up", {"TERM": "dumb"}, False),
        ("up --non-interactive", {}, False),
        ("up --diff", {}, False),
        ("up --display=diff", {}, False),
    ],
)
def test_its_display(arguments: str, environ: dict[str, str], *, live: bool) -> None:
    """It rewrites rows on a terminal, unless it is told otherwise or runs in a CI system that it knows."""
    words = ("pulumi", *arguments.split())
    assert Cli(words, on_terminal=True).is_live(environ) is live
    assert Cli(words, on_terminal=False).is_live(environ) is False
