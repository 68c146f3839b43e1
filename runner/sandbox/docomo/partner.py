"""Sites of others where one signs in with a dアカウント: sent to docomo's host, and back with a ticket."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox import desk
from runner.sandbox.books import Books
from runner.sandbox.desk import Answer
from runner.sandbox.docomo.desk import SIGN_OUT, to_sign_in
from runner.sandbox.docomo.line import NAME
from runner.sandbox.layout import Redesign

HOSTS = ("ahamo.com", "webbilling.ntt-finance.co.jp")
BACK = "/auth/callback"


class Partner(desk.Desk):
    """The desk of such a site, with a session of its own."""

    def __init__(
        self, books: Books, name: str, host: str, templates: Path, redesign: Redesign
    ) -> None:
        super().__init__(
            books, name, templates=[templates], redesign=redesign, cookies={"own": "SITESID"},
            sessions=("own",),
        )  # fmt: skip
        self.host = host

    def routes(self) -> list[Route]:
        """Arriving, and signing out."""
        return [Route(BACK, self.arrive), Route("/logout", self.leave)]

    def signed_in(self, request: Request) -> None:
        """Only for visitors who are signed in. Raises Answer: others are sent to the sign-in."""
        if self.session(request, "own") is not None:
            return
        if request.method == "POST":
            raise Answer(self.page(request, "expired.html"))
        raise Answer(to_sign_in(f"https://{self.host}{request.url.path}"))

    async def arrive(self, request: Request) -> Response:
        """Back from the sign-in, with a ticket that is good once, and on this host."""
        found = self.books.take(NAME, "pass", request.query_params.get("code"))
        if found is None or not found["back"].startswith(f"https://{self.host}/"):
            raise self.broken(request)
        response = RedirectResponse(found["back"], 302)
        self.begin(response, "own")
        return response

    async def leave(self, request: Request) -> Response:
        """Sign out here, then at the sign-in host."""
        response = RedirectResponse(SIGN_OUT, 302)
        self.end(request, response, "own")
        return response
