"""One clean line for our errors, in a process that other providers share."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NoReturn

import pytest

from pulumi_coreweave_gateway.errors import GatewayError, GatewayNotFoundError, InternalError
from pulumi_coreweave_gateway.provider_process import setup as one_line_errors

pytestmark = pytest.mark.disable_socket


@pytest.fixture(autouse=True)
def _installed() -> Iterator[None]:
    before = traceback.format_exc
    one_line_errors.install()
    yield
    traceback.format_exc = before


def _raise(error: BaseException, cause: BaseException | None = None) -> NoReturn:
    raise error from cause


def _said_of(error: BaseException, **how: bool) -> str:
    """Return what the SDK's server would answer for an error."""
    try:
        _raise(error)
    except BaseException:  # noqa: BLE001 - as the SDK does
        return traceback.format_exc(**how)


@pytest.mark.parametrize("kind", [GatewayError, GatewayNotFoundError, InternalError], ids=lambda kind: kind.__name__)
def test_ours_is_its_sentence(kind: type[GatewayError]) -> None:
    """An error of ours is its own sentence: no traceback, no class name."""
    assert _said_of(kind("gateway x: not found; check the id")) == "gateway x: not found; check the id"


def test_ours_with_a_cause() -> None:
    """What it came from is left out, too."""
    try:
        _raise(GatewayError("gateway x: broken"), KeyError("inner"))
    except GatewayError:
        assert traceback.format_exc() == "gateway x: broken"


@pytest.mark.parametrize("error", [ValueError("theirs"), KeyboardInterrupt(), SystemExit(3)], ids=repr)
def test_theirs_is_whole(error: BaseException) -> None:
    """Another provider's error keeps its traceback, to the letter."""
    said = _said_of(error)
    assert said.startswith("Traceback (most recent call last):\n")
    assert "in _said_of" in said
    assert said.endswith(f"{type(error).__name__}{f': {error}' if str(error) else ''}\n")


def test_theirs_while_ours_is_handled() -> None:
    """An error of theirs that was raised while handling ours is theirs, with its whole story."""
    try:
        try:
            _raise(GatewayError("gateway x: broken"))
        except GatewayError:
            raise ValueError("theirs")  # noqa: B904 - the story is the point
    except ValueError:
        said = traceback.format_exc()
    assert "gateway x: broken" in said
    assert said.endswith("ValueError: theirs\n")


def test_arguments_still_count() -> None:
    """Whoever asks for a traceback in another form gets it."""
    try:
        try:
            _raise(KeyError("inner"))
        except KeyError:
            raise ValueError("theirs")  # noqa: B904 - the story is the point
    except ValueError:
        assert "inner" in traceback.format_exc()
        assert "inner" not in traceback.format_exc(chain=False)
        assert "test_one_line_errors" not in traceback.format_exc(0, False)


def test_no_error_at_all() -> None:
    """Without an error the answer is Python's."""
    assert traceback.format_exc() == "NoneType: None\n"


def test_at_the_same_moment_on_other_threads() -> None:
    """Each thread gets its own error's form, while the others handle theirs."""
    threads = 8
    together = threading.Barrier(threads)

    def fail(number: int) -> tuple[int, str]:
        try:
            _raise(GatewayError(f"ours {number}") if number % 2 else ValueError(f"theirs {number}"))
        except Exception:  # noqa: BLE001 - as the SDK does
            together.wait(10)
            return number, traceback.format_exc()

    with ThreadPoolExecutor(threads) as pool:
        for number, said in pool.map(fail, range(threads)):
            if number % 2:
                assert said == f"ours {number}"
            else:
                assert said.startswith("Traceback")
                assert said.endswith(f"ValueError: theirs {number}\n")


def test_installing_again_changes_nothing() -> None:
    """Both providers install it; the second time has no effect."""
    installed = traceback.format_exc
    one_line_errors.install()
    assert traceback.format_exc is installed
    assert _said_of(ValueError("theirs")).count("Traceback") == 1
