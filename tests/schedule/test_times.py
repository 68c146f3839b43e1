"""When an account runs next: windows, gaps, cron, summer time, missed runs."""

import gc
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from runner.config.cron import Cron, WrongCron
from runner.config.schedule import parse_schedule
from runner.schedule.times import next_time

TOKYO, BERLIN, UTC_ZONE = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")


def at(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def following(schedule: object, after: str, zone: ZoneInfo, seed: str = "a") -> str:
    found = next_time(parse_schedule(schedule), at(after, zone), zone, seed)
    assert found.tzinfo is UTC
    return found.astimezone(zone).isoformat(timespec="minutes")


def test_daily_is_a_time_of_the_wall_clock() -> None:
    assert following("daily at 09:30", "2026-11-21T09:29", TOKYO) == "2026-11-21T09:30+09:00"
    assert following("daily at 09:30", "2026-11-21T09:30", TOKYO) == "2026-11-22T09:30+09:00"
    assert following("daily at 9:30", "2026-12-31T23:00", TOKYO) == "2027-01-01T09:30+09:00"


def test_daily_keeps_its_hour_over_summer_time() -> None:
    assert following("daily at 09:30", "2026-03-28T10:00", BERLIN) == "2026-03-29T09:30+02:00"
    assert following("daily at 09:30", "2026-10-24T10:00", BERLIN) == "2026-10-25T09:30+01:00"


def test_a_skipped_hour_runs_after_the_gap_and_once() -> None:
    first = following("daily at 02:30", "2026-03-28T12:00", BERLIN)
    assert first == "2026-03-29T03:30+02:00"
    assert following("daily at 02:30", "2026-03-29T03:30", BERLIN) == "2026-03-30T02:30+02:00"


def test_an_hour_that_comes_twice_runs_the_first_time_only() -> None:
    schedule = parse_schedule("daily at 02:30")
    first = next_time(schedule, at("2026-10-24T12:00", BERLIN), BERLIN, "a")
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_time(schedule, first, BERLIN, "a") == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


@given(
    after=some.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),
    zone=some.sampled_from(["Asia/Tokyo", "Europe/Berlin", "America/St_Johns", "Pacific/Apia"]),
    text=some.sampled_from(["daily at 00:00..23:59", "daily at 02:00..03:00", "daily at 02:30"]),
    seed=some.text(max_size=8),
)
def test_the_next_time_is_later_near_and_the_first(
    after: datetime, zone: str, text: str, seed: str
) -> None:
    schedule, tz, start = parse_schedule(text), ZoneInfo(zone), after.replace(tzinfo=UTC)
    found = next_time(schedule, start, tz, seed)
    assert start < found <= start + timedelta(hours=73)
    just_before = found - timedelta(microseconds=1)
    assert next_time(schedule, max(start, just_before), tz, seed) == found


@example(minutes=5 * 1440 + 90, start="2026-10-20", zone="Europe/Berlin", text="* * * * *")
@given(
    minutes=some.integers(0, 60 * 24 * 60),
    start=some.sampled_from(["2011-12-20", "2026-03-20", "2026-10-20", "2027-04-01"]),
    zone=some.sampled_from(["Asia/Tokyo", "Europe/Berlin", "Pacific/Apia", "Australia/Lord_Howe"]),
    text=some.sampled_from(["* * * * *", "*/20 0,2,23 * * *", "30 2 * * *", "0 0 * * 1-5"]),
)
def test_the_next_time_of_a_cron_is_the_first_of_all_that_it_names(
    minutes: int, start: str, zone: str, text: str
) -> None:
    """Whatever the clocks do: one of these zones once left a whole day out."""
    cron, tz = Cron.parse(text), ZoneInfo(zone)
    after = datetime.fromisoformat(start).replace(tzinfo=UTC) + timedelta(minutes=minutes)
    days = (after.astimezone(tz).date() + timedelta(days=number) for number in range(-2, 6))
    named = (
        datetime.combine(day, time(hour, minute), tz).astimezone(UTC)
        for day in days
        if cron.on(day)
        for hour in cron.hours
        for minute in cron.minutes
    )
    assert next_time(cron, after, tz, "") == min(one for one in named if one > after)


