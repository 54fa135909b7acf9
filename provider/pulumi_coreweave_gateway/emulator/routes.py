"""The API's calls."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

from aiohttp import hdrs, web

from .errors import ApiError
from .fields import UUID
from .scripts import GATEWAYS_PATH
from .times import parse_time
from .wire import encode, write_gateway
from .world import WORLD, World

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .store import StoredGateway


def add_api_routes(app: web.Application) -> None:
    """Give the application the three calls."""
    app.router.add_get(f"{GATEWAYS_PATH}/parameters", get_parameters, allow_head=False)
    app.router.add_get(f"{GATEWAYS_PATH}/{{id}}", get_gateway, allow_head=False)
    app.router.add_get(GATEWAYS_PATH, list_gateways, allow_head=False)


async def get_gateway(request: web.Request) -> web.Response:
    """Answer one gateway."""
    world = _admitted(request)
    gateway_id = request.match_info["id"]
    if UUID.fullmatch(gateway_id) is None:
        raise ApiError(400, "invalid gateway id: must be a UUID")
    stored = world.store.read(gateway_id.lower())
    if stored is None:
        raise ApiError(404, f"gateway {gateway_id.lower()} not found")
    return _answer({"gateway": _written(stored, world)})


async def list_gateways(request: web.Request) -> web.Response:
    """Answer all gateways, or those updated after a time."""
    world = _admitted(request)
    shown = world.store.look_at_all()
    if "updatedAfter" in request.query:
        try:
            earliest = parse_time(request.query["updatedAfter"])
        except ValueError as reason:
            raise ApiError(400, f"invalid updatedAfter: {reason}") from None
        shown = [stored for stored in shown if _updated_after(stored.gateway, earliest)]
    for stored in shown:
        stored.reads += 1
    items = [_written(stored, world) for stored in shown]
    return _answer(_listed("items", items, world))


async def get_parameters(request: web.Request) -> web.Response:
    """Answer the zones that gateways may be made in: here, those that some gateway is in."""
    world = _admitted(request)
    zones = {zone for stored in world.store.look_at_all() for zone in _zones(stored.gateway)}
    return _answer(_listed("zones", sorted(zones), world))


def _admitted(request: web.Request) -> World:
    """Return the world to a request that carries the token.

    Raises:
        ApiError: it carries none, or another one.

    """
    world = request.app[WORLD]
    challenge = {"WWW-Authenticate": "Bearer"}
    sent = request.headers.getall(hdrs.AUTHORIZATION, [])
    scheme, _, token = sent[0].partition(" ") if len(sent) == 1 else ("", "", "")
    if scheme.lower() != "bearer":
        raise ApiError(401, "missing bearer token", challenge)
    if not hmac.compare_digest(_raw(token.strip()), _raw(world.token)):
        raise ApiError(401, "invalid bearer token", challenge)
    return world


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _written(stored: StoredGateway, world: World) -> Mapping[str, Any]:
    return stored.gateway if stored.unchecked else write_gateway(stored.gateway, world.switches)


def _listed(key: str, values: list[Any], world: World) -> dict[str, Any]:
    """Return an answer that is one list; an empty one is a default like any other."""
    if values or world.switches.defaults_present:
        return {key: values}
    return {key: None} if world.switches.nulls else {}


def _updated_after(gateway: Mapping[str, Any], earliest: int) -> bool:
    status = gateway.get("status")
    updated = status.get("updatedAt") if isinstance(status, dict) else None
    try:
        return isinstance(updated, str) and parse_time(updated) > earliest
    except ValueError:
        return False  # only in a gateway that was put unchecked


def _zones(gateway: Mapping[str, Any]) -> list[str]:
    spec = gateway.get("spec")
    zones = spec.get("zones") if isinstance(spec, dict) else None
    return [zone for zone in zones if isinstance(zone, str)] if isinstance(zones, list) else []


def _answer(body: Mapping[str, Any]) -> web.Response:
    return web.Response(body=encode(body), content_type="application/json")
