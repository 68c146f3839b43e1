"""Whose turn comes when, shown in advance and asked for when it has come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from runner.config.model import Account
from runner.flow.model import Flow
from runner.ledger.ledger import Ledger
from runner.schedule.agenda import Entry, Standing, agenda, coming, due
from runner.schedule.turns import Turn
from tests.schedule.lines import account, flow

TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")
NOTHING = Standing({}, {}, {})


def at(text: str, zone: ZoneInfo = TOKYO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def one(
    schedule: object, zone: str = "Asia/Tokyo", avoid: tuple[str, ...] = ()
) -> tuple[Account, Flow]:
    """An account of softbank-prepaid."""
    made = account("softbank-prepaid", "days_left <= 7", schedule=schedule, avoid=avoid)
    return made, flow("softbank-prepaid", zone)


def named(pair: tuple[Account, Flow], name: str) -> tuple[Account, Flow]:
    return replace(pair[0], name=name), pair[1]


def moments(entries: list[Entry], zone: ZoneInfo = TOKYO) -> list[str]:
    return [f"{entry.at.astimezone(zone):%Y-%m-%dT%H:%M}" for entry in entries]


def test_the_clock_is_the_providers() -> None:
    """The owner sits in Berlin; 09:30 is half past nine in Tokyo, in summer and in winter."""
    found = coming([one("daily at 09:30")], NOTHING, at("2026-03-28T12:00"), BERLIN, 3)
    assert moments(found) == ["2026-03-28T12:00", "2026-03-29T09:30", "2026-03-30T09:30"]
    assert moments(found, BERLIN)[1:] == ["2026-03-29T01:30", "2026-03-30T02:30"]


def test_what_is_played_is_known_from_the_leases(tmp_path: Path) -> None:
    with (
        Ledger.open(tmp_path / "ledger.db") as ledger,
        ledger.leases.acquire("softbank-prepaid", "a run", 60),
    ):
        standing = Standing.of(ledger, [one("daily at 09:30")], at("2026-11-21T12:00"))
        assert standing.playing == standing.here == {"softbank-prepaid"}


def test_what_is_shown_in_advance_is_what_comes() -> None:
    pairs = [named(one("daily at 09:30..10:30"), f"a{n}") for n in range(4)]
    pairs.append(named(one("every 6 hours"), "gap"))
    now = at("2026-11-21T08:00")
    shown = coming(pairs, NOTHING, now, TOKYO, 40)
    turns: dict[str, Turn] = {}
    for entry in shown:
        standing = replace(NOTHING, turns=turns)
        before = agenda(pairs, standing, entry.at - timedelta(seconds=1), TOKYO)
        assert entry.account.name in [e.account.name for e in before]
        begin = due(agenda(pairs, standing, entry.at, TOKYO), standing, entry.at)
        assert [e.account.name for e in begin] == [entry.account.name]
        turns = {**turns, entry.account.name: Turn(entry.at)}
    assert len(shown) == 40


def test_the_nearest_end_comes_first_and_what_is_played_is_left_out() -> None:
    pairs = [named(one("daily at 09:30"), name) for name in ("far", "near", "unread", "played")]
    ends = {
        "far": (date(2026, 12, 24),),
        "near": (date(2026, 11, 20), date(2026, 11, 22)),  # one has passed: it is lost
        "played": (date(2026, 11, 21),),
    }
    standing = Standing({}, {}, ends, frozenset({"played"}))
    now = at("2026-11-21T12:00")
    begin = due(agenda(pairs, standing, now, TOKYO), standing, now)
    assert [entry.account.name for entry in begin] == ["near", "far", "unread"]


def test_quiet_hours_hold_back_what_is_due() -> None:
    pair = one("daily at 04:00", avoid=("daily at 01:00..05:00",))
    turns = {pair[0].name: Turn(at("2026-11-20T05:00"))}
    now = at("2026-11-21T04:30")
    (entry,) = agenda([pair], replace(NOTHING, turns=turns), now, TOKYO)
    assert moments([entry]) == ["2026-11-21T05:00"]
    assert due([entry], NOTHING, now) == []
    ends = {pair[0].name: (date(2026, 11, 21),)}  # its last day: nothing is waited for
    (entry,) = agenda([pair], Standing(turns, {}, ends), now, TOKYO)
    assert due([entry], NOTHING, now) == [entry]


def test_what_was_missed_does_not_begin_in_quiet_hours() -> None:
    pair = one("daily at 13:00", avoid=("daily at 09:00..12:00",))
    standing = Standing({pair[0].name: Turn(at("2026-11-19T13:00"))}, {}, {})
    (entry,) = agenda([pair], standing, at("2026-11-21T10:00"), TOKYO)
    assert entry.at == at("2026-11-21T12:00")


def test_a_renewal_that_waits_calls_for_a_run_without_any_schedule() -> None:
    pair = one(None)
    name, now = pair[0].name, at("2026-11-21T12:00")
    early, late = now - timedelta(minutes=1), now + timedelta(minutes=4)
    for calls, why, when in (
        ({name: ((late, "look"),)}, "look", late),
        ({name: ((early, "look"), (early, "approved"))}, "approved", early),
        ({name: ((early, "look"), (late, "approved"))}, "look", early),
    ):
        (entry,) = agenda([pair], Standing({}, calls, {}), now, TOKYO)  # type: ignore[arg-type]
        assert (entry.why, entry.at) == (why, when)
    assert agenda([pair], NOTHING, now, TOKYO) == []
