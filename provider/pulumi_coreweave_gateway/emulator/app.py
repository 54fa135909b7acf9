"""The emulator as one application."""

from __future__ import annotations

from aiohttp import web

from .controls import add_control_routes, refusals_explained
from .observing import in_the_apis_form, observed
from .routes import add_api_routes
from .world import WORLD, World

_LARGEST_BODY = 256 * 1024 * 1024  # a script may answer a body of 100 MiB, and comes as base64


def make_app(world: World) -> web.Application:
    """Return the application that answers from ``world``."""
    app = web.Application(middlewares=[in_the_apis_form, observed, refusals_explained], client_max_size=_LARGEST_BODY)
    app[WORLD] = world
    add_api_routes(app)
    add_control_routes(app)
    return app
