"""`avoid:`: how windows are written, when they hold, and what of them is a mistake."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from runner.flow.avoid import Window, closed_until, too_long
from runner.flow.scalars import WrongText

TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")


def ends(text: str, moment: str, zone: ZoneInfo = TOKYO) -> str | None:
    windows = [Window.parse(one) for one in text.split("; ")]
    found = closed_until(windows, datetime.fromisoformat(moment).replace(tzinfo=zone), zone)
    return None if found is None else found.astimezone(zone).isoformat(timespec="minutes")[:16]


@pytest.mark.parametrize(
    ("text", "moment", "end"),
    [
        ("daily at 01:00..05:00", "2026-11-21T00:59", None),
        ("daily at 01:00..05:00", "2026-11-21T01:00", "2026-11-21T05:00"),
        ("daily at 01:00..05:00", "2026-11-21T05:00", None),
        ("daily at 23:30..04:00", "2026-11-21T03:59", "2026-11-21T04:00"),
        ("daily at 23:30..04:00", "2026-11-21T23:30", "2026-11-22T04:00"),
        ("on tue at 23:00..06:00", "2026-11-25T05:00", "2026-11-25T06:00"),  # a Wednesday
        ("on tue at 23:00..06:00", "2026-11-24T05:00", None),
        ("on mon, thu", "2026-11-26T12:00", "2026-11-27T00:00"),
        ("on 2nd tue", "2026-11-10T12:00", "2026-11-11T00:00"),
        ("on 2nd tue", "2026-11-03T12:00", None),
        ("on last fri at 1:00..2:00", "2026-11-27T01:30", "2026-11-27T02:00"),
        ("on last fri at 1:00..2:00", "2026-11-20T01:30", None),
        ("on day 31", "2026-11-30T12:00", None),
        ("on last day", "2024-02-29T12:00", "2024-03-01T00:00"),
        ("on last 2 days at 20:00..24:00", "2026-02-27T20:00", "2026-02-28T00:00"),
        ("on last day; on day 1 at 00:00..09:00", "2026-11-30T12:00", "2026-12-01T09:00"),
    ],
)
def test_when_a_window_holds(text: str, moment: str, end: str | None) -> None:
    assert ends(text, moment) == end


def test_summer_time() -> None:
    """What the clock skips is no window; of what comes twice, both are."""
    assert ends("daily at 02:00..03:00", "2026-03-29T03:30", BERLIN) is None
    assert ends("daily at 01:00..04:00", "2026-03-29T01:30", BERLIN) == "2026-03-29T04:00"
    windows = [Window.parse("daily at 01:00..02:30")]
    again = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)  # 02:15, for the second time
    assert closed_until(windows, again, BERLIN) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "daily at 5:00", "daily at 5:00..5:00", "daily at 24:00..1:00", "daily at 1:00..25:00",
     "on tues", "on day 32", "on day 0", "on 5th mon", "on last 9 days", "nightly", "on"],
)  # fmt: skip
def test_what_is_no_window(text: str) -> None:
    with pytest.raises(WrongText) as wrong:
        Window.parse(text)
    assert "write it like" in str(wrong.value.hint)


@pytest.mark.parametrize(
    ("texts", "wrong"),
    [
        (["daily"], True),
        (["on last 7 days, day 1"], True),
        (["daily at 00:00..12:00", "daily at 12:00..24:00"], True),
        (["daily at 00:00..23:00"], False),
        (["on last 6 days, day 1"], False),
        ([], False),
    ],
)
def test_some_time_must_be_left(texts: list[str], wrong: bool) -> None:
    assert too_long([Window.parse(text) for text in texts]) is wrong


@given(
    texts=some.lists(
        some.sampled_from(
            [
                "daily at 22:00..04:00",
                "on tue",
                "on last 3 days",
                "on day 1, 3rd sun at 02:00..03:30",
            ]
        ),
        min_size=1,
    ),
    moment=some.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),
    zone=some.sampled_from(["Asia/Tokyo", "Europe/Berlin", "America/St_Johns", "Pacific/Apia"]),
)
def test_the_end_is_later_and_free(texts: list[str], moment: datetime, zone: str) -> None:
    windows, tz, now = (
        [Window.parse(text) for text in texts],
        ZoneInfo(zone),
        moment.replace(tzinfo=UTC),
    )
    end = closed_until(windows, now, tz)
    if end is not None:
        assert now < end <= now + timedelta(days=5)
        assert closed_until(windows, end, tz) is None
        assert closed_until(windows, end - timedelta(seconds=1), tz) == end
