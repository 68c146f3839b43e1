"""What a digest tells: every line, what happened since the one before, and what comes next."""

from dataclasses import dataclass
from datetime import date, datetime

from runner.notify.todo import Todo
from runner.values.data import DataVolume
from runner.values.money import Money


@dataclass(frozen=True, slots=True)
class DigestLine:
    """A line as it stands. None: not known.

    `trouble` is the outcome of its account's last run, where that did not end well; `paused`: its owner
    wants it left alone. `days` and
    `balances` are the curves of the last weeks, oldest first; empty where nothing was read.
    """

    account: str
    line: str
    expires_on: date | None = None
    days_left: int | None = None
    balance: Money | None = None
    data_left: DataVolume | None = None
    trouble: str | None = None
    paused: bool = False
    days: tuple[float | None, ...] = ()
    balances: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Happened:
    """How runs of an account ended, `times` so; `at` is the last of them."""

    at: datetime
    account: str
    outcome: str
    message: str | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Ahead:
    """Something that will be done, or has to be. `what` is the forecast's word."""

    at: datetime
    account: str
    line: str
    what: str
    price: Money | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for the owner's word; nobody waits for it after `until`."""

    account: str
    line: str
    todo: Todo
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """All that is told at once. Times are aware, in the owner's zone.

    `runs` is how many there were since `since`; `days_ahead` how far the forecast looks, and `costs`
    what it comes to, a sum for each currency. `undelivered`: messages that were given up.
    """

    since: datetime
    runs: int
    days_ahead: int
    lines: tuple[DigestLine, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    happened: tuple[Happened, ...] = ()
    ahead: tuple[Ahead, ...] = ()
    costs: tuple[Money, ...] = ()
    undelivered: int = 0

    @property
    def well(self) -> bool:
        """Whether nothing needs the owner."""
        ended = any(
            line.days_left is not None and line.days_left < 0 and not line.paused
            for line in self.lines
        )
        trouble = any(line.trouble is not None for line in self.lines)
        return not (ended or trouble or self.waiting or self.undelivered)
