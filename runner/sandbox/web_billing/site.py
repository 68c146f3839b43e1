"""Webビリング's pages: the entry, and the list of bills."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox.books import Books
from runner.sandbox.docomo.partner import Partner
from runner.sandbox.japan import JAPAN, day
from runner.sandbox.layout import Redesign
from runner.sandbox.portal import App
from runner.sandbox.site import site_of
from runner.sandbox.web_billing.portal import NAME, TEMPLATES, WebBilling

HOST = "webbilling.ntt-finance.co.jp"
LIST = "/webbilling/list"
AMOUNTS = (6578, 12078, 6031)
"""Bills, the newest first; older ones begin again with the first."""
REDESIGN = Redesign(names={}, words={"請求年月": "ご請求月", "支払/ご利用金額": "金額"})


def build(books: Books, portal: WebBilling) -> App:
    """The site as an application."""
    desk = Partner(books, NAME, HOST, TEMPLATES, REDESIGN)

    async def entry(request: Request) -> Response:
        if desk.session(request, "own") is not None:
            return RedirectResponse(LIST, 302)
        return desk.page(request, "entry.html")

    async def sign_in(request: Request) -> Response:
        desk.signed_in(request)
        return RedirectResponse(LIST, 302)

    async def bills(request: Request) -> Response:
        desk.signed_in(request)
        month, rows = books.now(NAME).astimezone(JAPAN).date().replace(day=1), []
        for number in range(desk.setting("bills")):
            end = month - timedelta(days=1)
            month = end.replace(day=1)
            rows.append((f"{month.year}年{month.month}月分", day(end), AMOUNTS[number % 3]))
        line = portal.secrets(books)["line"]
        return desk.page(request, "list.html", rows=rows, number=line)

    pages = [Route("/", entry), Route("/a0105/logindcm", sign_in), Route(LIST, bills)]
    return site_of(desk, {HOST: [*desk.routes(), *pages]})
