"""A portal's hosts as one application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.routing import BaseRoute, Host, Router
from starlette.types import Receive, Scope, Send

from runner.sandbox.desk import Answer, Desk
from runner.sandbox.portal import App


def site_of(desk: Desk, hosts: Mapping[str, Sequence[BaseRoute]]) -> App:
    """The pages of each host. Other addresses get the template `missing.html`."""

    async def missing(scope: Scope, receive: Receive, send: Send) -> None:
        await desk.page(Request(scope), "missing.html", 404)(scope, receive, send)

    return answering(
        Router(
            [Host(host, Router(routes, default=missing)) for host, routes in hosts.items()],
            default=missing,
        )
    )


def answering(router: Router) -> App:
    """The pages as an application; whichever raises Answer is answered by it."""

    async def site(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await router(scope, receive, send)
        except Answer as answer:
            await answer.response(scope, receive, send)

    return site
