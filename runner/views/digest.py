"""What a digest tells, from config.yaml and the ledger together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from runner.config.workspace import Workspace
from runner.ledger.ledger import Ledger
from runner.ledger.records import Reading, Run
from runner.ledger.states import State
from runner.notify.digest import Ahead, Digest, DigestLine, Happened, Waiting
from runner.notify.messages import MOST_LINES
from runner.notify.todo import Todo
from runner.renewal.approval import is_asked
from runner.renewal.outcome import EXIT_CODES
from runner.schedule.forecast import Known, forecast
from runner.values.money import Money
from runner.views.lines import LineNow, days_left, lines_now, with_flows

DAYS_AHEAD = 30
"""How far a digest looks."""
CURVE = 28
"""Days of a curve, one bar for each."""
LONGEST = timedelta(days=35)
"""How far back a digest goes at most, whenever the one before was."""
_MOST = 30
"""Entries of what happened, and of what comes: the last and the next ones."""
_CHUNK = 50
_BAD = frozenset(outcome for outcome, code in EXIT_CODES.items() if code in (1, 3, 4))
_UNEVENTFUL = frozenset({"read_only", "nothing_due", "busy"})


class Digests:
    """The digests of one moment: what is the same for all of them is looked up once."""

    def __init__(self, workspace: Workspace, ledger: Ledger, now: datetime, zone: ZoneInfo) -> None:
        self.workspace, self.ledger, self.now, self.zone = workspace, ledger, now, zone

    def digest(self, names: Collection[str], since: datetime) -> Digest:
        """A digest about the accounts of these names, from `since` on."""
        since = max(since, self.now - LONGEST).astimezone(self.zone)
        runs = [run for name in names for run in self._runs(name, since)]
        lines = [one for one in self._lines if one.account.name in names]
        ahead = [one for one in self._ahead if one.account in names]
        return Digest(
            since=since,
            runs=len(runs),
            days_ahead=DAYS_AHEAD,
            lines=tuple(self._line(one, number) for number, one in enumerate(lines)),
            waiting=tuple(self._waiting(names)),
            happened=tuple(self._happened(runs)),
            ahead=tuple(ahead[:_MOST]),
            costs=_sums(one.price for one in ahead),
            undelivered=sum(
                letter.created_at >= since
                for letter in self.ledger.outbox.list(["given_up"], limit=1000)
            ),
        )

    @cached_property
    def _lines(self) -> list[LineNow]:
        return lines_now(self.workspace, self.ledger, self.now, self.zone)

    def _line(self, one: LineNow, number: int) -> DigestLine:
        reading, outcome = one.reading, one.last_run.outcome if one.last_run else None
        paused = one.danger.word == "paused"
        days, balances = self._curves(one) if number < MOST_LINES else ((), ())
        return DigestLine(
            account=one.account.name,
            line=one.line.title or one.line.name,
            expires_on=reading.expires_on if reading else None,
            days_left=one.days_left,
            balance=reading.balance if reading else None,
            data_left=reading.data_left if reading else None,
            trouble=outcome if outcome in _BAD and not paused else None,
            paused=paused,
            days=days,
            balances=balances,
        )

    def _curves(self, one: LineNow) -> tuple[tuple[float | None, ...], tuple[float | None, ...]]:
        """Days left and balance at the end of each of the last days; None before the first reading."""
        first = self.now - timedelta(days=CURVE)
        series = self.ledger.readings.series(one.account.name, one.line.name, since=first)
        days: list[float | None] = []
        balances: list[float | None] = []
        place, known = 0, None
        for back in range(CURVE - 1, -1, -1):
            end = self.now - timedelta(days=back)
            while place < len(series) and series[place].at <= end:
                known, place = series[place], place + 1
            left = days_left(known, end.astimezone(self.zone).date(), self.zone)
            days.append(left)
            balances.append(_balance(known, series))
        return tuple(days), tuple(balances)

    def _waiting(self, names: Collection[str]) -> Iterator[Waiting]:
        titles = {
            (name, line.name): line.title or line.name
            for name, account in self.workspace.accounts.items()
            for line in account.lines
        }
        for renewal in self.ledger.renewals.list(states={State.PLANNED, State.UNKNOWN}):
            if renewal.account not in names:
                continue
            line = titles.get((renewal.account, renewal.line), renewal.line)
            if is_asked(renewal):
                until = renewal.next_at.astimezone(self.zone) if renewal.next_at else None
                todo = Todo("approve", renewal.id, renewal.price)
                yield Waiting(renewal.account, line, todo, until)
            elif renewal.state is State.UNKNOWN and not renewal.free:
                todo = Todo("resolve", renewal.id, renewal.price)
                yield Waiting(renewal.account, line, todo)

    def _happened(self, runs: Sequence[Run]) -> list[Happened]:
        """How these runs ended, the last first; the same end of one account once."""
        found: dict[tuple[str, str, str | None], list[Run]] = {}
        for run in sorted(runs, key=lambda run: run.started_at, reverse=True):
            if run.outcome is not None and run.outcome not in _UNEVENTFUL:
                found.setdefault((run.account, run.outcome, run.message), []).append(run)
        return [
            Happened(of[0].started_at.astimezone(self.zone), account, outcome, message, len(of))
            for (account, outcome, message), of in found.items()
        ][:_MOST]

    @cached_property
    def _ahead(self) -> list[Ahead]:
        until = self.now + timedelta(days=DAYS_AHEAD)
        known, caps = Known.of(self.ledger), self.workspace.config.caps
        accounts = list(with_flows(self.workspace))
        return [
            Ahead(
                action.at.astimezone(self.zone),
                action.account,
                action.title or action.line,
                action.what,
                action.price,
            )
            for action in forecast(accounts, known, self.now, until, self.zone, caps).actions
        ]

    def _runs(self, account: str, since: datetime) -> Iterator[Run]:
        """The account's runs since then, newest first."""
        before = None
        while found := self.ledger.runs.list(account, limit=_CHUNK, before=before):
            for run in found:
                if run.started_at < since:
                    return
                yield run
            before = found[-1].id


def _balance(reading: Reading | None, series: Sequence[Reading]) -> float | None:
    """Its balance, if it is in the currency of the last one."""
    last = series[-1].balance if series else None
    if reading is None or reading.balance is None or last is None:
        return None
    return float(reading.balance.amount) if reading.balance.currency == last.currency else None


def _sums(prices: Iterator[Money | None]) -> tuple[Money, ...]:
    """The sum of each currency."""
    found: dict[str, Money] = {}
    for price in prices:
        if price is not None and price.amount:
            found[price.currency] = (
                found[price.currency] + price if price.currency in found else price
            )
    return tuple(found.values())
