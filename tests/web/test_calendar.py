"""The calendar: every last day and every planned renewal, in a file that calendars can read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from runner.config.model import Account, Caps
from runner.schedule.forecast import forecast
from runner.values.format import LANGUAGES
from runner.views.calendar import CalendarEntry, calendar_entries, horizon
from runner.views.calendar_words import WORDS
from runner.web.calendar_file import calendar_file
from runner.web.desk import Desk
from runner.web.who import Scope
from tests.schedule.lines import account, flow, known, read
from tests.web.desks import Browser, a_door, at_the_dashboard
from tests.web.filled import CANARY, Clock, filled

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)


def events(file: bytes | str) -> list[Event]:
    return list(Calendar.from_ical(file).walk("VEVENT"))


def entries(
    owned: Account, language: str = "en", days: int = 120, **values: object
) -> list[CalendarEntry]:
    """The entries of a line that was read today."""
    site = flow(owned.name, "Asia/Tokyo")
    of = known(owned, read(NOW, **values))
    found = forecast([(owned, site)], of, NOW, NOW + timedelta(days=days), TOKYO, Caps())
    return calendar_entries([(owned, site)], of.readings, found.actions, language, TOKYO)


def test_the_last_day_and_each_renewal_with_its_price() -> None:
    end, first, second = entries(
        account("softbank-prepaid", "days_left <= 7"), expires_on="2026-12-20"
    )
    assert (end.start, end.sure, end.alarm) == (date(2026, 12, 20), True, False)
    assert end.summary == "main: last day"
    assert "to be renewed on December 13, 2026" in end.description
    assert first.start == datetime(2026, 12, 13, 0, 30, tzinfo=UTC)
    assert (first.summary, first.sure, first.alarm) == ("main: renewal (¥3,000)", False, False)
    assert "Lasts until February 18, 2027 then" in first.description
    assert second.start > first.start
    assert len({end.uid, first.uid, second.uid}) == 3


@pytest.mark.parametrize(
    ("change", "summary", "alarm"),
    [
        ({"approve": "above 1000 JPY"}, "main: renewal, once you approve it (¥3,000)", True),
        ({"schedule": None}, "main: renewal, when you run it (¥3,000)", True),
        ({"caps": Caps(month="2000 JPY")}, "main: needs you", True),
    ],
)
def test_what_does_not_happen_by_itself_reminds(
    change: dict[str, object], summary: str, alarm: bool
) -> None:
    owned = account("softbank-prepaid", "days_left <= 7", **change)  # type: ignore[arg-type]
    end, first, *_ = entries(owned, expires_on="2026-12-20")
    assert (first.summary, first.alarm) == (summary, alarm)
    assert end.alarm


def test_a_line_without_a_site_is_renewed_by_nobody_but_its_owner() -> None:
    owned = account("manual", "days_left <= 7")
    end, reminder = entries(owned, expires_on="2026-12-20")
    assert (end.alarm, "to be renewed on" in end.description) == (True, False)
    assert (reminder.summary, reminder.alarm) == ("main: to be renewed by you", True)
    assert "renew it by hand" in reminder.description
    assert (
        "ご自身で更新してください" in entries(owned, "ja", expires_on="2026-12-20")[1].description
    )


def test_a_line_keeps_its_entries_when_its_days_move() -> None:
    owned = account("softbank-prepaid", "days_left <= 7")
    before = entries(owned, expires_on="2026-12-20")
    after = entries(owned, expires_on="2027-01-20")
    assert before[0].uid == after[0].uid
    assert before[0].start != after[0].start
    assert before[1].uid == after[1].uid
    others = entries(account("au", "days_left <= 20", "1GB", "1000 JPY"), expires_on="2026-12-20")
    assert not {one.uid for one in before} & {one.uid for one in others}


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_languages_have_all_words(language: str) -> None:
    assert set(WORDS[language]) == set(WORDS["en"])
    owned = account("softbank-prepaid", "days_left <= 7")
    found = entries(owned, language, expires_on="2026-12-20")
    assert not any("{" in one.summary + one.description for one in found)


def test_the_more_lines_there_are_the_less_far_it_looks() -> None:
    assert [horizon(lines).days for lines in (0, 3, 50, 100, 1000, 100_000)] == [
        400, 400, 400, 200, 20, 14,
    ]  # fmt: skip


def test_the_file_says_what_subscribers_need() -> None:
    owned = account("softbank-prepaid", "days_left <= 7", approve="above 1000 JPY")
    made = entries(owned, expires_on="2026-12-20")
    later = NOW + timedelta(days=1)
    first = Calendar.from_ical(calendar_file(made, NOW, "ja", TOKYO))
    assert str(first["x-wr-calname"]) == "Kigen：回線の期限"
    assert first["refresh-interval"].dt == timedelta(hours=6)
    assert first["refresh-interval"].params["value"] == "DURATION"
    day, timed, *_ = first.walk("VEVENT")
    assert day["dtstart"].to_ical() == b"20261220"
    assert day["dtend"].dt == date(2026, 12, 21)
    assert timed["dtstart"].to_ical() == b"20261213T003000Z"
    assert day.walk("VALARM")[0]["trigger"].dt == timedelta(hours=-63)
    assert (str(day["status"]), str(timed["status"])) == ("CONFIRMED", "TENTATIVE")
    (again, *_) = Calendar.from_ical(calendar_file(made, later, "ja", TOKYO)).walk("VEVENT")
    assert again["uid"] == day["uid"]
    assert again["sequence"] > day["sequence"]
    assert again["dtstamp"].dt == later > day["dtstamp"].dt
    assert 0 < again["sequence"] < 2**31


TITLES = st.text(st.characters(codec=None), max_size=120)


@settings(max_examples=50, deadline=None)
@given(TITLES, TITLES)
@example("a\r\nBEGIN:VEVENT\r\nSUMMARY:b", "x\nEND:VCALENDAR\r\n")
@example('comma, semicolon; back\\slash \\n "quotes" : colon', "\ud800 \x00 \x85 \u2028")
@example(r"\N \n \\N", r"\r\n")
@example("祖母の電話" * 20, "📱" * 40)
def test_no_title_breaks_the_file(title: str, how: str) -> None:
    """Whatever a line is called, there is one event of its own name, and nothing else."""
    owned = account("manual", "days_left <= 7")
    (line,) = owned.lines
    owned = replace(owned, lines=(replace(line, title=title, how=how),))
    made = entries(owned, days=60, expires_on="2026-12-20")
    file = calendar_file(made, NOW, "en", TOKYO)
    rows = file.split(b"\r\n")
    assert all(len(row) <= 75 and b"\r" not in row and b"\n" not in row for row in rows)
    assert rows.count(b"BEGIN:VEVENT") == rows.count(b"END:VEVENT") == 2
    found = events(file)
    assert len(found) == len(made) == 2
    for one, meant in zip(found, made, strict=True):
        assert str(one["summary"]) == meant.summary.replace(r"\N", r"\n")
        assert str(one["description"]) == meant.description.replace(r"\N", r"\n")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with filled(tmp_path_factory.mktemp("calendar")) as desk:
        yield desk


@pytest.fixture(scope="module")
def owner(desk: Desk) -> Iterator[Browser]:
    with at_the_dashboard(desk) as browser:
        yield browser


def test_the_owner_and_the_holder_of_the_address_get_one_file(desk: Desk, owner: Browser) -> None:
    token = a_door(desk).tokens.make("phone", Scope.CALENDAR)
    stranger = Browser(owner.port)
    found = stranger.get(f"/calendar/{token}.ics")
    assert found.status == 200
    assert found.headers["content-type"] == "text/calendar; charset=utf-8"
    assert found.headers["cache-control"] == "private, no-cache"
    assert found.body == owner.get("/calendar.ics").body
    assert len(events(found.body)) > 4
    for kept_back in (CANARY, "080-0000-3776", "8981040000000003777", "me@example", token):
        assert kept_back not in found.body
    tag = found.headers["etag"]
    again = stranger.get(f"/calendar/{token}.ics", if_none_match=f'"x", {tag}')
    assert (again.status, again.body, again.headers["etag"]) == (304, "", tag)
    a_door(desk).tokens.drop("phone")
    assert stranger.get(f"/calendar/{token}.ics").status == 404


def test_every_wrong_address_is_answered_alike(desk: Desk, owner: Browser) -> None:
    tokens, stranger = a_door(desk).tokens, Browser(owner.port)
    right = tokens.make("tablet", Scope.CALENDAR)
    others = [tokens.make("reader", Scope.READ), tokens.make("doer", Scope.ACT)]
    wrong = [f"{right}x", right[:-1], right.upper(), "kigen_", "x", "%00", *others]
    answers = [stranger.get(f"/calendar/{token}.ics") for token in wrong]
    assert {(one.status, one.body) for one in answers} == {(404, answers[0].body)}
    headers = [{k: v for k, v in one.headers.items() if k != "date"} for one in answers]
    assert all(one == headers[0] for one in headers)
    assert stranger.get("/calendar.ics").status == 401
    reader = stranger.get("/calendar.ics", authorization=f"Bearer {others[0]}")
    assert reader.status == 200


def test_it_is_made_anew_when_something_was_learned(tmp_path: Path) -> None:
    clock = Clock()
    with filled(tmp_path, clock) as desk, at_the_dashboard(desk) as owner:
        first = owner.get("/calendar.ics")
        clock.now += timedelta(minutes=20)
        assert owner.get("/calendar.ics").headers["etag"] == first.headers["etag"]
        run = desk.ledger.runs.start(
            "phone", "softbank-prepaid", trigger="hand", deadline_at=clock.now
        )
        desk.ledger.readings.add(run.id, "phone", "080-0000-3776", expires_on=date(2027, 3, 1))
        desk.ledger.runs.end(run.id, outcome="renewed")
        moved = owner.get("/calendar.ics")
        assert moved.headers["etag"] != first.headers["etag"]
        days = {str(one["uid"]): one["dtstart"].dt for one in events(first.body)}
        now = {str(one["uid"]): one["dtstart"].dt for one in events(moved.body)}
        (uid,) = [uid for uid, day in days.items() if day == date(2026, 11, 24)]
        assert now[uid] == date(2027, 3, 1)
        (desk.workspace.folder / "config.yaml").unlink()  # the last good version goes on
        clock.now += timedelta(hours=1)
        assert owner.get("/calendar.ics").status == 200
