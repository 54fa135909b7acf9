"""Whether the program has failed already, so that nobody waits on for its sake.

The SDK reports a program's exception, or a failed step's, only after all that is under way has ended: a wait of 45
minutes would keep the user from it for as long.
"""

from __future__ import annotations

import asyncio
import traceback
from typing import Any

from pulumi.errors import RunError
from pulumi.runtime import settings, stack

_MAIN = stack.run_pulumi_func.__code__


def check_program() -> None:
    """Go on only while the program is well.

    Raises:
        pulumi.RunError: it has failed. It stands for the failure, traceback included: the SDK reports the error
            that it gets last, and forgets the traceback of one that it has seen before.

    """
    failed = _failure()
    if isinstance(failed, RunError):
        raise RunError(str(failed))
    if failed is not None:
        raise RunError("the program has failed:\n" + "".join(traceback.format_exception(failed)))


def _failure() -> BaseException | None:
    """Return what has failed. The SDK keeps the program's own in a local variable of the coroutine that runs it."""
    failed: BaseException | None = settings.SETTINGS.rpc_manager.unhandled_exception
    if failed is not None:
        return failed
    for task in asyncio.all_tasks():
        coroutine: Any = task.get_coro()
        while coroutine is not None:
            frame = getattr(coroutine, "cr_frame", None)
            if frame is not None and frame.f_code is _MAIN:
                found = frame.f_locals.get("ex")
                return found if isinstance(found, BaseException) else None
            coroutine = getattr(coroutine, "cr_await", None)
    return None
