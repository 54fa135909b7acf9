"""The controls under ``/_emulator/``: how a test, or a person, changes the emulator while it runs.

They ask for no token: whoever reaches the emulator may use them, and it listens on this machine alone.
"""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from .errors import ApiError
from .faults import Faults, parse_faults
from .fields import UUID, FieldError
from .gateways_file import GatewaysError, check_gateways
from .inputs import InputError
from .observing import CONTROLS_PREFIX, Handler
from .scripts import parse_script
from .transitions import parse_transition
from .wire import encode
from .world import WORLD, World


def add_control_routes(app: web.Application) -> None:
    """Give the application its controls."""
    prefix = CONTROLS_PREFIX
    app.router.add_routes(
        [
            web.post(f"{prefix}/reset", reset),
            web.get(f"{prefix}/gateways", show_gateways, allow_head=False),
            web.put(f"{prefix}/gateways", replace_gateways),
            web.get(f"{prefix}/gateways/{{id}}", show_gateway, allow_head=False),
            web.put(f"{prefix}/gateways/{{id}}", put_gateway),
            web.patch(f"{prefix}/gateways/{{id}}", patch_gateway),
            web.delete(f"{prefix}/gateways/{{id}}", delete_gateway),
            web.post(f"{prefix}/gateways/{{id}}/transitions", plan_transitions),
            web.delete(f"{prefix}/gateways/{{id}}/transitions", cancel_transitions),
            web.get(f"{prefix}/scripts", show_scripts, allow_head=False),
            web.post(f"{prefix}/scripts", add_scripts),
            web.delete(f"{prefix}/scripts", clear_scripts),
            web.get(f"{prefix}/faults", show_faults, allow_head=False),
            web.put(f"{prefix}/faults", set_faults),
            web.delete(f"{prefix}/faults", clear_faults),
            web.get(f"{prefix}/switches", show_switches, allow_head=False),
            web.patch(f"{prefix}/switches", change_switches),
            web.get(f"{prefix}/requests", show_requests, allow_head=False),
            web.delete(f"{prefix}/requests", forget_requests),
            web.get(f"{prefix}/counts", show_counts, allow_head=False),
        ]
    )


@web.middleware
async def refusals_explained(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer what a control can't use with 400."""
    try:
        return await handler(request)
    except (InputError, FieldError, GatewaysError) as reason:
        raise ApiError(400, str(reason)) from None


async def reset(request: web.Request) -> web.Response:
    """Return to the start."""
    _world(request).reset()
    return _done()


async def show_gateways(request: web.Request) -> web.Response:
    """Answer all gateways in the form of the file."""
    return _answer({"gateways": [stored.gateway for stored in _world(request).store.look_at_all()]})


async def replace_gateways(request: web.Request) -> web.Response:
    """Have the gateways in the body, which has the form of the file, and no others."""
    _world(request).store.replace(check_gateways(await _body(request)))
    return _done()


async def show_gateway(request: web.Request) -> web.Response:
    """Answer one gateway as it is kept; that is no read of it."""
    return _answer(_world(request).store.look(_known(request)).gateway)


async def put_gateway(request: web.Request) -> web.Response:
    """Have the gateway in the body."""
    _world(request).store.put(_key(request), await _body(request), unchecked=_unchecked(request))
    return _done()


async def patch_gateway(request: web.Request) -> web.Response:
    """Merge the body into a gateway."""
    body = await _body(request)
    _world(request).store.patch(_known(request), body, unchecked=_unchecked(request))
    return _done()


async def delete_gateway(request: web.Request) -> web.Response:
    """Forget a gateway."""
    _world(request).store.delete(_known(request))
    return _done()


async def plan_transitions(request: web.Request) -> web.Response:
    """Append the transition, or list of them, in the body to those of a gateway."""
    transitions = [parse_transition(one) for one in _list_of(await _body(request))]
    _world(request).store.plan(_known(request), transitions)
    return _done()


async def cancel_transitions(request: web.Request) -> web.Response:
    """Drop a gateway's transitions."""
    _world(request).store.cancel(_known(request))
    return _done()


async def show_scripts(request: web.Request) -> web.Response:
    """Answer the scripts that are left."""
    return _answer({"scripts": _world(request).scripts.as_json()})


async def add_scripts(request: web.Request) -> web.Response:
    """Append the script, or list of them, in the body."""
    for script in [parse_script(one) for one in _list_of(await _body(request))]:
        _world(request).scripts.add(script)
    return _done()


async def clear_scripts(request: web.Request) -> web.Response:
    """Forget all scripts."""
    _world(request).scripts.clear()
    return _done()


async def show_faults(request: web.Request) -> web.Response:
    """Answer which share of the calls fails."""
    return _answer(_world(request).faults.as_json())


async def set_faults(request: web.Request) -> web.Response:
    """Let a share of the calls fail."""
    _world(request).faults = parse_faults(await _body(request))
    return _done()


async def clear_faults(request: web.Request) -> web.Response:
    """Let no more calls fail."""
    _world(request).faults = Faults()
    return _done()


async def show_switches(request: web.Request) -> web.Response:
    """Answer the switches."""
    return _answer(_world(request).switches.as_json())


async def change_switches(request: web.Request) -> web.Response:
    """Change some of the switches."""
    world = _world(request)
    world.switches = world.switches.changed(await _body(request))
    return _done()


async def show_requests(request: web.Request) -> web.Response:
    """Answer the requests seen."""
    return _answer({"requests": _world(request).journal.calls()})


async def forget_requests(request: web.Request) -> web.Response:
    """Forget the requests seen, and start counting anew."""
    _world(request).journal.reset()
    return _done()


async def show_counts(request: web.Request) -> web.Response:
    """Answer how many requests and connections there were."""
    return _answer(_world(request).journal.counts())


def _world(request: web.Request) -> World:
    return request.app[WORLD]


def _key(request: web.Request) -> str:
    gateway_id = request.match_info["id"]
    if UUID.fullmatch(gateway_id) is None:
        raise InputError(f"{gateway_id!r} is not a UUID")
    return gateway_id.lower()


def _known(request: web.Request) -> str:
    """Return the key of the gateway in the path.

    Raises:
        ApiError: the emulator has none with that id.

    """
    key = _key(request)
    if key not in _world(request).store:
        raise ApiError(404, f"the emulator has no gateway {key}")
    return key


def _unchecked(request: web.Request) -> bool:
    return request.query.get("unchecked") == "true"


async def _body(request: web.Request) -> Any:
    try:
        return json.loads(await request.read())
    except (ValueError, RecursionError) as reason:
        raise InputError(f"the body is not JSON: {reason}") from None


def _list_of(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _done() -> web.Response:
    return web.Response(status=204)


def _answer(body: object) -> web.Response:
    return web.Response(body=encode(body), content_type="application/json")
