"""The figures of `/metrics`, each with its name, unit and meaning. Names are those of docs/monitoring.md."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from importlib.metadata import version
from zoneinfo import ZoneInfo

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.metrics_core import Metric

from runner.config.model import Account
from runner.flow.model import Flow
from runner.ledger.records import OUTCOMES, Reading, Run
from runner.ledger.states import State
from runner.ledger.tallies import SECONDS, RunTally
from runner.renewal.quiet import last_day
from runner.renewal.recall import recall
from runner.schedule.agenda import Entry
from runner.schedule.turns import clock_of
from runner.values.money import Money
from runner.views.lines import days_left
from runner.views.names import account_names, line_names

RUNNING = "running"
"""Stands for the outcome of a run that has none yet."""
WAITING = ("approvals", "codes", "pages", "unknown", "owed", "stuck", "letters")
"""The kinds of what waits for its owner, as the API calls them."""
_LINE = ("account", "line")


@dataclass(frozen=True)
class Figures:
    """What is measured at one moment. `owner`: the time zone in which days are counted. `wrong_since`: since
    when config.yaml or a flow is wrong.
    """

    now: datetime
    owner: ZoneInfo
    accounts: Iterable[tuple[Account, Flow]]
    readings: Mapping[tuple[str, str], Reading]
    last_runs: Mapping[str, Run]
    next_runs: Collection[Entry]
    playing: Collection[str]
    runs: Collection[RunTally]
    renewals: Mapping[State, int]
    letters: Mapping[str, int]
    paid: Mapping[tuple[str, str], Money]
    waiting: Mapping[str, int]
    paused: Collection[tuple[str, str]]
    wrong_since: datetime | None


def families(of: Figures) -> Iterator[Metric]:
    """All of them. What may happen to an account is 0 until it does: of a counter that begins with its first
    payment, Prometheus does not see that payment.
    """
    names = account_names(
        {account.name for account, _ in of.accounts}
        | {one.account for one in of.runs}
        | {account for account, _ in of.paid}
    )
    yield InfoMetricFamily("kigen_build", "The version that is running.", {"version": _VERSION})
    yield from _lines(of, names)
    yield from _accounts(of, names)
    yield from _runs(of, names)
    yield _gauge("kigen_runs_playing", "Accounts that this process plays now.", len(of.playing))
    yield _counted(
        "kigen_renewals", "Renewals by the state that they are in.", "state",
        {state.value: count for state, count in of.renewals.items()}, State,
    )  # fmt: skip
    paid = CounterMetricFamily(
        "kigen_spent", "What was paid, in units of the currency.", labels=("account", "currency")
    )
    for (account, currency), amount in _spent(of).items():
        paid.add_metric((names[account], currency), float(amount))
    yield paid
    yield _counted(
        "kigen_letters", "Messages to the owner by what became of them.", "state", of.letters,
        ("waiting", "sent", "given_up", "put_away"),
    )  # fmt: skip
    yield _counted("kigen_inbox_items", "What waits for the owner.", "kind", of.waiting, WAITING)
    wrong = 0.0 if of.wrong_since is None else (of.now - of.wrong_since).total_seconds()
    yield _gauge(
        "kigen_settings_wrong_seconds",
        "For how long config.yaml or a flow has been wrong, and older settings hold; 0 where none is.",
        max(wrong, 0.0),
    )


def _lines(of: Figures, called: Mapping[str, str]) -> Iterator[Metric]:
    days = GaugeMetricFamily(
        "kigen_line_days_left",
        "Days to the last day in the owner's time zone; negative when it has passed.",
        labels=_LINE,
    )
    ends = GaugeMetricFamily(
        "kigen_line_expiry_timestamp_seconds",
        "The end of the last day at the provider.",
        labels=_LINE,
    )
    read = GaugeMetricFamily(
        "kigen_line_read_timestamp_seconds", "When the line was read last.", labels=_LINE
    )
    balance = GaugeMetricFamily(
        "kigen_line_balance", "The balance, in units of the currency.", labels=(*_LINE, "currency")
    )
    data = GaugeMetricFamily(
        "kigen_line_data_left_bytes", "Data left; +Inf where it is unlimited.", labels=_LINE
    )
    paused = GaugeMetricFamily(
        "kigen_line_paused", "1 where its owner has paused the line.", labels=_LINE
    )
    today = of.now.astimezone(of.owner).date()
    for account, flow in of.accounts:
        names, there = line_names(account.lines), clock_of(flow, of.owner)
        for line in account.lines:
            key, labels = (account.name, line.name), (called[account.name], names[line.name])
            paused.add_metric(labels, key in of.paused)
            reading = of.readings.get(key)
            if reading is None:
                continue
            read.add_metric(labels, reading.at.timestamp())
            if (left := days_left(reading, today, of.owner)) is not None:
                days.add_metric(labels, left)
            end = last_day(recall(reading), reading.at.astimezone(there).date())
            if end is not None:
                midnight = datetime.combine(end + timedelta(days=1), time(), there)
                ends.add_metric(labels, midnight.timestamp())
            if reading.balance is not None:
                money = reading.balance
                balance.add_metric((*labels, money.currency), float(money.amount))
            if (volume := reading.data_left) is not None:
                data.add_metric(labels, float("inf") if volume.bytes is None else volume.bytes)
    yield from (days, ends, read, balance, data, paused)


def _accounts(of: Figures, called: Mapping[str, str]) -> Iterator[Metric]:
    last = GaugeMetricFamily(
        "kigen_account_last_run_timestamp_seconds", "When the last run began.", labels=("account",)
    )
    outcome = GaugeMetricFamily(
        "kigen_account_last_run_outcome",
        f"1 for the outcome of the last run, or for `{RUNNING}`.",
        labels=("account", "outcome"),
    )
    following = GaugeMetricFamily(
        "kigen_account_next_run_timestamp_seconds",
        "When the next run is due; it may have passed.",
        labels=("account",),
    )
    late = GaugeMetricFamily(
        "kigen_account_overdue_seconds",
        "For how long a run has been due that has not begun; 0 where none is.",
        labels=("account",),
    )
    for account, _ in of.accounts:
        if (run := of.last_runs.get(account.name)) is not None:
            name = called[account.name]
            last.add_metric((name,), run.started_at.timestamp())
            outcome.add_metric((name, run.outcome or RUNNING), 1)
    for entry in of.next_runs:
        name = called[entry.account.name]
        following.add_metric((name,), entry.at.timestamp())
        waits = 0.0 if entry.account.name in of.playing else (of.now - entry.at).total_seconds()
        late.add_metric((name,), max(waits, 0.0))
    yield from (last, outcome, following, late)


def _runs(of: Figures, called: Mapping[str, str]) -> Iterator[Metric]:
    ended = CounterMetricFamily(
        "kigen_runs", "Runs that have ended.", labels=("account", "outcome")
    )
    length = HistogramMetricFamily(
        "kigen_run_duration_seconds", "How long runs took.", labels=("flow",)
    )
    counts = {(account.name, outcome): 0 for account, _ in of.accounts for outcome in OUTCOMES}
    for one in of.runs:
        key = (one.account, one.outcome)
        counts[key] = counts.get(key, 0) + one.count
    for (account_name, outcome), count in counts.items():
        ended.add_metric((called[account_name], outcome), count)
    flows = {account.flow for account, _ in of.accounts} | {one.flow for one in of.runs}
    for flow in sorted(flows):
        mine = [one for one in of.runs if one.flow == flow]
        within = [sum(one.within[index] for one in mine) for index in range(len(SECONDS))]
        buckets = [(f"{most:.1f}", count) for most, count in zip(SECONDS, within, strict=True)]
        buckets.append(("+Inf", sum(one.timed for one in mine)))
        length.add_metric((flow,), buckets, sum(one.seconds for one in mine))
    yield from (ended, length)


def _spent(of: Figures) -> dict[tuple[str, str], Decimal]:
    """By account and currency. Nothing is paid but in the currency of the agreed price."""
    found = {
        (account.name, line.plan.price.currency): Decimal(0)
        for account, _ in of.accounts
        for line in account.lines
        if line.plan is not None and line.plan.price is not None
    }
    return found | {key: money.amount for key, money in of.paid.items()}


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value)


def _counted(
    name: str, meaning: str, label: str, counts: Mapping[str, int], words: Iterable[str]
) -> Metric:
    """A gauge with a figure for each word, 0 included: alerts can't see what is absent."""
    found = GaugeMetricFamily(name, meaning, labels=(label,))
    for word in words:
        found.add_metric((str(word),), counts.get(word, 0))
    return found


_VERSION = version("kigen")
