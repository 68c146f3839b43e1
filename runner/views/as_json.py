"""The words of `--json` and of the API: what each document holds, as types that both are checked by.

Other modules say `as_json.Line`: many of these are called as the things that they tell of.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12

from runner.ledger.records import OUTCOMES
from runner.ledger.states import State
from runner.views.danger import Danger

Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
"""ISO 8601, with its offset."""
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Outcome = Annotated[str, Field(json_schema_extra={"enum": list(OUTCOMES)})]
Standing = Annotated[str, Field(json_schema_extra={"enum": [state.value for state in State]})]
"""A renewal's state."""
DangerWord = Annotated[str, Field(json_schema_extra={"enum": [danger.word for danger in Danger]})]
Amount = Annotated[str, Field(json_schema_extra={"pattern": r"^-?\d+(\.\d+)?$"})]
"""A decimal number as text, so that no digit is lost."""


class Money(TypedDict):
    """An amount of money."""

    amount: Amount
    currency: Annotated[str, Field(description="ISO 4217.")]


class Data(TypedDict):
    """A volume of data."""

    bytes: Annotated[int | None, Field(description="null: unlimited.")]
    text: str


class LastRun(TypedDict):
    """The last run of a line's account, as it ended for this line."""

    id: str
    at: Moment
    outcome: Annotated[Outcome | None, Field(description="null: it has not ended.")]
    message: str | None


class OpenRenewal(TypedDict):
    """A renewal on which somebody still has to act."""

    id: str
    state: Standing
    cycle: str


class Paused(TypedDict):
    """The pause of a line."""

    until: Annotated[Moment | None, Field(description="null: until it is resumed.")]


class Line(TypedDict):
    """A line as it stands now."""

    account: str
    line: str
    title: str | None
    flow: str
    at: Literal["live", "sandbox"]
    balance: Money | None
    expires_on: Day | None
    days_left: Annotated[int | None, Field(description="Today, in the owner's time zone.")]
    danger: DangerWord
    data_left: Data | None
    read_at: Annotated[Moment | None, Field(description="null: never.")]
    last_run: LastRun | None
    next_run: Annotated[Moment | None, Field(description="null: it runs by hand only.")]
    renewal: OpenRenewal | None
    paused: Paused | None


class Run(TypedDict):
    """A run of a flow for an account."""

    id: str
    flow: str
    trigger: str
    started_at: Moment
    ended_at: Moment | None
    outcome: Annotated[Outcome | None, Field(description="null: it has not ended.")]
    message: str | None
    seconds: float | None
    evidence: Annotated[str | None, Field(description="Its folder below KIGEN_HOME.")]
    dry_run: bool
    read_only: bool


class AnyRun(Run):
    """A run, with its account."""

    account: str


class PastRenewal(TypedDict):
    """A renewal of the account."""

    id: str
    line: str
    cycle: str
    plan: str
    state: Standing
    price: Money | None
    reference: Annotated[str | None, Field(description="The provider's receipt number.")]
    created_at: Moment
    updated_at: Moment


class Reading(TypedDict):
    """What was read of a line at one moment."""

    line: str
    at: Moment
    balance: Money | None
    expires_on: Day | None
    days_left: int | None
    data_left: Data | None
    values: Annotated[dict[str, Any], Field(description="All that the flow reads, by its names.")]


class LineEnd(TypedDict):
    """How a run ended for one line of its account."""

    line: str
    outcome: Outcome
    message: str | None


class PastRun(Run):
    """A run, with how it ended for each line."""

    lines: Annotated[
        list[LineEnd], Field(description="Empty where it ended before the first line.")
    ]


class Past(TypedDict):
    """An account's past: runs and renewals newest first, readings oldest first."""

    account: str
    line: Annotated[
        str | None, Field(description="Runs are told as they ended for it; null: for all.")
    ]
    runs: list[PastRun]
    renewals: list[PastRenewal]
    readings: list[Reading]


