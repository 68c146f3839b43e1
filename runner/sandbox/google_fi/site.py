"""Google Fi's own pages: the account, its actions, the review of a pause. All are drawn by a script."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Host, Route, Router

from runner.sandbox import desk
from runner.sandbox.books import Books
from runner.sandbox.desk import Answer
from runner.sandbox.google_fi import line
from runner.sandbox.google_fi.line import NAME, NUMBER, words
from runner.sandbox.google_fi.portal import TEMPLATES, GoogleFi, session, sign_out
from runner.sandbox.google_fi.signin import SignIn
from runner.sandbox.layout import Redesign
from runner.sandbox.portal import App
from runner.sandbox.site import answering

ACCOUNT, SIGN_IN = "https://fi.google.com/account", "https://accounts.google.com/ServiceLogin"
REDESIGN = Redesign(
    names={},
    words={"Pause service": "Suspend line", "Your plan": "Plan details", "Actions": "More"},
)


class Site:
    """All pages of fi.google.com."""

    def __init__(self, books: Books, portal: GoogleFi) -> None:
        self.books, self.portal = books, portal
        self.desk = desk.Desk(
            books, NAME, templates=[TEMPLATES], redesign=REDESIGN, cookies={}, sessions=()
        )

    def routes(self) -> list[Route]:
        """Of fi.google.com."""
        return [
            Route("/", self.to_account),
            Route("/account", self.account),
            Route("/account/plan", self.account),
            Route("/account/_/data", self.data),
            Route("/account/_/pause", self.pause, methods=["POST"]),
            Route("/account/_/resume", self.resume, methods=["POST"]),
            Route("/account/_/pay", self.pay, methods=["POST"]),
        ]

    def signed_in(self, request: Request) -> bool:
        """Whether the visitor's cookies are those of the account."""
        right = session(self.books)
        if any(request.cookies.get(name) != value for name, value in right.items()):
            return False
        if self.desk.strike(request, "session_expiry"):
            sign_out(self.books)
            return False
        return True

    async def to_account(self, request: Request) -> Response:
        """The front page, for whoever is signed in."""
        return RedirectResponse(ACCOUNT, 302)

    async def account(self, request: Request) -> Response:
        """An empty page; its script fetches what it shows."""
        if not self.signed_in(request):
            target = f"https://fi.google.com{request.url.path}"
            return RedirectResponse(f"{SIGN_IN}?continue={quote(target, '')}", 302)
        plan_page = request.url.path.endswith("/plan")
        return self.desk.page(request, "fi.html", plan_page=plan_page)

    def own(self, request: Request) -> None:
        """Requests of the script. Raises Answer."""
        if not self.signed_in(request):
            raise Answer(JSONResponse({"error": "UNAUTHENTICATED"}, 401))

    async def data(self, request: Request) -> Response:
        """All that the pages show, and a token for each thing that can be done."""
        self.own(request)
        setting, cycle, until = (
            self.desk.setting,
            line.cycle(self.books),
            line.resumes_on(self.books),
        )
        return JSONResponse(
            {
                "email": self.portal.secrets(self.books)["email"],
                "number": NUMBER,
                "plan": "Flexible",
                "cycle": f"{words(cycle.begins, year=False)} – {words(cycle.ends, year=False)}",
                "used": f"{float(setting('used')):.2f} GB of data used",
                "ends": f"Cycle ends {words(cycle.ends, year=False)}",
                "bill": f"${line.next_bill(self.books)}",
                "resumes": words(until) if until else None,
                "trouble": setting("trouble"),
                "addon": setting("addon"),
                "old": setting("pages") == "old",
                "tokens": {key: self.desk.token(key) for key in ("pause", "resume", "pay")},
            }
        )

    async def done(self, request: Request, key: str) -> dict[str, Any]:
        """What was sent with a token of this kind, good once. Raises Answer."""
        self.own(request)
        sent: dict[str, Any] = await request.json()
        if self.books.take(NAME, key, str(sent.get("token", ""))) is None:
            raise Answer(JSONResponse({"error": "FAILED_PRECONDITION"}, 400))
        return sent

    async def pause(self, request: Request) -> Response:
        """Pause service: confirmed on the review."""
        sent = await self.done(request, "pause")
        if sent.get("addon"):
            self.books.charge(NAME, NAME, NUMBER, "Device protection", "8.00", "USD")
        line.pause(self.books)
        return JSONResponse({"said": "Your service is paused"})

    async def resume(self, request: Request) -> Response:
        """Resume service."""
        await self.done(request, "resume")
        line.resume(self.books)
        return JSONResponse({"said": "Your service is back on"})

    async def pay(self, request: Request) -> Response:
        """Pay now: the bill that could not be collected."""
        await self.done(request, "pay")
        self.books.charge(NAME, NAME, NUMBER, "Bill", line.next_bill(self.books), "USD")
        self.books.put(NAME, trouble=False)
        return JSONResponse({"said": "Thank you for your payment"})


def build(books: Books, portal: GoogleFi) -> App:
    """The site as an application."""
    own = Site(books, portal)
    return answering(
        Router(
            [
                Host("fi.google.com", Router(own.routes())),
                Host("accounts.google.com", Router(SignIn(own.desk, portal).routes())),
            ]
        )
    )
