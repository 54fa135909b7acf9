"""Listens, says where, and ends quietly."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable

_GRACE = 0.25  # seconds that answers under way are given when it ends
_STDIN = 0


async def serve(app: web.Application, host: str, port: int, *, until_stdin_closes: bool) -> None:
    """Serve until a signal says stop.

    Args:
        app: the application.
        host: the address to listen on.
        port: the port; 0 for any that is free. The URL is printed once it answers.
        until_stdin_closes: end as well when nobody holds the other end of stdin any more.

    Raises:
        OSError: it can't listen there.

    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end(*_: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended already
            loop.call_soon_threadsafe(stop.set)

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=_GRACE)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        _announce(runner, host)
        if until_stdin_closes:
            threading.Thread(target=_wait_for_stdin, args=(end,), daemon=True).start()
        await stop.wait()
    finally:
        await runner.cleanup()


def _announce(runner: web.AppRunner, host: str) -> None:
    port = runner.addresses[0][1]
    shown = f"[{host}]" if ":" in host else host
    # Whoever started it may have lost interest; it serves all the same.
    with contextlib.suppress(BrokenPipeError):
        print(f"http://{shown}:{port}", flush=True)
    if host not in {"127.0.0.1", "::1", "localhost"}:
        print(
            f"emulator: listens on {host}: whoever reaches it may use its controls, which ask for no token",
            file=sys.stderr,
        )


def _wait_for_stdin(end: Callable[[], None]) -> None:
    # Not through sys.stdin, whose lock a thread that is blocked in it would hold when the interpreter ends.
    with contextlib.suppress(OSError):
        while os.read(_STDIN, 65536):
            pass
    end()
