"""Where in the user's program a lookup was written, for the errors of its arguments.

Our errors end a program with one sentence and no traceback, so the sentence itself names the line.
"""

from __future__ import annotations

import contextlib
import os
import sys
import types
from collections.abc import Callable, Iterator
from typing import TypeVar

from ..errors import InvalidArgumentError, SettingsError

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep  # noqa: PTH100, PTH120 - cheap to import


_A = TypeVar("_A")
_B = TypeVar("_B")


@contextlib.contextmanager
def naming_the_users_line() -> Iterator[None]:
    """Add the file and line of the nearest caller outside this package to what is wrong with an argument."""
    with _naming(_users_line):
        yield


def later(check: Callable[[_A], _B]) -> Callable[[_A], _B]:
    """Return a check of a value that is known only when the user's line is left: its errors name it all the same."""
    line = _users_line()

    def checked(value: _A) -> _B:
        with _naming(lambda: line):
            return check(value)

    return checked


@contextlib.contextmanager
def _naming(line: Callable[[], str]) -> Iterator[None]:
    try:
        yield
    except (InvalidArgumentError, SettingsError) as error:
        raise type(error)(f"{error} ({line()})") from None


def _users_line() -> str:
    frame = sys._getframe(1)
    while frame.f_back is not None and _is_ours(frame.f_code):
        frame = frame.f_back
    return f"{os.path.basename(frame.f_code.co_filename)}, line {frame.f_lineno}"  # noqa: PTH119


def _is_ours(code: types.CodeType) -> bool:
    # A dataclass's own __init__ is compiled from a text.
    made = (code.co_filename, code.co_name) == ("<string>", "__init__")
    return made or code.co_filename.startswith(_PACKAGE) or code.co_filename == contextlib.__file__
