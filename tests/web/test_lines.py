"""The list of lines: what is said of each, in which order, and how much of it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from runner.views.costs import costs_of
from runner.views.lines import lines_now
from runner.web.desk import Desk
from runner.web.texts import LANGUAGES, texts
from tests.web.desks import Browser, a_desk, at_the_dashboard
from tests.web.filled import CANARY, NOW, filled

GRANDMA = "/lines/phone/080-0000-3776"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with filled(tmp_path_factory.mktemp("lines")) as desk:
        yield desk


@pytest.fixture(scope="module")
def owner(desk: Desk) -> Iterator[Browser]:
    with at_the_dashboard(desk) as browser:
        yield browser


def rows(page: str) -> list[str]:
    """The lines of a page as text, one string each."""
    found = re.findall(r'<li>\n<div class="who">.*?</li>', page, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in found]


def test_each_line_says_how_it_stands(owner: Browser) -> None:
    page = owner.get("/").body
    [grandma, *_] = [row for row in rows(page) if "祖母の電話" in row]
    for said in (
        "phone · 080-0000-3776", "practice portal", "3 days left", "urgent", "Balance ¥550",
        "Data left 3 GB", "Last run Nothing due 2 hours ago", "Next run in 18 hours",
        "Next renewal ¥3,000",
    ):  # fmt: skip
        assert said in grandma
    assert 'title="November 22, 2026 09:30:00 (Asia/Tokyo)">in 18 hours</time>' in page
    assert f'href="{GRANDMA}"' in page


def test_those_in_danger_come_first(owner: Browser, desk: Desk) -> None:
    shown = rows(owner.get("/").body)
    lines = lines_now(desk.workspace, desk.ledger, NOW, desk.zone)
    assert len(shown) == len(lines) == 4
    for row, line in zip(shown, lines, strict=True):
        assert (line.line.title or line.line.name) in row
    assert [line.danger for line in lines] == sorted(line.danger for line in lines)


def test_the_summary_says_whether_all_is_well(owner: Browser, tmp_path: Path) -> None:
    page = owner.get("/").body
    summary = re.search(r'<p class="summary bad">(.*?)</p>', page, re.DOTALL)
    assert summary is not None
    assert 'href="/?danger=needs+you"><strong>1 line needs you</strong></a>' in summary[1]
    assert "4 lines" in summary[1]
    with a_desk(tmp_path) as empty, at_the_dashboard(empty) as browser:
        page = browser.get("/").body
        assert f"{texts('en')['no_accounts']} It is in <code>{tmp_path}</code>" in page
        assert "<form class" not in page  # there is nothing to search


def test_all_is_well_only_where_nothing_waits(tmp_path: Path) -> None:
    config = """
accounts:
  phone: {flow: docomo, at: sandbox, credentials: {id: me, password: env:X}}
"""
    with a_desk(tmp_path, config) as desk, at_the_dashboard(desk) as browser:
        run = desk.ledger.runs.start("phone", "docomo", trigger="due", deadline_at=NOW)
        end = (NOW + timedelta(days=20)).date()
        desk.ledger.readings.add(run.id, "phone", "phone", expires_on=end)
        desk.ledger.runs.end(run.id, outcome="nothing_due")
        well = '<p class="summary good">\n<strong>All is well.</strong>'
        assert well in browser.get("/").body
        lost = desk.ledger.outbox.put("1", "renewed", target="mail", payload={}, account="phone")
        desk.ledger.outbox.give_up(lost, "no such address")
        page = browser.get("/").body
        assert "All is well." not in page
        assert 'href="/inbox"><strong>Inbox: 1</strong></a>' in page


def test_who_needs_their_owner_is_found_also_where_the_inbox_is_empty(tmp_path: Path) -> None:
    config = """
accounts:
  phone: {flow: docomo, at: sandbox, credentials: {id: me, password: env:X}}
  other: {flow: docomo, at: sandbox, credentials: {id: me, password: env:X}}
