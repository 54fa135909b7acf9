"""What every request passes: errors in the API's form.

And what calls of the API pass besides: record, scripted answers, faults, latency.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import hdrs, web

from .errors import ApiError
from .wire import encode
from .world import WORLD

if TYPE_CHECKING:
    from .scripts import ScriptedAnswer

CONTROLS_PREFIX = "/_emulator"

_LOG = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def in_the_apis_form(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer whatever fails as a ``google.rpc.Status``."""
    try:
        return await handler(request)
    except ApiError as error:
        return _error_answer(error)
    except web.HTTPMethodNotAllowed as refused:
        allowed = ", ".join(sorted(refused.allowed_methods))
        return _error_answer(
            ApiError(405, f"method {request.method} not allowed here: {allowed} is", {hdrs.ALLOW: allowed})
        )
    except web.HTTPException as refused:
        return _error_answer(ApiError(refused.status, refused.reason.lower()))
    except Exception as failure:  # noqa: BLE001 - whatever the emulator itself got wrong, clients can read the answer
        _LOG.exception("emulator: a request failed")
        return _error_answer(ApiError(500, f"the emulator failed: {type(failure).__name__}: {failure}"))


@web.middleware
async def observed(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Record a call of the API, and answer it as scripts, faults and switches say."""
    if request.path == CONTROLS_PREFIX or request.path.startswith(f"{CONTROLS_PREFIX}/"):
        return await handler(request)
    world = request.app[WORLD]
    journal = world.journal
    call = journal.begin(request.method, request.raw_path, request.headers.items(), request.transport)
    scripted = world.scripts.take(request.path, call.attempt) or world.faults.take(request.path, call.attempt)
    delay = world.switches.latency + (scripted.delay if scripted else 0.0)
    if delay:
        await asyncio.sleep(delay)
    answer = await _answer(request, handler, scripted)
    answer.headers.setdefault("X-Request-Id", f"emulator-{call.number}")
    journal.end(call, answer.status)
    return answer


async def _answer(request: web.Request, handler: Handler, scripted: ScriptedAnswer | None) -> web.StreamResponse:
    if scripted is None:
        return await in_the_apis_form(request, handler)
    if scripted.status is None:
        answer = await in_the_apis_form(request, handler)
    else:
        answer = web.Response(status=scripted.status, body=scripted.body)
    for name in {name for name, _ in scripted.headers}:
        answer.headers.popall(name, None)
    answer.headers.extend(scripted.headers)
    return answer


def _error_answer(error: ApiError) -> web.Response:
    return web.Response(
        status=error.http_status,
        body=encode(error.body()),
        content_type="application/json",
        headers=error.headers,
    )