class Renewal(TypedDict):
    """A renewal, as `kigen export renewals` writes it."""

    id: str
    account: str
    line: str
    cycle: str
    plan: str
    state: Standing
    amount: Amount | None
    currency: str | None
    reference: str | None
    created_at: Moment
    updated_at: Moment
    paid_at: Annotated[Moment | None, Field(description="null: it has not cost money.")]
    receipts: Annotated[list[str], Field(description="Files below KIGEN_HOME.")]


class Turn(TypedDict):
    """A run to come."""

    at: Moment
    account: str
    flow: str
    why: Literal["due", "approved", "look", "asked"]
    schedule: str | None
    first_end: Annotated[Day | None, Field(description="The first last day of its lines.")]


class Action(TypedDict):
    """Something that will be done with a line."""

    at: Moment
    account: str
    line: str
    title: str | None
    what: Literal["renew", "approve", "by_hand", "remind", "needs_you", "ends"]
    message: str
    price: Money | None
    lasts_until: Day | None


class Total(Money):
    """What a month costs in one currency."""

    month: Annotated[str, Field(json_schema_extra={"pattern": r"^\d{4}-\d{2}$"})]


class Note(TypedDict):
    """Something that can't be known ahead, or that the owner should know."""

    account: str
    line: str
    message: str


Plan = TypedDict(
    "Plan",
    {
        "from": Moment,  # a word that Python keeps for itself
        "until": Moment,
        "actions": list[Action],
        "totals": list[Total],
        "notes": list[Note],
    },
)
"""The days to come."""


class Approval(Renewal):
    """A renewal that waits for its owner's word."""

    until: Annotated[Moment | None, Field(description="How long the answer is waited for.")]


class WantedCode(TypedDict):
    """A code that a run waits for."""

    account: str
    digits: int
    until: Moment


class Page(TypedDict):
    """A live page that waits for a person. Its link is on the dashboard and in the message."""

    account: str
    title: str
    need: str
    message: str
    run: str
    until: Moment


class Letter(TypedDict):
    """A message to the owner, without what it says."""

    id: str
    event: str
    account: str | None
    line: str | None
    run: str | None
    target: Annotated[str, Field(description="As config.yaml names it.")]
    state: Annotated[str, Field(json_schema_extra={"enum": ["waiting", "sent", "given_up"]})]
    attempts: int
    error: str | None
    created_at: Moment
    put_away_at: Moment | None


class Waits(TypedDict):
    """All that waits for the owner, the most urgent first in each list."""

    approvals: list[Approval]
    codes: list[WantedCode]
    pages: list[Page]
    unknown: Annotated[
        list[Renewal], Field(description="Nobody can tell whether they were charged.")
    ]
    owed: Annotated[list[Renewal], Field(description="The owner pays them elsewhere.")]
    stuck: Annotated[
        list[Renewal], Field(description="Paid, and not active although their time is over.")
    ]
    letters: Annotated[list[Letter], Field(description="Messages that did not arrive.")]


class WrongPlace(TypedDict):
    """A mistake in a file, without what the file says there."""

    file: str
    line: Annotated[int, Field(description="From 1.")]
    column: Annotated[int, Field(description="In characters, from 1.")]
    message: str
    hint: str | None


class Trouble(TypedDict):
    """What is wrong with the files as they are now."""

    since: Moment
    mistakes: list[WrongPlace]
    message: Annotated[str | None, Field(description="Told where there are no mistakes.")]


class SettingsInForce(TypedDict):
    """Which version of config.yaml and the flows holds."""

    read_at: Moment
    trouble: Annotated[Trouble | None, Field(description="null: it is the present one.")]


class Wish(TypedDict):
    """A run that was asked for."""

    id: str
    account: str
    dry_run: bool
    asked_at: Moment
    until: Annotated[Moment, Field(description="After this it is not begun any more.")]
    run: Annotated[str | None, Field(description="The run that took it; null: none yet.")]
