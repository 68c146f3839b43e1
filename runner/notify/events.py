"""What an owner can be told: the closed list of events, and the facts of one event."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from runner.ledger.records import OUTCOMES
from runner.notify.digest import Digest
from runner.notify.todo import Todo
from runner.values.data import DataVolume
from runner.values.money import Money

EVENTS = (
    *OUTCOMES, "works_again", "hand_off", "asked", "noticed", "expires_soon", "settings_wrong", "digest",
    "undelivered", "test",
)  # fmt: skip
"""Every event name: the outcomes of runs by their own names, and more. Each has a text in every language."""

DEFAULT_EVENTS = frozenset(EVENTS) - {"read_only", "nothing_due", "busy"}
"""What a target hears of when its owner names no events: all but the uneventful."""

PASSING = frozenset({"maintenance", "unreachable"})
"""Trouble that mostly ends by itself. Beside a digest it is told only when it does not."""

BESIDE_A_DIGEST = DEFAULT_EVENTS - PASSING
"""What a target with a digest hears of at once when its owner names no events: what costs money, needs
its owner, or is told only once.
"""


@dataclass(frozen=True, slots=True)
class RenewalFact:
    """The renewal of a line: its state by the ledger's word, its price, the site's reference."""

    state: str
    price: Money | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class LineFact:
    """What is known of one line at the moment of the event. None means: not read."""

    line: str
    balance: Money | None = None
    expires_on: date | datetime | None = None
    days_left: int | None = None
    data_left: DataVolume | None = None
    renewal: RenewalFact | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to an account, or to kigen itself.

    `at` is aware; its zone is the one in which the owner reads it. `title` is the site's title.
    `action` says what to do next where more is known than the event's standard text says.
    `link` leads to where it is done, and leads nowhere any more after `until`. `todos` are what its
    owner can do about it at the dashboard, where there is one. `since` and `times` are those of
    trouble that goes on, this time included. `taken` is when the settings that hold were read, where
    later ones are wrong. `digest` is what a digest tells.
    `picture` and `report` are paths; the files may be gone by the time of sending.

    Raises ValueError for a name outside `EVENTS`, for a time without a zone, and for a digest that
    tells nothing.
    """

    name: str
    account: str
    title: str
    at: datetime
    outcome: str | None = None
    message: str | None = None
    lines: tuple[LineFact, ...] = ()
    run_id: str | None = None
    action: str | None = None
    picture: Path | None = None
    report: Path | None = None
    link: str | None = None
    until: datetime | None = None
    todos: tuple[Todo, ...] = ()
    since: datetime | None = None
    times: int | None = None
    taken: datetime | None = None
    digest: Digest | None = None

    def __post_init__(self) -> None:
        if self.name not in EVENTS:
            raise ValueError(f"no such event: {self.name!r}; events are {', '.join(EVENTS)}")
        if self.at.utcoffset() is None:
            raise ValueError("the time of an event needs a time zone")
        if (self.name == "digest") != (self.digest is not None):
            raise ValueError("a digest is the event that tells one, and no other is")
