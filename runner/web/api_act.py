"""What the API does for its owner: by the functions that the command line and the pages use."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import Field
from typing_extensions import TypedDict

from runner.config.workspace import NoSuchAccount
from runner.ledger.records import Renewal
from runner.ledger.states import State
from runner.renewal import approval
from runner.renewal.pausing import beginning_of
from runner.renewal.resolution import RESOLVABLE, resolve
from runner.schedule.asking import ask_for_run
from runner.values.money import Money
from runner.views import as_json
from runner.views.inbox import inbox_of
from runner.views.renewals import renewal_json
from runner.views.waiting import letter_json, wish_json
from runner.web.api_problems import Kind, Problem
from runner.web.openapi import Asked, Body, Operation

if TYPE_CHECKING:
    from runner.config.model import Account
    from runner.web.desk import Desk

LineName = Annotated[str, Field(pattern=r"^[^\x00-\x1f]{1,200}$")]
Reason = Annotated[str, Field(pattern=r"^[^\x00-\x1f]*\S[^\x00-\x1f]*$", max_length=500)]


class RunBody(Body):
    """How it is to run."""

    dry_run: bool = Field(False, description="Stop right before anything is paid.")


class LinesBody(Body):
    """Which lines are meant."""

    line: LineName | None = Field(None, description="Only this line; all of the account if absent.")


class PauseBody(LinesBody):
    """What is to be left as it is."""

    until: date | None = Field(
        None, description="The day on which it goes on by itself; when it is resumed, if absent."
    )


class PriceBody(Body):
    """An amount of money."""

    amount: str = Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,6})?$")
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217.")


class ApproveBody(Body):
    """What is approved."""

    price: PriceBody = Field(description="The price that was shown: no higher one is paid.")
    reason: Reason = Field("approved by the owner", description="Kept in the ledger.")


class RefuseBody(Body):
    """Why nothing is to be paid."""

    reason: Reason = Field("refused by the owner", description="Kept in the ledger.")


class ResolveBody(Body):
    """How a payment ended."""

    state: Annotated[State, Field(strict=False)] = Field(
        description="The renewal's state as it was shown."
    )
    charged: bool = Field(description="Whether it has cost money.")
    reason: Reason = Field("the owner's word", description="Kept in the ledger.")


class CodeBody(Body):
    """A one-time code."""

    code: str = Field(pattern=r"^[0-9]{3,8}$")


class Given(TypedDict):
    """What became of a code."""

    waited: Annotated[
        bool, Field(description="Whether a run waits for it; else it is kept for ten minutes.")
    ]


class Lines(TypedDict):
    """The lines for which something has changed."""

    lines: list[str]


def _run(desk: Desk, asked: Asked) -> as_json.Wish:
    body: RunBody = asked.body
    account = _account(desk, asked)
    return wish_json(
        ask_for_run(desk.ledger, account.name, desk.runs.playing, dry_run=body.dry_run, by=asked.by)
    )


def _pause(desk: Desk, asked: Asked) -> Lines:
    body: PauseBody = asked.body
    lines, until = _lines(desk, asked), None
    if body.until is not None:
        until = _beginning(body.until, desk)
    desk.ledger.pauses.begin(asked.path["account"], lines, by=asked.by, until=until)
    return {"lines": lines}


def _resume(desk: Desk, asked: Asked) -> Lines:
    lines = _lines(desk, asked)
    return {"lines": desk.ledger.pauses.end(asked.path["account"], lines, by=asked.by)}


def _code(desk: Desk, asked: Asked) -> Given:
    body: CodeBody = asked.body
    account, inbox = _account(desk, asked), inbox_of(desk.home, desk.clock)
    waiting = inbox.waiting(account.name)
    if waiting is not None and waiting.digits != len(body.code):
        raise Problem(
            Kind.NOT_POSSIBLE,
            f"the site wants {waiting.digits} digits; this code has {len(body.code)}",
        )
    inbox.give(account.name, body.code)
    return {"waited": waiting is not None}


def _approve(desk: Desk, asked: Asked) -> as_json.Renewal:
    body: ApproveBody = asked.body
    renewal, now = _asked_for(desk, asked), desk.clock()
    if approval.is_late(renewal, now):
        raise Problem(Kind.NOT_POSSIBLE, "the approval comes too late: nothing was paid")
    shown = Money.parse(f"{body.price.amount} {body.price.currency}")
    if shown != renewal.price:
        raise Problem(Kind.NOT_POSSIBLE, f"the price is {renewal.price}, and not {shown}")
    return renewal_json(approval.approve(desk.ledger, renewal, body.reason, asked.by, now, shown))


def _refuse(desk: Desk, asked: Asked) -> as_json.Renewal:
    body: RefuseBody = asked.body
    renewal = _asked_for(desk, asked)
    return renewal_json(approval.refuse(desk.ledger, renewal, body.reason, asked.by))


def _resolve(desk: Desk, asked: Asked) -> as_json.Renewal:
    body: ResolveBody = asked.body
    renewal = desk.ledger.renewals.get(asked.path["id"])
    if renewal.state not in RESOLVABLE or renewal.state is not body.state:
        raise Problem(Kind.NOT_POSSIBLE, f"it is {renewal.state} by now")
    return renewal_json(
        resolve(desk.ledger, renewal, charged=body.charged, reason=body.reason, by=asked.by)
    )


def _again(desk: Desk, asked: Asked) -> as_json.Letter:
    letter = desk.ledger.outbox.get(asked.path["id"])
    if letter.state == "sent" or letter.put_away_at is not None:
        raise Problem(Kind.NOT_POSSIBLE, "it was delivered, or put away")
    return letter_json(desk.ledger.outbox.again(letter, by=asked.by))


def _put_away(desk: Desk, asked: Asked) -> as_json.Letter:
    outbox = desk.ledger.outbox
    letter = outbox.get(asked.path["id"])
    if not outbox.put_away(letter, by=asked.by):
        raise Problem(Kind.NOT_POSSIBLE, "it is not among the undelivered")
    return letter_json(outbox.get(letter.id))


def _account(desk: Desk, asked: Asked) -> Account:
    name, accounts = asked.path["account"], desk.workspace.accounts
    if name not in accounts:
        raise NoSuchAccount(name, tuple(accounts))
    return accounts[name]


def _lines(desk: Desk, asked: Asked) -> list[str]:
    body: LinesBody = asked.body
    names = [line.name for line in _account(desk, asked).lines]
    if body.line is None:
        return names
    if body.line not in names:
        raise Problem(Kind.NOT_FOUND, "the account has no line of this name")
    return [body.line]


def _asked_for(desk: Desk, asked: Asked) -> Renewal:
    """A renewal that waits for the owner's word. Raises Problem."""
    renewal = desk.ledger.renewals.get(asked.path["id"])
    if not approval.is_asked(renewal):
        raise Problem(Kind.NOT_POSSIBLE, f"it does not wait for approval: it is {renewal.state}")
    return renewal


