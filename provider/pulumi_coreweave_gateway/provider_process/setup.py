"""One clean line for our errors, every other provider's traceback whole.

All dynamic providers of a program share one process, and the SDK's server there answers a failure with
``traceback.format_exc()``. That function is replaced by one which gives the error's own sentence if the exception
being handled *in this thread* is ours, and otherwise does what it did. (``sys.tracebacklimit`` would do it too,
but for everybody.)
"""

from __future__ import annotations

import sys
import traceback

from ..errors import GatewayError

_original = traceback.format_exc


def _format_exc(limit: int | None = None, chain: bool = True) -> str:
    error = sys.exc_info()[1]
    if isinstance(error, GatewayError):
        return str(error)
    return _original(limit, chain)


def install() -> None:
    """Make it so in this process; a second call changes nothing."""
    traceback.format_exc = _format_exc
