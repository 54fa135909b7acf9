"""Running the commands that make an engine, and telling in one line why one of them failed."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.engine.model import StepError

_LEASH = Path(__file__).with_name("leash.py")
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+(?=@)")
_LAST_LINES = 3
_WIDTH = 400


def run(
    command: Sequence[str | os.PathLike[str]], *, environ: Mapping[str, str], cwd: Path, seconds: float, what: str
) -> str:
    """Run a command out of the user's sight and return its output.

    Whatever ends this call early, be it Ctrl-C or SIGKILL, ends the command too, with all that it has started.

    Args:
        command: the command and its arguments.
        environ: its environment.
        cwd: where it runs.
        seconds: how long it may take.
        what: what it does, for the error.

    Raises:
        StepError: it failed, or took too long; with the last lines that it said.

    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, _LEASH, *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=errors,
            env=environ,
            cwd=cwd,
            start_new_session=True,
        )
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise StepError(f"{what} didn't end within {seconds:g} seconds") from None
        finally:
            # A command that ended may have left something running, too.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdin:
                process.stdin.close()
        output.seek(0)
        errors.seek(0)
        said = output.read().decode(errors="replace")
        if code:
            raise StepError(f"{what} failed: {last_words(errors.read().decode(errors='replace') or said, code)}")
        return said


def last_words(said: str, code: int) -> str:
    """Return the last lines of a command's output as one line, without credentials."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    text = "; ".join(lines[-_LAST_LINES:]) or f"it said nothing and ended with exit code {code}"
    text = _CREDENTIALS.sub("***", text)
    return text if len(text) <= _WIDTH else "…" + text[-_WIDTH:]


def version_of(cli: Path, *, environ: Mapping[str, str], cwd: Path, seconds: float = 60) -> str:
    """Return what ``pulumi version`` says, for instance ``v3.250.0``."""
    with tempfile.TemporaryDirectory(dir=environ.get("TMPDIR")) as home:
        # Even this command writes a log into its home, and that is not ours to fill.
        quiet = {**environ, "PULUMI_SKIP_UPDATE_CHECK": "true", "PULUMI_HOME": home}
        said = run([cli, "version"], environ=quiet, cwd=cwd, seconds=seconds, what=f"`{cli} version`").strip()
    if not re.fullmatch(r"v?\d+\.\d+\.\d+\S*", said):
        raise StepError(f"`{cli} version` answered {said[:80]!r}, which is no version")
    return said if said.startswith("v") else f"v{said}"
