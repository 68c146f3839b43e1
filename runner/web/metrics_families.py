"""The figures of `/metrics`, each with its name, unit and meaning. Names are those of docs/monitoring.md."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
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
from runner.ledger.records import Reading, Run
from runner.ledger.states import State
from runner.ledger.tallies import SECONDS, RunTally
from runner.renewal.quiet import last_day
from runner.renewal.recall import recall
from runner.schedule.agenda import Entry
from runner.schedule.turns import clock_of
from runner.values.money import Money
from runner.views.lines import days_left
from runner.views.names import line_names, masked

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
    """All of them."""
    yield InfoMetricFamily("kigen_build", "The version that is running.", {"version": _VERSION})
    yield from _lines(of)
    yield from _accounts(of)
    yield from _runs(of.runs)
    yield _gauge("kigen_runs_playing", "Accounts that this process plays now.", len(of.playing))
    yield _counted(
        "kigen_renewals", "Renewals by the state that they are in.", "state",
        {state.value: count for state, count in of.renewals.items()}, State,
    )  # fmt: skip
    paid = CounterMetricFamily(
        "kigen_spent", "What was paid, in units of the currency.", labels=("account", "currency")
    )
    for (account, currency), money in of.paid.items():
        paid.add_metric((masked(account), currency), float(money.amount))
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


def _lines(of: Figures) -> Iterator[Metric]:
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
            key, labels = (account.name, line.name), (masked(account.name), names[line.name])
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


def _accounts(of: Figures) -> Iterator[Metric]:
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
            name = masked(account.name)
            last.add_metric((name,), run.started_at.timestamp())
            outcome.add_metric((name, run.outcome or RUNNING), 1)
    for entry in of.next_runs:
        name = masked(entry.account.name)
        following.add_metric((name,), entry.at.timestamp())
        waits = 0.0 if entry.account.name in of.playing else (of.now - entry.at).total_seconds()
        late.add_metric((name,), max(waits, 0.0))
    yield from (last, outcome, following, late)


def _runs(tallies: Collection[RunTally]) -> Iterator[Metric]:
    ended = CounterMetricFamily(
        "kigen_runs", "Runs that have ended.", labels=("account", "outcome")
    )
    length = HistogramMetricFamily(
        "kigen_run_duration_seconds", "How long runs took.", labels=("flow",)
    )
    counts: dict[tuple[str, str], int] = {}
    for one in tallies:
        key = (masked(one.account), one.outcome)
        counts[key] = counts.get(key, 0) + one.count
    for key, count in counts.items():
        ended.add_metric(key, count)
    for flow in sorted({one.flow for one in tallies}):
        mine = [one for one in tallies if one.flow == flow]
        within = [sum(column) for column in zip(*(one.within for one in mine), strict=True)]
        buckets = [(f"{most:.1f}", count) for most, count in zip(SECONDS, within, strict=True)]
        buckets.append(("+Inf", sum(one.timed for one in mine)))
        length.add_metric((flow,), buckets, sum(one.seconds for one in mine))
    yield from (ended, length)


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
