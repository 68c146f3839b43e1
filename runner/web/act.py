"""`/act/TOKEN`: what the links of messages lead to. They do one thing, once, without a sign-in.

Opening a link shows a page and changes nothing: mail filters and chats open links to preview them. The
button of that page does it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from runner.browser.vault import Vault
from runner.challenge.find import plain
from runner.challenge.inbox import Inbox
from runner.ledger.errors import IllegalMove, NoSuchEntry
from runner.ledger.records import Renewal
from runner.renewal import approval
from runner.renewal.resolution import resolve
from runner.values.format import show
from runner.web.act_links import (
    USE,
    ActLinks,
    Claim,
    can_approve,
    can_resolve,
    claim_of_code,
    claim_of_renewal,
)
from runner.web.body import reread
from runner.web.csrf import Csrf, from_elsewhere, given
from runner.web.gate import not_our_form
from runner.web.kept import Kept
from runner.web.links import DeadLink, Links, key_for

if TYPE_CHECKING:
    from starlette.requests import Request

    from runner.web.desk import Desk
    from runner.web.pages import Pages

BY = "a link in a message"
"""The way by which the owner said so, for the ledger."""
_VISIT = "kigen-act"
_LONGEST_CODE = 40
_ANSWERS = {"approve": ("approve", "refuse"), "resolve": ("charged", "not_charged")}
_PAGES = {"approve": "act_approve.html", "resolve": "act_resolve.html", "code": "act_code.html"}


def routes(desk: Desk, pages: Pages) -> list[BaseRoute]:
    """For everybody who has the address: it holds its own proof."""
    act = _Act(desk, pages)
    return [
        Route("/act/{token}", act.show, methods=["GET"]),
        Route("/act/{token}", act.do, methods=["POST"]),
    ]


class _Over(Exception):
    """What the link was for has been done, or is not wanted any more. `key`: the words that say so."""

    def __init__(self, key: str = "act_over") -> None:
        super().__init__(key)
        self.key = key


class _Act:
    def __init__(self, desk: Desk, pages: Pages) -> None:
        self._desk, self._pages = desk, pages
        self._links = ActLinks(Links(key_for(USE, desk.key), desk.clock), pages.base)
        self._csrf = Csrf(key_for("act csrf", desk.key))
        self._inbox = Inbox(Vault(desk.home.folder, os.environ), desk.clock)
        self._used = Kept(desk.home.folder / "dashboard" / "links.json")

    async def show(self, request: Request) -> Response:
        """What the link would do."""
        try:
            claim = self._links.read(request.path_params["token"])
            facts = await run_in_threadpool(self._facts, claim, request)
        except DeadLink:
            return self._pages.message(request, "dead_act", status=HTTPStatus.GONE)
        except _Over as over:
            return self._pages.message(request, over.key, status=HTTPStatus.GONE)
        return self._form(request, claim, facts)

    async def do(self, request: Request) -> Response:
        """The button."""
        token, visit = request.path_params["token"], request.cookies.get(_VISIT, "")
        if from_elsewhere(request, self._pages.base) or not self._csrf.right(
            await given(reread(request)), _bound(visit, token)
        ):
            return not_our_form(request, self._pages)
        try:
            claim = self._links.read(token)
            facts = await run_in_threadpool(self._facts, claim, request)
            answer = await _answer(request)
            wrong = await run_in_threadpool(self._done, claim, token, answer)
        except DeadLink:
            return self._pages.message(request, "dead_act", status=HTTPStatus.GONE)
        except _Over as over:
            return self._pages.message(request, over.key, status=HTTPStatus.GONE)
        if wrong is not None:
            return self._form(request, claim, facts, wrong=wrong)
        key = "code" if claim.what == "code" else answer
        return self._pages.message(request, f"act_done_{key}", status=HTTPStatus.OK)

    def _form(
        self, request: Request, claim: Claim, facts: dict[str, str], wrong: str | None = None
    ) -> Response:
        """The page, bound to a cookie of this visit, so that no other site can press its button."""
        visit = request.cookies.get(_VISIT) or secrets.token_urlsafe(32)
        token = request.path_params["token"]
        request.state.csrf = self._csrf.token(_bound(visit, token))
        response = self._pages.draw(
            request,
            _PAGES[claim.what],
            status=HTTPStatus.OK if wrong is None else HTTPStatus.UNPROCESSABLE_ENTITY,
            path=f"{self._pages.prefix}/act/{token}",
            wrong=wrong,
            **facts,
        )
        response.set_cookie(
            _VISIT,
            visit,
            path=f"{self._pages.prefix}/act/",
            secure=self._pages.secure,
            httponly=True,
            samesite="strict",
        )
        return response

    def _facts(self, claim: Claim, request: Request) -> dict[str, str]:
        """What the page tells. Raises _Over."""
        language = self._pages.language(request)
        if claim.what == "code":
            digits = self._digits(claim, request.path_params["token"])
            return {"account": claim.about, "digits": str(digits)}
        renewal = self._renewal(claim)
        zone = self._desk.zone
        until = renewal.next_at if claim.what == "approve" else renewal.committed_at
        return {
            "account": renewal.account,
            "line": self._title(renewal),
            "plan": renewal.plan,
            "price": show(renewal.price, language),
            "when": show(until.astimezone(zone), language) if until else "",
        }

    def _renewal(self, claim: Claim) -> Renewal:
        """The renewal, if it still is what the link was made for. Raises _Over."""
        ledger = self._desk.ledger
        try:
            renewal = ledger.renewals.get(claim.about)
        except NoSuchEntry:
            raise _Over from None
        now = claim_of_renewal(claim.what, renewal, ledger)
        fits = (
            can_resolve(renewal)
            if claim.what == "resolve"
            else can_approve(renewal, self._desk.clock())
        )
        if now.state != claim.state or not fits:
            raise _Over
        if now.price != claim.price:
            raise _Over("act_price")
        return renewal

    def _digits(self, claim: Claim, token: str) -> int:
        """How many digits the run waits for that the link was made for. Raises _Over."""
        waiting = self._inbox.waiting(claim.about)
        if waiting is None or claim_of_code(waiting) != claim or self._is_used(token):
            raise _Over
        return waiting.digits

    def _done(self, claim: Claim, token: str, answer: str) -> str | None:
        """Do it; gives the words for what is wrong with the answer. Raises _Over."""
        if claim.what == "code":
            return self._give(claim, token, answer)
        if answer not in _ANSWERS[claim.what]:
            return "act_choose"
        renewal, ledger = self._renewal(claim), self._desk.ledger
        try:
            match answer:
                case "approve":
                    why, now = "approved by the owner", self._desk.clock()
                    approval.approve(ledger, renewal, why, BY, now, renewal.price)
                case "refuse":
                    approval.refuse(ledger, renewal, "refused by the owner", BY)
                case _:
                    charged = answer == "charged"
                    resolve(ledger, renewal, charged=charged, reason="the owner's word", by=BY)
        except IllegalMove:  # somebody else was quicker
            raise _Over from None
        return None

    def _give(self, claim: Claim, token: str, answer: str) -> str | None:
        digits = self._digits(claim, token)
        code = "".join(plain(answer[:_LONGEST_CODE]).replace("-", " ").split())
        if not (code.isascii() and code.isdecimal() and len(code) == digits):
            return "act_wrong_code"
        self._use_up(token)
        self._inbox.give(claim.about, code)
        return None

    def _is_used(self, token: str) -> bool:
        return _digest(token) in self._used.read()

    def _use_up(self, token: str) -> None:
        """Note that a link was used; of two browsers, one passes. Raises _Over for the other."""
        now = self._desk.clock()
        with self._used.changed() as used:
            for name in [key for key, until in used.items() if until <= now.timestamp()]:
                del used[name]
            if _digest(token) in used:
                raise _Over
            used[_digest(token)] = int(token.split(".")[1]) + 1

    def _title(self, renewal: Renewal) -> str:
        account = self._desk.workspace.accounts.get(renewal.account)
        lines = account.lines if account is not None else ()
        found = next((line for line in lines if line.name == renewal.line), None)
        return (found.title if found is not None else None) or renewal.line


async def _answer(request: Request) -> str:
    """The box, or the button, of the form that was sent."""
    async with reread(request).form(max_files=0, max_fields=10) as form:
        value = form.get("answer", "")
    return value if isinstance(value, str) else ""


def _bound(visit: str, token: str) -> str:
    return f"act {visit} {token}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
