"""Terraform (or OpenTofu) with ``data.http``, where a machine has both."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from benchmarks import programs
from benchmarks.measuring import measure
from benchmarks.model import AGAIN, PREVIEW, UP, Figures
from benchmarks.server import TOKEN, Server
from benchmarks.ways import UnavailableError, gateway_ids

_PATIENCE = 120.0  # seconds, for the download of a provider


class TerraformWay:
    """A configuration with one ``data.http`` for each gateway."""

    name = "terraform"
    title = "Terraform, `data.http` × N"
    commands = (PREVIEW, UP, AGAIN)

    def prepare(self, folder: Path, server: Server) -> None:
        """Make an initialised configuration."""
        found = shutil.which("terraform") or shutil.which("tofu")
        if found is None:
            raise UnavailableError("neither terraform nor tofu is on the PATH")
        folder.mkdir(parents=True)
        (folder / "main.tf").write_text(programs.TERRAFORM)
        self._command, self._folder, self._server = found, folder, server
        self._environ = {
            **os.environ,
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
            "TF_VAR_endpoint": server.url,
            "TF_VAR_token": TOKEN,
        }
        try:
            self._initialise()
        except subprocess.TimeoutExpired:
            raise UnavailableError(f"`terraform init` took longer than {_PATIENCE:g} s") from None
        except subprocess.CalledProcessError as error:
            why = " ".join(error.stderr.partition("Error: ")[2].split()) or f"exit code {error.returncode}"
            raise UnavailableError(f"`terraform init` failed: {why.partition(': dial')[0]}") from None

    def _initialise(self) -> None:
        subprocess.run(
            [self._command, "init", "-input=false", "-no-color"],
            cwd=self._folder,
            env=self._environ,
            check=True,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
        )

    def start_afresh(self) -> None:
        """Forget the state."""
        for state in self._folder.glob("terraform.tfstate*"):
            state.unlink()

    def run(self, command: str, gateways: int) -> Figures:
        """Run plan or apply."""
        arguments = ["apply", "-auto-approve"] if command == UP else ["plan"]
        figures, _ = measure(
            [self._command, *arguments, "-input=false", "-no-color"],
            self._folder,
            {**self._environ, "TF_VAR_ids": json.dumps(gateway_ids(gateways))},
            self._server,
        )
        return figures