def _beginning(day: date, desk: Desk) -> datetime:
    try:
        begins = beginning_of(day, desk.zone)
    except OverflowError:
        begins = desk.clock()
    if begins <= desk.clock():
        raise Problem(Kind.NOT_POSSIBLE, f"{day} is no day to come")
    return begins


_NOT_NOW = (Kind.NOT_POSSIBLE,)
ACTS = (
    Operation(
        "run_now", "POST", "/accounts/{account}/run",
        "Begin a run now, whatever the schedule says. `/wishes/{id}` tells what came of it.",
        as_json.Wish, _run, body=RunBody, accepted=True, problems=_NOT_NOW,
    ),
    Operation(
        "pause", "POST", "/accounts/{account}/pause", "Leave lines as they are: `kigen pause`.",
        Lines, _pause, body=PauseBody, problems=_NOT_NOW,
    ),
    Operation(
        "resume", "POST", "/accounts/{account}/resume",
        "Go on with lines that are paused: `kigen resume`.",
        Lines, _resume, body=LinesBody,
    ),
    Operation(
        "give_code", "POST", "/accounts/{account}/code",
        "Hand a one-time code to the run that waits for it: `kigen code`.",
        Given, _code, body=CodeBody, problems=_NOT_NOW,
    ),
    Operation(
        "approve", "POST", "/renewals/{id}/approve",
        "Let a renewal be paid that waits for its owner's word: `kigen approve`.",
        as_json.Renewal, _approve, body=ApproveBody, problems=_NOT_NOW,
    ),
    Operation(
        "refuse", "POST", "/renewals/{id}/refuse", "Pay nothing for such a renewal.",
        as_json.Renewal, _refuse, body=RefuseBody, problems=_NOT_NOW,
    ),
    Operation(
        "resolve", "POST", "/renewals/{id}/resolve",
        "Say how a payment ended that nobody else can tell of: `kigen resolve`.",
        as_json.Renewal, _resolve, body=ResolveBody, problems=_NOT_NOW,
    ),
    Operation(
        "send_again", "POST", "/letters/{id}/again", "Send a message again that did not arrive.",
        as_json.Letter, _again, body=Body, problems=_NOT_NOW,
    ),
    Operation(
        "put_away", "POST", "/letters/{id}/away",
        "Show a message no more among the undelivered.",
        as_json.Letter, _put_away, body=Body, problems=_NOT_NOW,
    ),
)  # fmt: skip
