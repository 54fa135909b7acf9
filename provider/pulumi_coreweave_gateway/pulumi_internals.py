"""Every use of a private or undocumented name of the Pulumi SDK, one small function each.

``tests/unit/test_pulumi_internals.py`` fails when the SDK drops one of these names.
"""

from __future__ import annotations

import sys
import traceback
import types
from typing import Any


def report_without_traceback(kind: type[BaseException]) -> None:
    """Let the dynamic providers' server report errors of one class by their message alone.

    The server (``python -m pulumi.dynamic``) reports every failure with ``traceback.format_exc()``. Other dynamic
    providers share its process, so only the server's own reference to ``traceback`` is replaced, and every other
    error is still reported with its whole traceback. In any other process this does nothing.

    Args:
        kind: The class of errors, including its subclasses.

    """
    server = sys.modules["__main__"]
    if getattr(server, "traceback", None) is traceback:
        server.__dict__["traceback"] = _ServerTraceback(kind)


class _ServerTraceback(types.ModuleType):
    """The standard ``traceback`` module, except for errors of one class in :meth:`format_exc`."""

    def __init__(self, kind: type[BaseException]) -> None:
        super().__init__("traceback")
        self._kind = kind

    def __getattr__(self, name: str) -> Any:
        return getattr(traceback, name)

    def format_exc(self, *args: Any, **kwargs: Any) -> str:
        """Return the current exception's message if it is of that class, otherwise its traceback."""
        error = sys.exc_info()[1]
        return str(error) if isinstance(error, self._kind) else traceback.format_exc(*args, **kwargs)
