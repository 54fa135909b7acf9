"""An isolated environment for the Pulumi CLI: file backend, home and passphrase in one folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent

_FOREIGN = ("PULUMI_", "COREWEAVE_", "CW_API_TOKEN")


def sandbox_environment(
    folder: Path, engine_bin: Path, extra: Mapping[str, str], environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return an environment in which Pulumi reads and writes nothing outside ``folder``.

    Args:
        folder: where backend and home are created.
        engine_bin: the folder of the ``pulumi`` to use.
        extra: variables to add.
        environ: the initial environment; its variables of Pulumi and CoreWeave are left out.

    """
    backend, home = folder / "backend", folder / "home"
    backend.mkdir(parents=True, exist_ok=True)
    home.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in environ.items() if not name.startswith(_FOREIGN)}
    kept["PATH"] = os.pathsep.join([str(CHECKOUT / ".venv" / "bin"), str(engine_bin), kept.get("PATH", "")])
    return {
        **kept,
        "PULUMI_BACKEND_URL": backend.as_uri(),
        "PULUMI_HOME": str(home),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # The development environment has SDKs whose plugins aren't needed.
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        **extra,
    }
