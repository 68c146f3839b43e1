"""How a run ended: one object that the terminal, the report, `--json` and messages all tell from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from runner.ledger.records import Renewal
from runner.values.money import Money
from runner.values.read import to_json

REPORT, FACTS = "report.html", "report.json"
"""What a run's folder tells of it: to a person, and to programs."""
EXIT_CODES = {
    "read_only": 0,
    "nothing_due": 0,
    "renewed": 0,
    "failed": 1,
    "needs_you": 3,
    "rejected": 3,
    "declined": 3,
    "too_expensive": 3,
    "payment_unknown": 3,
    "maintenance": 4,
    "changed": 4,
    "unreachable": 4,
    "busy": 5,
    "renewal_pending": 6,
    "awaiting_payment": 6,
}
"""What a process ends with: 0 all is well, 1 a fault, 3 the owner is needed, 4 the site stood in the
way, 5 another run holds the account, 6 paid or ordered but not proved yet. 2 is for mistakes in files
and on the command line."""

GRAVITY = (
    "payment_unknown", "declined", "too_expensive", "rejected", "needs_you", "failed", "changed",
    "unreachable", "maintenance", "busy", "awaiting_payment", "renewal_pending", "renewed",
    "nothing_due", "read_only",
)  # fmt: skip
"""Outcomes from the gravest: of several lines (or accounts) the gravest stands for all."""


def gravest(outcomes: list[str]) -> str:
    """The outcome that stands for several."""
    return min(outcomes, key=GRAVITY.index)


@dataclass(frozen=True)
class RenewalResult:
    """What became of a line's renewal in this run. `state` is the ledger's word."""

    id: str
    state: str
    plan: str
    price: Money | None
    reference: str | None

    @property
    def free(self) -> bool:
        """Whether it is a renewal that costs nothing."""
        return self.price is not None and not self.price.amount

    @classmethod
    def of(cls, renewal: Renewal) -> RenewalResult:
        """A renewal as the ledger has it now."""
        return cls(renewal.id, renewal.state.value, renewal.plan, renewal.price, renewal.reference)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "state": self.state,
            "plan": self.plan,
            "price": None if self.price is None else to_json(self.price),
            "reference": self.reference,
        }


@dataclass
class LineResult:
    """One line: what was read last, what was decided and why, what became of it.

    `hint` says what to do next; `step` and `where`, what it came to grief at by itself. `picture` is
    what to look at. `once`: news that is told one time. `news` are things seen beside all that, each
    told one time.
    """

    line: str
    title: str | None = None
    before: Mapping[str, Any] | None = None
    reading: Mapping[str, Any] | None = None
    decision: str = ""
    renewal: RenewalResult | None = None
    outcome: str = "failed"
    message: str = ""
    hint: str | None = None
    picture: str | None = None
    once: str | None = None
    step: str | None = None
    where: str | None = None
    news: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {
            "line": self.line,
            "reading": None if self.reading is None else _plain(self.reading),
            "renewal": None if self.renewal is None else self.renewal.to_json(),
            "outcome": self.outcome,
            "message": self.message,
            "decision": self.decision,
        }


@dataclass
class RunResult:
    """One run of one account. `hint` says what to do next, `link` where that is done by hand at the
    provider; `evidence` is the folder of its report.

    `cut_short`: outcome and message of what ended it before its last line. `closed_until`: so long the
    site says to be closed. `once` names the news, where it is to be told
    one time only however many runs bring it.
    """

    account: str
    flow: str
    title: str
    started_at: datetime
    run_id: str | None = None
    outcome: str = "failed"
    message: str = ""
    hint: str | None = None
    link: str | None = None
    step: str | None = None
    where: str | None = None
    lines: list[LineResult] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    evidence: str | None = None
    picture: str | None = None
    once: str | None = None
    cut_short: tuple[str, str] | None = None
    closed_until: datetime | None = None
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.outcome]

    def to_json(self) -> dict[str, Any]:
        return {
            "account": self.account,
            "flow": self.flow,
            "outcome": self.outcome,
            "message": self.message,
            "hint": self.hint,
            "step": self.step,
            "where": self.where,
            "lines": [line.to_json() for line in self.lines],
            "notes": self.notes,
            "run": self.run_id,
            "evidence": self.evidence,
            "seconds": round(self.seconds, 3),
        }


ALWAYS = ("balance", "expires_on", "days_left", "data_left")
"""What `--json` tells of every reading; null where the site does not show it."""


def _plain(reading: Mapping[str, Any]) -> dict[str, Any]:
    found = dict.fromkeys(ALWAYS) | dict(reading)
    return {name: None if value is None else to_json(value) for name, value in found.items()}
