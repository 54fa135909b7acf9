"""What is made here, from which versions: all of it read from the committed files, nothing is written twice."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import sys
from collections.abc import Collection
from pathlib import Path

_HERE = Path(__file__).resolve().parent
CHECKOUT = _HERE.parent.parent
BUILD = _HERE / "build"
"""The Go module that names the CLI's source."""
HOST_FILES = _HERE / "host"
"""The fallback Python language host."""
LOCK_FILE = CHECKOUT / "requirements-dev.txt"

CACHE_NAME = "pulumi-coreweave-gateway"
EXECUTABLES = ("pulumi", "pulumi-language-python", "pulumi-resource-pulumi-python")
"""What an engine in the cache consists of: the CLI, the language host, and the provider of dynamic resources."""
HOST_VENV = "host-venv"
"""Beside ``bin``, where the fallback host's start script looks for a Python with the SDK."""
CLI_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"


def built_version() -> str:
    """Return the version of the CLI that ``go build`` makes, for instance ``v3.250.0``."""
    return _find(r"^require github\.com/pulumi/pulumi/pkg/v3 (v\S+)$", BUILD / "go.mod")


def go_version() -> str:
    """Return the oldest Go that can build it, for instance ``1.25.11``."""
    return _find(r"^go (\S+)$", BUILD / "go.mod")


def sdk_version() -> str:
    """Return the version of the SDK that is developed with; the official CLI of the same version belongs to it."""
    return _find(r"^pulumi==([^\s;]+)", LOCK_FILE)


def linker_flags() -> str:
    """Return what the linker is told: no debugging symbols, and the version to show."""
    return f"-s -w -X {_VERSION_VARIABLE}={built_version()}"


def official_entry() -> str:
    """Return the name in the cache of the downloaded engine."""
    return f"v{sdk_version()}-official-{_platform()}"


def built_entry() -> str:
    """Return the name in the cache of the built engine: another one with every change of what goes into it."""
    digest = hashlib.sha256(f"{source_digest()}\0{sdk_version()}".encode())
    for file in host_files():
        executable = os.access(HOST_FILES / file, os.X_OK)
        digest.update(f"\0{file.as_posix()}\0{executable}\0".encode())
        digest.update((HOST_FILES / file).read_bytes())
    return f"{built_version()}-{digest.hexdigest()[:16]}"


def source_digest() -> str:
    """Return a digest of what the CLI alone is built from."""
    digest = hashlib.sha256(f"{_platform()}\0{linker_flags()}\0{CLI_PACKAGE}".encode())
    for name in ("go.mod", "go.sum"):
        digest.update(b"\0" + (BUILD / name).read_bytes())
    return digest.hexdigest()[:16]


def host_files() -> list[Path]:
    """Return the files of the fallback host, relative to its folder, without what Python leaves there."""
    found = (file.relative_to(HOST_FILES) for file in HOST_FILES.rglob("*") if file.is_file())
    return sorted(file for file in found if "__pycache__" not in file.parts)


def locked_requirements(names: Collection[str]) -> str:
    """Return the lock file's entries, with their hashes, for distributions of these (normalized) names."""
    entries = re.findall(
        r"^([A-Za-z0-9._-]+)(==.*(?:\n[ \t]+.*)*)", LOCK_FILE.read_text(encoding="utf-8"), re.MULTILINE
    )
    return "".join(f"{name}{rest}\n" for name, rest in entries if normalized(name) in names)


def normalized(name: str) -> str:
    """Return a distribution's name in the form by which names are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _platform() -> str:
    return f"{sys.platform}-{platform.machine()}"


def _find(pattern: str, file: Path) -> str:
    match = re.search(pattern, file.read_text(encoding="utf-8"), re.MULTILINE)
    if not match:
        raise LookupError(f"{file}: no line matches {pattern}")
    return match.group(1)
