"""The dashboard: the routes of all its pages, in one application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.middleware import Middleware
from starlette.routing import Mount, Router

from runner.web import (
    access,
    act,
    actions,
    api,
    evidence,
    inbox,
    line,
    lines,
    metrics,
    run,
    settings,
)
from runner.web.app import create_app
from runner.web.body import Bodies
from runner.web.calendar import CalendarPages
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
    pages.badge = inbox.badge(desk)
    csrf = Csrf(key_for("csrf", desk.key))
    sign_in = SignIn(door, csrf, Links(key_for("sign-in link", desk.key), desk.clock), pages)
    gate = Middleware(Gate, door=door, csrf=csrf, pages=pages)
    calendar = CalendarPages(desk, door.tokens)
    inside = [*sign_in.routes(), *calendar.routes(), *_routes(desk, pages, door)]
    routes = [
        *sign_in.open_routes(),
        *calendar.open_routes(),
        *act.routes(desk, pages),
        # No address is mended by sending the browser elsewhere: a proxy's is another one than ours.
        Mount("", Router(inside, redirect_slashes=False), middleware=[gate]),
    ]
    return create_app(routes, pages, [Middleware(Bodies)])


def _routes(desk: Desk, pages: Pages, door: Door) -> list[BaseRoute]:
    return [
        *lines.routes(desk, pages),
        *line.routes(desk, pages),
        *settings.routes(desk, pages),
        *access.routes(desk, pages, door),
        *inbox.routes(desk, pages),
        *run.routes(desk, pages),
        *evidence.routes(desk),
        *actions.routes(desk, pages),
        *metrics.routes(desk),
        *api.routes(desk),
    ]