"""
    with a_desk(tmp_path, config) as desk, at_the_dashboard(desk) as browser:
        run = desk.ledger.runs.start("phone", "docomo", trigger="due", deadline_at=NOW)
        desk.ledger.runs.end(run.id, outcome="rejected")
        page = browser.get("/").body
        assert 'href="/?danger=needs+you"><strong>1 line needs you' in page
        assert 'href="/inbox"><strong>' not in page
        [only] = rows(browser.get("/?danger=needs+you").body)
        assert "Password refused" in only


@pytest.mark.parametrize("language", LANGUAGES)
def test_outcomes_are_told_in_words(owner: Browser, language: str) -> None:
    page = owner.get("/", accept_language=language).body
    said = texts(language)
    assert f'<html lang="{language}">' in page
    assert said["outcome_nothing_due"] in page
    assert said["outcome_unreachable"] in page
    assert "nothing_due" not in page
    assert "unreachable" not in page.lower().replace(said["outcome_unreachable"].lower(), "")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("account=phone", 2),
        ("provider=airalo", 1),
        ("danger=paused", 1),
        ("q=%E7%A5%96%E6%AF%8D", 1),
        ("q=SPARE", 1),
        ("account=phone&q=3777", 1),
        ("account=nobody", 0),
        ("danger=%3Cscript%3E", 0),
        ("page=-1&q=", 4),
        ("page=99999999999", 4),
    ],
)
def test_only_what_is_asked_for_is_shown(owner: Browser, query: str, count: int) -> None:
    answer = owner.get(f"/?{query}")
    assert answer.status == 200
    assert len(rows(answer.body)) == count
    assert "<script>" not in answer.body


def test_the_list_alone_is_fetched_anew(owner: Browser) -> None:
    whole, part = owner.get("/?account=phone"), owner.get("/?account=phone", hx_request="true")
    assert 'hx-get="/?account=phone" hx-trigger="every 45s" hx-swap="outerHTML"' in whole.body
    assert part.body.strip().startswith('<div id="lines"')
    assert part.body.strip() in whole.body
    assert rows(part.body) == rows(whole.body)


def test_many_lines_come_in_pages(tmp_path: Path) -> None:
    many = "".join(f"      '{number}':\n" for number in range(203))
    config = f"""
accounts:
  phone:
    flow: docomo
    credentials: {{id: me, password: env:X}}
    lines:
{many}"""
    with a_desk(tmp_path, config) as desk, at_the_dashboard(desk) as browser:
        pages = [browser.get(f"/?account=phone&page={number}").body for number in (1, 2, 3, 4)]
    assert [len(rows(page)) for page in pages] == [100, 100, 3, 3]
    assert len({row for page in pages for row in rows(page)}) == 203
    assert 'rel="next" href="/?account=phone&amp;page=2"' in pages[0]
    assert "Page 2 of 3" in pages[1]
    assert 'rel="prev" href="/?account=phone"' in pages[1]
    assert 'rel="next"' not in pages[2]


def test_what_stands_in_the_settings_is_text(tmp_path: Path) -> None:
    evil = '"><img src=x onerror=alert(1)>'
    config = f"""
accounts:
  phone:
    flow: docomo
    at: sandbox
    credentials: {{id: {CANARY}, password: env:NOTHING}}
    lines: {{'{evil}/ä?#': {{title: '{evil}'}}}}
"""
    with a_desk(tmp_path, config) as desk, at_the_dashboard(desk) as browser:
        page = browser.get("/").body
        assert "<img" not in page
        assert CANARY not in page
        path = unescape(re.findall(r'href="(/lines/[^"]+)"', page)[0])
        answer = browser.get(path)
        assert answer.status == 200
        assert "<img" not in answer.body
        assert CANARY not in answer.body


def test_what_a_renewal_costs_is_what_the_plan_tells(desk: Desk) -> None:
    everyone = lines_now(desk.workspace, desk.ledger, NOW, desk.zone)
    names = [one.account.name for one in everyone]
    found = costs_of(names, everyone, desk.workspace, desk.ledger, NOW, desk.zone)
    assert {key: str(price) for key, price in found.items()} == {
        ("phone", "080-0000-3776"): "3000 JPY"
    }


def test_a_running_account_says_so(desk: Desk, owner: Browser) -> None:
    desk.runs.playing = ("phone",)  # type: ignore[misc]  # the test's own runs may be told
    try:
        assert "Next run Running now" in " ".join(rows(owner.get("/").body))
    finally:
        desk.runs.playing = ()  # type: ignore[misc]  # as above


def test_the_bar_goes_by_the_days_alone(owner: Browser) -> None:
    bars = re.findall(r'<rect class="(\w+)" width="(\d+)"', owner.get("/").body)
    # Urgent; in trouble, with 72 days left; never read; paused.
    assert [bar for bar in bars if bar[0] != "rail"] == [
        ("bad", "13"),
        ("good", "100"),
        ("dim", "100"),
    ]


def test_a_run_that_is_overdue_is_due_now(tmp_path: Path) -> None:
    config = """
accounts:
  phone: {flow: docomo, at: sandbox, credentials: {id: me, password: env:X}, schedule: every 6 hours}
"""
    with a_desk(tmp_path, config) as desk:
        run = desk.ledger.runs.start("phone", "docomo", trigger="due", deadline_at=NOW)
        desk.ledger.runs.end(run.id, outcome="read_only")
        late = type(desk)(**{**vars(desk), "clock": lambda: NOW + timedelta(days=2)})
        with at_the_dashboard(late) as browser:
            assert "Next run now" in rows(browser.get("/").body)[0]