def test_a_time_that_the_clock_skips_past_midnight_is_not_left_out() -> None:
    """In Nuuk 22:59 is followed by midnight, once a year."""
    nuuk = ZoneInfo("America/Nuuk")
    after = datetime(2026, 3, 29, 0, 10, tzinfo=nuuk)
    found = next_time(parse_schedule("daily at 23:30"), after, nuuk, "a")
    assert found == datetime(2026, 3, 29, 0, 30, tzinfo=nuuk)


def test_a_window_is_drawn_by_seed_and_day_and_can_be_shown() -> None:
    schedule = parse_schedule("daily at 09:30..10:30")
    after = at("2026-11-21T00:00", TOKYO)
    drawn = [next_time(schedule, after, TOKYO, f"account-{n}") for n in range(50)]
    assert drawn == [next_time(schedule, after, TOKYO, f"account-{n}") for n in range(50)]
    assert len(set(drawn)) > 40
    assert all(
        at("2026-11-21T09:30", TOKYO) <= one <= at("2026-11-21T10:30", TOKYO) for one in drawn
    )
    another_day = next_time(schedule, after + timedelta(days=1), TOKYO, "account-0")
    assert another_day - drawn[0] != timedelta(days=1)


def test_every_counts_from_the_last_run() -> None:
    assert following("every 6 hours", "2026-11-21T09:10", TOKYO) == "2026-11-21T15:10+09:00"
    assert following("every 2 days", "2026-11-21T09:10", TOKYO) == "2026-11-23T09:10+09:00"


@pytest.mark.parametrize(
    ("text", "after", "then"),
    [
        ("30 9 * * *", "2026-11-21T09:30", "2026-11-22T09:30"),
        ("*/20 9-10 * * *", "2026-11-21T09:41", "2026-11-21T10:00"),
        ("0 9 * * mon-fri", "2026-11-20T09:00", "2026-11-23T09:00"),
        ("0 9 * * 7", "2026-11-21T09:00", "2026-11-22T09:00"),
        ("0 9 1 * *", "2026-11-21T09:00", "2026-12-01T09:00"),
        ("0 9 29 feb *", "2026-11-21T09:00", "2028-02-29T09:00"),
        ("0 9 13 * fri", "2026-11-08T09:00", "2026-11-13T09:00"),
        ("0 9 25 * fri", "2026-11-21T09:00", "2026-11-25T09:00"),
        ("5/30 0 1,15 jan,JUL *", "2026-11-21T09:00", "2027-01-01T00:05"),
    ],
)
def test_cron(text: str, after: str, then: str) -> None:
    assert following({"cron": text}, after, UTC_ZONE) == f"{then}+00:00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "* * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 8",
        "a * * * *",
        "5-1 * * * *",
        "*/0 * * * *",
        "0 0 30 2 *",
        "0 0 31 4,6 *",
        "1,,2 * * * *",
        "١ * * * *",
    ],
)
def test_cron_that_names_nothing(text: str) -> None:
    with pytest.raises(WrongCron):
        Cron.parse(text)


def test_schedules_are_written_as_they_are_read() -> None:
    for text in (
        "daily at 09:30", "daily at 09:30..10:30", "every 6 hours", "every 2 days",
        "adaptive at 09:30", "adaptive at 09:30..10:30",
    ):  # fmt: skip
        assert str(parse_schedule(text)) == text
    assert str(parse_schedule("adaptive")) == "adaptive at 09:00..11:00"


def test_answers_that_are_kept_share_the_schedule_that_was_read_anew_for_each() -> None:
    text = "17 3 * * 2,4"
    for day in range(1, 29):
        following({"cron": text}, f"2026-02-{day:02}T12:00", TOKYO)
    held = [one for one in gc.get_objects() if isinstance(one, Cron) and one.text == text]
    assert len(held) == 1
