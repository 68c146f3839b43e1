"""What an owner does on the dashboard: forms that are sent, done by the functions of the command line.

Every form leads back to a page of ours, which says what came of it. What was settled meanwhile, or by a
second click, is told and not done again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Route

from runner.challenge.inbox import digits_of
from runner.ledger.errors import AlreadyAsked, IllegalMove, NoSuchEntry
from runner.renewal import approval
from runner.renewal.pausing import beginning_of
from runner.renewal.resolution import RESOLVABLE, resolve
from runner.schedule.asking import BeingPlayed, ask_for_run
from runner.values.money import Money
from runner.views.inbox import inbox_of
from runner.web.login import own_path

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from runner.config.model import Account
    from runner.ledger.records import Renewal
    from runner.web.desk import Desk
    from runner.web.pages import Pages

BY = "dashboard"
"""How the ledger names what was done here."""
Form = Mapping[str, str]
Does = Callable[[str, Form], str]
"""Does what a form wants with the thing of an id; gives what is said of it, a key of `said_…`, or the path
of the page that shows what comes of it.
"""


def routes(desk: Desk, pages: Pages) -> list[BaseRoute]:
    """Where forms are sent to."""
    deeds = Deeds(desk)
    found: dict[str, Does] = {
        "/renewals/{id}/approve": deeds.approve,
        "/renewals/{id}/refuse": deeds.refuse,
        "/renewals/{id}/resolve": deeds.resolve,
        "/letters/{id}/again": deeds.send_again,
        "/letters/{id}/away": deeds.put_away,
        "/accounts/{id}/code": deeds.give_code,
        "/accounts/{id}/run": deeds.run,
        "/accounts/{id}/pause": deeds.pause,
        "/accounts/{id}/resume": deeds.resume,
    }

    async def answer(does: Does, request: Request) -> Response:
        async with request.form(max_files=0, max_fields=20) as sent:
            form = {name: value for name, value in sent.items() if isinstance(value, str)}
        try:
            said = await run_in_threadpool(does, request.path_params["id"], form)
        except NoSuchEntry:
            raise HTTPException(HTTPStatus.NOT_FOUND) from None
        desk.runs.wake()
        if said.startswith("/"):
            path = said
        else:
            back = form.get("back", "")
            path = f"{back.partition('?')[0] if own_path(back) else '/inbox'}?said={said}"
        return RedirectResponse(pages.prefix + path, HTTPStatus.SEE_OTHER)

    return [Route(path, partial(answer, does), methods=["POST"]) for path, does in found.items()]


class Deeds:
    """Each does one thing. Raises NoSuchEntry, and HTTPException for an account that is not there."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._ledger = desk, desk.ledger

    def approve(self, id: str, form: Form) -> str:
        """Pay the price that was on the button, or less; not if it is another one by now."""
        renewal, now = self._ledger.renewals.get(id), self._desk.clock()
        if not approval.is_asked(renewal):
            return "settled"
        if approval.is_late(renewal, now):
            return "too_late"
        shown = _price(form)
        if shown is None or shown != renewal.price:
            return "other_price"
        reason = "approved by the owner"
        return _moved(
            lambda: approval.approve(self._ledger, renewal, reason, BY, now, shown), "approved"
        )

    def refuse(self, id: str, _: Form) -> str:
        """Pay nothing."""
        renewal = self._ledger.renewals.get(id)
        if not approval.is_asked(renewal):
            return "settled"
        reason = "refused by the owner"
        return _moved(lambda: approval.refuse(self._ledger, renewal, reason, BY), "refused")

    def resolve(self, id: str, form: Form) -> str:
        """Take the owner's word on a payment; not if it has moved on since the page was drawn."""
        renewal, charged = self._ledger.renewals.get(id), form.get("charged") == "yes"
        if renewal.state not in RESOLVABLE or renewal.state != form.get("state"):
            return "settled"
        if form.get("charged") not in ("yes", "no"):
            raise HTTPException(HTTPStatus.BAD_REQUEST)
        reason = "the owner's word"
        return _moved(
            lambda: resolve(self._ledger, renewal, charged=charged, reason=reason, by=BY),
            "charged" if charged else "not_charged",
        )

    def send_again(self, id: str, _: Form) -> str:
        """Send a message again that did not arrive."""
        letter = self._ledger.outbox.get(id)
        if letter.state == "sent" or letter.put_away_at is not None:
            return "settled"
        self._ledger.outbox.again(letter, by=BY)
        return "sent_again"

    def put_away(self, id: str, _: Form) -> str:
        """Do not show a message any more that did not arrive."""
        letter = self._ledger.outbox.get(id)
        return "put_away" if self._ledger.outbox.put_away(letter, by=BY) else "settled"

    def give_code(self, id: str, form: Form) -> str:
        """Hand a code to the run that waits for it."""
        account, digits = self._account(id), digits_of(form.get("code", ""))
        inbox = inbox_of(self._desk.home, self._desk.clock)
        waiting = inbox.waiting(account.name)
        if digits is None or (waiting is not None and waiting.digits != len(digits)):
            return "no_code"
        inbox.give(account.name, digits)
        return "code_given" if waiting is not None else "code_kept"

    def run(self, id: str, form: Form) -> str:
        """Begin a run, or a dry one."""
        account, dry = self._account(id), form.get("dry_run") == "yes"
        try:
            playing = self._desk.runs.playing
            wish = ask_for_run(self._ledger, account.name, playing, dry_run=dry, by=BY)
        except BeingPlayed:
            return "being_played"
        except AlreadyAsked:
            return f"/wishes/{self._ledger.wishes.open()[account.name].id}"
        return f"/wishes/{wish.id}"

    def pause(self, id: str, form: Form) -> str:
        """Leave a line, or all of an account, as it is."""
        account, until = self._account(id), None
        if text := form.get("until", ""):
            until = _morning(text, self._desk)
            if until is None:
                return "no_date"
        self._ledger.pauses.begin(account.name, _lines(account, form), by=BY, until=until)
        return "paused"

    def resume(self, id: str, form: Form) -> str:
        """Go on with a line, or with all of an account."""
        account = self._account(id)
        ended = self._ledger.pauses.end(account.name, _lines(account, form), by=BY)
        return "resumed" if ended else "settled"

    def _account(self, name: str) -> Account:
        account = self._desk.workspace.accounts.get(name)
        if account is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return account


def _moved(move: Callable[[], Renewal], said: str) -> str:
    """Do it, unless somebody was quicker."""
    try:
        move()
    except IllegalMove:
        return "settled"
    return said


def _price(form: Form) -> Money | None:
    try:
        return Money.parse(form.get("price", ""))
    except ValueError:
        return None


def _morning(text: str, desk: Desk) -> datetime | None:
    """When a day to come begins for the owner."""
    try:
        begins = beginning_of(date.fromisoformat(text), desk.zone)
    except (ValueError, OverflowError):
        return None
    return begins if begins > desk.clock() else None


def _lines(account: Account, form: Form) -> list[str]:
    """The line that is meant; all of them where none is named."""
    line = form.get("line", "")
    names = [one.name for one in account.lines if line in ("", one.name)]
    if not names:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return names
