"""The dashboard: the routes of all its pages, in one application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.web import lines
from runner.web.app import create_app

if TYPE_CHECKING:
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

    from runner.web.desk import Desk
    from runner.web.pages import Pages


def dashboard(desk: Desk, pages: Pages) -> ASGIApp:
    """The application for `serving`."""
    return create_app(_routes(desk, pages), pages)


def _routes(desk: Desk, pages: Pages) -> list[BaseRoute]:
    return [
        *lines.routes(desk, pages),
    ]
