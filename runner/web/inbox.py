"""`/inbox`: what waits for its owner, each settled with one click."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Route

from runner.challenge.offers import Offers
from runner.ledger.errors import LedgerError
from runner.renewal.still_open import pay_until
from runner.values.money import Money
from runner.views.inbox import Waits, newest_picture, what_waits
from runner.web.hosts import LOOPBACK
from runner.web.lines import flow_title
from runner.web.links import Links, key_for
from runner.web.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from runner.ledger.records import Renewal
    from runner.web.desk import Desk
    from runner.web.pages import Pages

EVERY = 15
"""Seconds after which an open page asks whether something else waits by now."""


def routes(desk: Desk, pages: Pages) -> list[BaseRoute]:
    """The page, whether it is still up to date, and the way to a live page."""

    def draw(request: Request) -> Response:
        waits = waiting(desk)
        return pages.draw(
            request,
            "inbox.html",
            here="inbox",
            say=Shown(pages.language(request), desk.zone, desk.clock()),
            waits=waits,
            seen=_digest(waits),
            changed=False,
            every=EVERY,
            line=lambda renewal: _title(desk, renewal),
            provider=lambda account: _provider(desk, account),
            only_there=lambda offer: (
                _is_loopback(offer.base) and not _is_loopback(str(request.url))
            ),
            picture=lambda renewal: _picture(desk, renewal),
            moves=desk.ledger.renewals.moves,
            owed=_owed,
            until=pay_until,
        )

    def news(request: Request) -> Response:
        seen = request.query_params.get("seen", "")
        changed = _digest(waiting(desk)) != seen
        return pages.draw(request, "inbox_news.html", seen=seen, every=EVERY, changed=changed)

    def link(request: Request) -> Response:
        offer = Offers(desk.home.folder, desk.clock).get(request.path_params["id"])
        if offer is None:
            return pages.message(request, "dead", status=HTTPStatus.GONE)
        token = Links(key_for("hand-off link", desk.key), desk.clock).make(
            offer.id, offer.run_id, offer.until
        )
        return RedirectResponse(f"{offer.base}/hand-off/{token}", HTTPStatus.FOUND)

    def page(does: Any) -> Any:
        async def show(request: Request) -> Response:
            found: Response = await run_in_threadpool(does, request)
            return found

        return show

    return [
        Route("/inbox", page(draw)),
        Route("/inbox/news", page(news)),
        Route("/inbox/pages/{id}", page(link)),
    ]


def badge(desk: Desk) -> Callable[[str], int]:
    """How many things wait on a page, for the frame around all of them."""

    def count(page: str) -> int:
        if page != "inbox":
            return 0
        try:
            return waiting(desk).count
        except LedgerError:  # the page itself will tell
            return 0

    return count


def waiting(desk: Desk) -> Waits:
    """What waits at this moment."""
    return what_waits(desk.workspace, desk.ledger, desk.home, desk.clock())


def _digest(waits: Waits) -> str:
    """Names what is on the page."""
    renewals = (*waits.approvals, *waits.unknown, *waits.owed, *waits.stuck)
    names = [
        *(f"{one.id} {one.state} {one.price}" for one in renewals),
        *(f"{one.account} {one.until}" for one in waits.codes),
        *(offer.id for offer in waits.pages),
        *(letter.id for letter in waits.letters),
    ]
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]


def _title(desk: Desk, renewal: Renewal) -> str:
    account = desk.workspace.accounts.get(renewal.account)
    lines = account.lines if account else ()
    titles = {one.name: one.title for one in lines}
    return titles.get(renewal.line) or renewal.line


def _provider(desk: Desk, name: str) -> str:
    account = desk.workspace.accounts.get(name)
    return flow_title(desk.workspace, account.flow) if account else name


def _is_loopback(address: str) -> bool:
    """Whether an address leads every browser to its own machine."""
    return urlsplit(address).hostname in LOOPBACK


def _picture(desk: Desk, renewal: Renewal) -> str | None:
    """Where the picture is that shows what a renewal is about."""
    slips = [n for n, path in enumerate(renewal.receipts) if path.endswith(".png")]
    if slips:
        return f"/renewals/{renewal.id}/receipts/{slips[-1]}"
    found = newest_picture(desk.ledger, desk.home, renewal)
    return None if found is None else f"/runs/{found[0]}/files/{found[1]}"


def _owed(renewal: Renewal) -> dict[str, Any]:
    """By which number or to which account it is to be paid, and how much."""
    asked = renewal.details.get("to_pay")
    amount = Money.parse(f"{asked['amount']} {asked['currency']}") if asked else renewal.price
    return {
        "number": renewal.details.get("slip") or renewal.reference,
        "account": renewal.details.get("transfer_to"),
        "amount": amount,
    }
