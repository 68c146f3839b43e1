"""Quiet hours: what waits for their end, and what does not."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from runner.ledger.ledger import Ledger
from runner.notify.delivery import PAUSES, deliver, post
from runner.notify.events import Event, LineFact
from runner.notify.quiet import QuietHours
from runner.notify.send import Delivered, Refused
from runner.notify.targets import Target
from runner.values.secret import Secret

from .conftest import Clock

BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
NIGHT = QuietHours(time(22), time(7), TOKYO)


def at(text: str, zone: ZoneInfo = TOKYO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2026-11-21 21:59", None),
        ("2026-11-21 22:00", "2026-11-22 07:00"),
        ("2026-11-22 06:59", "2026-11-22 07:00"),
        ("2026-11-22 07:00", None),
    ],
)
def test_the_night(moment: str, until: str | None) -> None:
    assert NIGHT.until(at(moment)) == (None if until is None else at(until))


def test_within_a_day() -> None:
    noon = QuietHours(time(12), time(14), TOKYO)
    assert noon.until(at("2026-11-21 13:00")) == at("2026-11-21 14:00")
    assert noon.until(at("2026-11-21 14:00")) is None
    assert noon.until(at("2026-11-21 02:00")) is None


def test_both_changes_of_the_clock() -> None:
    early = QuietHours(time(1), time(2, 30), BERLIN)
    # In spring, 02:30 does not come: the hours end as long after the gap.
    assert early.until(datetime(2026, 3, 29, 0, 45, tzinfo=UTC)) == datetime(
        2026, 3, 29, 1, 30, tzinfo=UTC
    )
    # In autumn it comes twice: both are quiet.
    assert early.until(datetime(2026, 10, 25, 1, 15, tzinfo=UTC)) == datetime(
        2026, 10, 25, 1, 30, tzinfo=UTC
    )
    assert early.until(datetime(2026, 10, 25, 1, 30, tzinfo=UTC)) is None


def event(name: str, days_left: int | None = None, **facts: object) -> Event:
    lines = () if days_left is None else (LineFact("1", days_left=days_left),)
    return Event(name, "main", "docomo", at("2026-11-21 23:00"), lines=lines, **facts)  # type: ignore[arg-type] # free facts


@pytest.mark.parametrize(
    ("told", "waits", "waits_even_if_urgent"),
    [
        (event("renewed"), True, True),
        (event("needs_you"), True, True),
        (event("expires_soon", 1), True, True),
        (event("expires_soon", 0), False, True),
        (event("hand_off"), False, True),
        (event("asked"), False, True),
        (event("test"), False, False),
    ],
    ids=lambda one: one.name if isinstance(one, Event) else str(one),
)
def test_what_is_urgent(told: Event, waits: bool, waits_even_if_urgent: bool) -> None:
    now = at("2026-11-21 23:00")
    strict = QuietHours(time(22), time(7), TOKYO, even_urgent=True)
    assert (NIGHT.hold(told, now) is not None) == waits
    assert (strict.hold(told, now) is not None) == waits_even_if_urgent


def test_what_would_be_over_by_the_morning_is_not_for_this_target() -> None:
    now = at("2026-11-21 23:00")
    strict = Target("a", _url, quiet=QuietHours(time(22), time(7), TOKYO, even_urgent=True))
    soft = Target("b", _url, quiet=NIGHT)
    short = event("hand_off", until=now + timedelta(minutes=15))
    long = event("hand_off", until=now + timedelta(days=1))
    assert not strict.in_time(short, now)
    assert strict.in_time(long, now)
    assert soft.in_time(short, now)


def test_letters_wait_for_the_morning_and_cost_no_attempt(ledger: Ledger, clock: Clock) -> None:
    clock.now = at("2026-11-21 23:00").astimezone(UTC)
    targets = {
        "quiet": Target("quiet", _url, quiet=NIGHT),
        "awake": Target("awake", _url),
    }
    post(event("renewed"), targets, ledger.outbox)
    post(event("expires_soon", 0), targets, ledger.outbox)

    def told() -> list[str]:
        report = deliver(ledger.outbox, targets, lambda *_: Delivered(), clock)
        return sorted(f"{fate.target}:{fate.event}" for fate in report.sent)

    assert told() == ["awake:expires_soon", "awake:renewed", "quiet:expires_soon"]
    clock.now = at("2026-11-22 06:59").astimezone(UTC)
    assert told() == []
    [held] = ledger.outbox.list()
    assert (held.attempts, held.next_at) == (0, at("2026-11-22 07:00"))
    clock.now = at("2026-11-22 07:00").astimezone(UTC)
    assert told() == ["quiet:renewed"]


def test_another_attempt_that_falls_into_them_waits_too(ledger: Ledger, clock: Clock) -> None:
    clock.now = at("2026-11-21 21:59:30").astimezone(UTC)
    targets = {"quiet": Target("quiet", _url, quiet=NIGHT)}
    post(event("renewed"), targets, ledger.outbox)
    assert deliver(ledger.outbox, targets, lambda *_: Refused("down"), clock).waiting
    clock.wait(PAUSES[0])
    assert not deliver(ledger.outbox, targets, lambda *_: Delivered(), clock).sent
    [held] = ledger.outbox.list()
    assert (held.attempts, held.next_at) == (1, at("2026-11-22 07:00"))


def _url() -> Secret:
    return Secret("json://127.0.0.1")
