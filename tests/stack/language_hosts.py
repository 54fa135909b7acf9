"""The language hosts of other languages: those of an official CLI, or replacements."""

import shutil
import sys
from pathlib import Path

import pytest
from tools.engine import Engine
from tools.engine.ensure import cache_folder, locked
from tools.engine.go_build import Binary
from tools.engine.processes import UnavailableError

YAML = Binary(
    "pulumi-language-yaml",
    "languages",
    "github.com/pulumi/pulumi-yaml",
    "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    "github.com/pulumi/pulumi-yaml/pkg/version.Version",
)
SDKGEN = Binary("sdkgen", "languages", "github.com/pulumi/pulumi/pkg/v3", "./sdkgen", "main.version")


def built(binary: Binary) -> Path:
    """Return a binary from the cache, building it if it isn't there; skip the test if it can't be built."""
    try:
        with locked(cache_folder(), print) as scratch:
            return binary.build(cache_folder(), scratch, print)
    except UnavailableError as error:
        pytest.skip(f"{binary.name} isn't available: {error}")


def folder_with_yaml_host(engine: Engine, folder: Path) -> Path:
    """Return a folder that holds the CLI and the YAML host."""
    if (engine.bin / YAML.name).exists():
        return engine.bin
    return _folder(engine, folder, {YAML.name: built(YAML)})


def folder_with_node_host(engine: Engine, folder: Path) -> Path:
    """Return a folder that holds the CLI and a Node.js host."""
    host = "pulumi-language-nodejs"
    if (engine.bin / host).exists():
        return engine.bin
    found = _folder(engine, folder, {SDKGEN.name: built(SDKGEN)})
    command = f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).with_name("node_host.py")}" "$@"\n'
    (found / host).write_text(command)
    (found / host).chmod(0o755)
    return found


def _folder(engine: Engine, folder: Path, executables: dict[str, Path]) -> Path:
    """Return a new folder with the CLI and hosts: the CLI looks for hosts beside itself, and warns of those on PATH."""
    folder.mkdir()
    for name, file in {"pulumi": engine.bin / "pulumi", **executables}.items():
        shutil.copy(file, folder / name)
    return folder
