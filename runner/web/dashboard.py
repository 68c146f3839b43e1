"""The dashboard: the routes of all its pages, in one application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.middleware import Middleware
from starlette.routing import Mount

from runner.web import api, lines, metrics
from runner.web.app import create_app
from runner.web.body import Bodies
from runner.web.csrf import Csrf
from runner.web.gate import Gate
from runner.web.links import Links, key_for
from runner.web.login import SignIn

if TYPE_CHECKING:
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

    from runner.web.desk import Desk
    from runner.web.door import Door
    from runner.web.pages import Pages


def dashboard(desk: Desk, pages: Pages, door: Door) -> ASGIApp:
    """The application for `serving`. What `_routes` lists is for those whom the door knows."""
    csrf = Csrf(key_for("csrf", desk.key))
    sign_in = SignIn(door, csrf, Links(key_for("sign-in link", desk.key), desk.clock), pages)
    gate = Middleware(Gate, door=door, csrf=csrf, pages=pages)
    behind = Mount("", routes=[*sign_in.routes(), *_routes(desk, pages)], middleware=[gate])
    routes = [*sign_in.open_routes(), *_open_routes(desk, pages), behind]
    return create_app(routes, pages, [Middleware(Bodies)])


def _open_routes(desk: Desk, pages: Pages) -> list[BaseRoute]:
    """For everybody who has the address: each checks by itself the token that its address holds."""
    return []


def _routes(desk: Desk, pages: Pages) -> list[BaseRoute]:
    return [
        *lines.routes(desk, pages),
        *metrics.routes(desk),
        *api.routes(desk),
    ]
