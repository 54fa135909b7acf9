"""Unit tests open no socket and start no process; those that need one belong in tests/integration."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import NoReturn

import pytest
from pytest_socket import disable_socket, enable_socket


@pytest.fixture(autouse=True)
def _no_sockets_and_processes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Block processes and sockets, except for the socket pairs that event loops create."""
    disable_socket(allow_unix_socket=True)
    monkeypatch.setattr(subprocess.Popen, "__init__", _refuse)
    yield
    enable_socket()


def _refuse(*arguments: object, **options: object) -> NoReturn:
    raise RuntimeError("a unit test must not start a process: move it to tests/integration")
