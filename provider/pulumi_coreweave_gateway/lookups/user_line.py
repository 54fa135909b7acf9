"""Where in the user's program a lookup was written, for the errors of its arguments.

Our errors end a program with one sentence and no traceback, so the sentence itself names the line.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

from ..errors import InvalidArgumentError, InvalidSettingError

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep  # noqa: PTH100, PTH120 - cheap to import


@contextlib.contextmanager
def naming_the_users_line() -> Iterator[None]:
    """Add the file and line of the nearest caller outside this package to what is wrong with an argument."""
    try:
        yield
    except (InvalidArgumentError, InvalidSettingError) as error:
        raise type(error)(f"{error} ({_users_line()})") from None


def _users_line() -> str:
    frame = sys._getframe(1)
    while frame.f_back is not None and (
        frame.f_code.co_filename.startswith(_PACKAGE) or frame.f_code.co_filename == contextlib.__file__
    ):
        frame = frame.f_back
    return f"{os.path.basename(frame.f_code.co_filename)}, line {frame.f_lineno}"  # noqa: PTH119
