"""Reading dates and moments: `2026年11月20日`, `令和8年11月20日`, `20 Nov 2026`, `11/20（金）`, `翌月末`."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta

from runner.values.clock import FoundTime, find_times
from runner.values.context import ReadAs
from runner.values.days import FoundDate, find_dates
from runner.values.errors import reading
from runner.values.plain import label, plain

_DAYS = {
    0: "今日|本日|今天|today",
    1: "明日|明天|tomorrow",
    2: "明後日|后天|後天|the day after tomorrow",
    -1: "昨日|昨天|yesterday",
    -2: "一昨日|前天",
}
_MONTH_ENDS = {
    0: "月末|当月末|今月末|本月末|本月底|月底|end of (?:the|this) month",
    1: "翌月末|来月末|次月末|下月底|下個月底|end of next month",
}
_UNTIL = r"\s*(?:まで|迄|中|まで有効|前|到期)?"
_ASIDE = re.compile(r"\([^()]*(?:残り|あと|剩|left|remaining)[^()]*\)", re.I)
_SHIFT_AFTER = re.compile(r"^\s*の?(?:翌|前日|前月|次の|[0-9]+日[前後]|(?:以前|より前)|前(?!に))")
_SHIFT_BEFORE = re.compile(
    r"\bday (?:after|before)\b|\bdays? (?:after|before|from)\b|\b(?:before|after|since)\s*$", re.I
)


def read_date(text: str, how: ReadAs) -> date:
    """The one date of a text, as it stands there; its time of day is left out. Raises Unreadable.

    A moment with another zone is taken to the site's. Without a year the nearest is meant.
    """
    with reading("date", text):
        clean = plain(text, "date")
        day, moment = day_and_time(clean, how)
        if moment is not None and moment.zone is not None:
            return moment.on(day, how).astimezone(how.now.tzinfo).date()
        return day


def read_datetime(text: str, how: ReadAs) -> datetime:
    """The one moment of a text, aware; in the site's zone unless it names one. Raises Unreadable.

    `24時` and `25:00` are on the next day.
    """
    with reading("datetime", text):
        day, moment = day_and_time(plain(text, "datetime"), how)
        if moment is None:
            raise ValueError("it names no time of day (kind: date)")
        return moment.on(day, how)


def day_and_time(clean: str, how: ReadAs) -> tuple[date, FoundTime | None]:
    """The one day of a plain text, and the time of day where it names one. Raises ValueError."""
    clean = _ASIDE.sub("", clean)
    dates = find_dates(clean, how)
    if len(dates) > 1:
        raise ValueError("it holds more than one date")
    rest = clean if not dates else _without(clean, dates[0])
    times = find_times(rest)
    if len(times) > 1:
        raise ValueError("it holds more than one time of day")
    moment = times[0] if times else None
    if moment is not None:
        rest = rest[: moment.start] + " " + rest[moment.end :]
    if re.search(r"[0-9�]", rest):
        raise ValueError("it is not a date alone" if dates else "it holds no date that is certain")
    if dates:
        _not_shifted(clean, dates[0])
        return dates[0].day, moment
    return _relative(rest.strip(), how), moment


def _without(clean: str, found: FoundDate) -> str:
    # The `T` of ISO stands between date and time and would hide where the time begins.
    return clean[: found.start] + " " + re.sub(r"^T(?=[0-9])", " ", clean[found.end :])


def _not_shifted(clean: str, found: FoundDate) -> None:
    """Refuse `20日の翌日`: the date in the text is not the date that is meant."""
    if _SHIFT_AFTER.search(clean[found.end :]) or _SHIFT_BEFORE.search(clean[: found.start]):
        raise ValueError("it speaks of a day before or after the date in it")


def _relative(clean: str, how: ReadAs) -> date:
    today = how.now.date()
    for days, words in _DAYS.items():
        if re.fullmatch(label(f"(?:{words})") + _UNTIL, clean, re.I):
            return today + timedelta(days=days)
    for months, words in _MONTH_ENDS.items():
        if re.fullmatch(label(f"(?:{words})") + _UNTIL, clean, re.I):
            years, month = divmod(today.month - 1 + months, 12)
            year = today.year + years
            return date(year, month + 1, calendar.monthrange(year, month + 1)[1])
    raise ValueError("it holds no date")
