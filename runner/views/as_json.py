"""The words of `--json` and of the API: what each document holds, as types that both are checked by."""

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


class MoneyJson(TypedDict):
    """An amount of money."""

    amount: Amount
    currency: Annotated[str, Field(description="ISO 4217.")]


class DataJson(TypedDict):
    """A volume of data."""

    bytes: Annotated[int | None, Field(description="null: unlimited.")]
    text: str


class LastRunJson(TypedDict):
    """The last run of a line's account."""

    id: str
    at: Moment
    outcome: Annotated[Outcome | None, Field(description="null: it has not ended.")]
    message: str | None


class OpenRenewalJson(TypedDict):
    """A renewal on which somebody still has to act."""

    id: str
    state: Standing
    cycle: str


class PausedJson(TypedDict):
    """The pause of a line."""

    until: Annotated[Moment | None, Field(description="null: until it is resumed.")]


class LineJson(TypedDict):
    """A line as it stands now."""

    account: str
    line: str
    title: str | None
    flow: str
    at: Literal["live", "sandbox"]
    balance: MoneyJson | None
    expires_on: Day | None
    days_left: Annotated[int | None, Field(description="Today, in the owner's time zone.")]
    danger: DangerWord
    data_left: DataJson | None
    read_at: Annotated[Moment | None, Field(description="null: never.")]
    last_run: LastRunJson | None
    next_run: Annotated[Moment | None, Field(description="null: it runs by hand only.")]
    renewal: OpenRenewalJson | None
    paused: PausedJson | None


class RunJson(TypedDict):
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


class AnyRunJson(RunJson):
    """A run, with its account."""

    account: str


class PastRenewalJson(TypedDict):
    """A renewal of the account."""

    id: str
    line: str
    cycle: str
    plan: str
    state: Standing
    price: MoneyJson | None
    reference: Annotated[str | None, Field(description="The provider's receipt number.")]
    created_at: Moment
    updated_at: Moment


class ReadingJson(TypedDict):
    """What was read of a line at one moment."""

    line: str
    at: Moment
    balance: MoneyJson | None
    expires_on: Day | None
    days_left: int | None
    data_left: DataJson | None
    values: Annotated[dict[str, Any], Field(description="All that the flow reads, by its names.")]


class PastJson(TypedDict):
    """An account's past: runs and renewals newest first, readings oldest first."""

    account: str
    line: str | None
    runs: list[RunJson]
    renewals: list[PastRenewalJson]
    readings: list[ReadingJson]


class RenewalJson(TypedDict):
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


class TurnJson(TypedDict):
    """A run to come."""

    at: Moment
    account: str
    flow: str
    why: Literal["due", "approved", "look", "asked"]
    schedule: str | None
    first_end: Annotated[Day | None, Field(description="The first last day of its lines.")]


class ActionJson(TypedDict):
    """Something that will be done with a line."""

    at: Moment
    account: str
    line: str
    title: str | None
    what: Literal["renew", "approve", "by_hand", "remind", "needs_you", "ends"]
    message: str
    price: MoneyJson | None
    lasts_until: Day | None


class TotalJson(MoneyJson):
    """What a month costs in one currency."""

    month: Annotated[str, Field(json_schema_extra={"pattern": r"^\d{4}-\d{2}$"})]


class NoteJson(TypedDict):
    """Something that can't be known ahead, or that the owner should know."""

    account: str
    line: str
    message: str


PlanJson = TypedDict(
    "PlanJson",
    {
        "from": Moment,  # a word that Python keeps for itself
        "until": Moment,
        "actions": list[ActionJson],
        "totals": list[TotalJson],
        "notes": list[NoteJson],
    },
)
"""The days to come."""
