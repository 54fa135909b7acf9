"""Detection of the CLI's command in the command lines of a program's ancestors."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pulumi_coreweave_gateway.program import cli_command

INSPECTIONS = [
    pytest.param(
        "_inspect_proc",
        marks=pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system has no /proc"),
    ),
    pytest.param(
        "_inspect_with_ps", marks=pytest.mark.skipif(shutil.which("ps") is None, reason="this machine has no ps")
    ),
]


def _arguments_seen_by_a_child(cli: Path, inspection: str, *arguments: str) -> list[str]:
    """Run a shell under the CLI's name, and return the arguments that its child finds."""
    cli.symlink_to("/bin/sh")
    program = (
        "import os\n"
        "from pulumi_coreweave_gateway.program import cli_command\n"
        f"cli_command._inspect_proc = cli_command._inspect_with_ps = cli_command.{inspection}\n"
        "print(*cli_command._cli_arguments(os.getpid()), sep='\\n')\n"
    )
    done = subprocess.run(
        # The shell stays, because it has another command to run.
        [cli, "-c", f"\"{sys.executable}\" -c '{program.replace(chr(39), chr(34))}'; true", "name", *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize("inspection", INSPECTIONS)
@pytest.mark.parametrize("name", ["pulumi", ".pulumi-wrapped"])
def test_cli_is_found_by_the_base_name_of_its_executable(tmp_path: Path, inspection: str, name: str) -> None:
    """The CLI is found among the ancestors, even if it is wrapped by a Nix package."""
    assert _arguments_seen_by_a_child(tmp_path / name, inspection, "up", "--yes")[-2:] == ["up", "--yes"]


@pytest.mark.parametrize("inspection", INSPECTIONS)
def test_other_ancestors_are_not_the_cli(tmp_path: Path, inspection: str) -> None:
    """A process with another name is not the CLI."""
    assert _arguments_seen_by_a_child(tmp_path / "pulumi-watch", inspection, "destroy") == [""]


@pytest.mark.parametrize("inspection", INSPECTIONS)
def test_search_ends_at_process_1(monkeypatch: pytest.MonkeyPatch, inspection: str) -> None:
    """The first process of a machine or container has no parent, and isn't the CLI."""
    for function in ("_inspect_proc", "_inspect_with_ps"):
        monkeypatch.setattr(cli_command, function, getattr(cli_command, inspection))
    assert cli_command._cli_arguments(1) == []


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ("up", "up"),
        ("--non-interactive up --yes", "up"),
        ("-C refresh up", "up"),
        ("--stack=destroy --cwd refresh --color never preview", "preview"),
        ("refresh --run-program", "refresh"),
        ("--otel-traces FILE refresh --run-program", "refresh"),
        ("--option-of-a-newer-cli value destroy", "destroy"),
        ("", ""),
        ("--version", ""),
    ],
)
def test_command_is_found_behind_any_options(arguments: str, command: str) -> None:
    """Options and their values are skipped, also those that this package doesn't know."""
    assert cli_command._parse(arguments.split()) == command


@pytest.fixture
def _no_cached_command() -> Iterator[None]:
    """Let a test find the command anew."""
    cli_command._command.cache_clear()
    yield
    cli_command._command.cache_clear()


@pytest.mark.usefixtures("_no_cached_command")
@pytest.mark.parametrize(
    ("command", "waits", "tears_down"),
    [
        ("up", True, False),
        ("update", True, False),
        ("refresh", False, False),
        ("destroy", False, True),
        ("down", False, True),
        ("dn", False, True),
    ],
)
def test_only_up_waits(command: str, waits: bool, tears_down: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refresh and a teardown, by any of its names, never wait."""
    monkeypatch.setattr(cli_command, "_cli_arguments", lambda _: [command, "--yes"])
    assert (cli_command.waits_for_ready(), cli_command.tears_down()) == (waits, tears_down)


@pytest.mark.usefixtures("_no_cached_command")
def test_command_is_up_if_processes_cannot_be_inspected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without /proc and ``ps``, a program waits as in ``up``."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(cli_command, "Path", lambda path: Path("/nowhere") / str(path).lstrip("/"))
    assert cli_command.waits_for_ready()
    assert not cli_command.tears_down()


@pytest.mark.parametrize(("script", "inline"), [("pulumi-language-python-exec", "False"), ("deploy.py", "True")])
def test_program_of_a_language_host_is_not_inline(tmp_path: Path, script: str, inline: str) -> None:
    """A program that Pulumi's language host runs isn't inline, even if no CLI is found among its ancestors."""
    program = tmp_path / script
    program.write_text("from pulumi_coreweave_gateway.program import cli_command\nprint(cli_command.is_inline())\n")
    done = subprocess.run([sys.executable, "-u", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == f"{inline}\n"
