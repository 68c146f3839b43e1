"""What the inbox shows: everything that waits, nothing that does not, and every portal's text as text."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from runner.challenge.codes import Asked
from runner.challenge.handoff import Asked as AskedPerson
from runner.challenge.handoff import HandOff
from runner.challenge.handoff_hands import Hands
from runner.challenge.offers import FOLDER, Offers
from runner.config.dashboard import Dashboard
from runner.ledger.states import State
from runner.notify.events import EVENTS
from runner.views.inbox import inbox_of
from runner.web.desk import Desk
from runner.web.handoff import HandOffs
from runner.web.links import Links, key_for
from runner.web.pages import Pages
from runner.web.texts import LANGUAGES, texts
from tests.web.desks import KEY, Browser, a_desk, at_the_dashboard
from tests.web.waiting import (
    CONFIG,
    HOSTILE,
    NAME,
    PNG,
    Clock,
    a_run,
    asked,
    lost_letter,
    paid,
    write,
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    with a_desk(tmp_path, CONFIG, clock) as desk:
        yield desk


@pytest.fixture
def person(desk: Desk) -> Iterator[Browser]:
    with at_the_dashboard(desk) as person:
        yield person


def count(body: str) -> int:
    found = re.search(r'class="count">(\d+)<', body)
    return int(found[1]) if found else 0


def a_hand_off(desk: Desk, message: str = "a check") -> HandOff:
    async def made() -> HandOff:
        until = desk.clock() + timedelta(minutes=15)
        live: Any = SimpleNamespace(rest=lambda: None)
        return HandOff(AskedPerson(NAME, "Site", "human_check", message, "run-1", until), live)

    return asyncio.run(made())


def test_nothing_waits(person: Browser) -> None:
    body = person.get("/inbox").body
    assert texts("en")["inbox_empty"] in body
    assert count(body) == count(person.get("/").body) == 0


def test_an_approval_shows_its_price_on_the_button(desk: Desk, person: Browser) -> None:
    one = asked(desk)
    body = person.get("/inbox").body
    assert "Approve ¥1,100" in body
    assert "祖母の電話" in body
    assert 'name="price" value="1100 JPY"' in body
    assert f"/renewals/{one.id}/refuse" in body
    picture = re.search(r'<img src="([^"]+)"', body)
    assert picture is not None
    assert person.get(picture[1]).status == 200
    assert count(person.get("/").body) == 1, "every page says how much waits"


def test_what_nobody_can_tell_shows_what_is_known(desk: Desk, person: Browser) -> None:
    paid(desk, State.UNKNOWN)
    body = person.get("/inbox").body
    assert "¥1,100" in body
    assert "what the page said" in body
    assert 'name="state" value="unknown"' in body
    assert 'value="yes"' in body
    assert 'value="no"' in body


def test_a_slip_shows_its_picture_number_and_last_day(desk: Desk, person: Browser) -> None:
    slip = "receipts/20261121-docomo-1/01-slip.png"
    write(desk.home.folder / slip, PNG)
    one = paid(
        desk, State.AWAITING_PAYMENT, (slip,), slip="123-456", pay_until="2026-11-28T00:00",
        to_pay={"amount": "1180", "currency": "JPY"},
    )  # fmt: skip
    body = person.get("/inbox").body
    assert f'src="/renewals/{one.id}/receipts/0"' in body
    for text in ("123-456", "Nov 28, 2026", "¥1,180"):
        assert text in body


def test_what_is_paid_and_not_active_waits_only_after_its_time(
    desk: Desk, person: Browser, clock: Clock
) -> None:
    paid(desk, State.CONFIRMED)
    assert texts("en")["inbox_empty"] in person.get("/inbox").body
    clock.now += timedelta(days=2)
    assert texts("en")["inbox_money_back"] in person.get("/inbox").body


def test_a_code_can_be_entered_while_a_run_waits_for_it(
    desk: Desk, person: Browser, clock: Clock
) -> None:
    inbox = inbox_of(desk.home, desk.clock)
    until = desk.clock() + timedelta(minutes=3)
    inbox.wait(NAME, Asked(digits=6, since=desk.clock(), until=until))
    inbox.wait("gone", Asked(digits=4, since=desk.clock(), until=until))  # no account any more
    body = person.get("/inbox").body
    assert f'action="/accounts/{NAME}/code"' in body
    assert "Code of 6 digits" in body
    assert 'autocomplete="one-time-code"' in body
    assert count(body) == 1
    clock.now = until
    assert count(person.get("/inbox").body) == 0


def test_a_live_page_is_reached_by_the_link_that_its_run_has_made(
    desk: Desk, person: Browser
) -> None:
    hand_off = a_hand_off(desk)
    links = Links(key_for("hand-off link", KEY), desk.clock)
    offered = HandOffs(links, Pages("http://127.0.0.1:8750")).offered(
        hand_off, Hands(hand_off.live, lambda _: None)
    )
    offers = Offers(desk.home.folder, desk.clock)
    with offered as link, offers.noted(hand_off, "http://127.0.0.1:8750"):
        assert count(person.get("/inbox").body) == 0, "a run that is dead shows no page"
        with desk.ledger.leases.acquire(NAME, "run-1", 60):
            body = person.get("/inbox").body
        assert f"/inbox/pages/{hand_off.id}" in body
        assert link.rpartition("/")[2] not in body
        answer = person.get(f"/inbox/pages/{hand_off.id}")
        assert (answer.status, answer.headers["location"]) == (302, link)
        for file in (desk.home.folder / FOLDER).iterdir():
            assert link.rpartition(".")[2] not in file.read_text()
            assert file.stat().st_mode & 0o777 == 0o600
    assert person.get(f"/inbox/pages/{hand_off.id}").status == 410
    for guess in ("x", "..%2f..%2fconfig", "%2e%2e"):
        assert person.get(f"/inbox/pages/{guess}").status in (404, 410)


def test_a_note_of_a_live_page_ends_with_its_time(desk: Desk, clock: Clock) -> None:
    offers = Offers(desk.home.folder, desk.clock)
    with offers.noted(a_hand_off(desk), "http://x"):
        (desk.home.folder / FOLDER / "broken.json").write_text('{"id": 1}')
        assert [offer.account for offer in offers.all()] == [NAME]
        clock.now += timedelta(minutes=15)
        assert offers.all() == []
        assert not list((desk.home.folder / FOLDER).iterdir())


def test_lost_messages_are_shown_until_they_are_put_away(desk: Desk, person: Browser) -> None:
    one = lost_letter(desk.ledger)
    waits = desk.ledger.outbox.put("on its way", "renewed", target="desk", payload={})
    tried = desk.ledger.outbox.put("tried", "renewed", target="desk", payload={})
    claimed = desk.ledger.outbox.claim(tried.id, 60)
    assert claimed is not None
    desk.ledger.outbox.failed(claimed, "no network", desk.clock() + timedelta(hours=6))
    body = person.get("/inbox").body
    assert "no such number" in body
    assert f"/letters/{one.id}/away" in body
    assert waits.id not in body
    for letter in (one, tried):
        assert f'action="/letters/{letter.id}/away"' in body
        person.post(f"/letters/{letter.id}/away")
    assert texts("en")["inbox_empty"] in person.get("/inbox").body


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lost_message_says_in_words_what_it_was_about(
    desk: Desk, person: Browser, language: str
) -> None:
    said, outbox = texts(language), desk.ledger.outbox
    for number, event in enumerate(EVENTS):
        outbox.give_up(outbox.put(f"{number}", event, target="x", payload={}), "gone")
    run = a_run(desk).id
    told = outbox.put("r", "renewed", target="x", payload={}, account=NAME, run_id=run)
    outbox.give_up(told, "gone")
    body = person.get("/inbox", accept_language=language).body
    words = re.findall(r"<h3[^>]*>([^<]*) → x ", body)
    assert len(words) == len(EVENTS) + 1
    assert not set(words) & set(EVENTS)
    assert f'<a href="/runs/{run}">{said["inbox_its_run"]}</a>' in body


def test_a_page_that_only_its_machine_can_open_says_so(desk: Desk) -> None:
    said = texts("en")["inbox_only_there"]
    with (
        at_the_dashboard(desk, Dashboard(url="https://kigen.example")) as owner,
        desk.ledger.leases.acquire(NAME, "run-1", 60),
    ):
        cookie = f"__Host-kigen={owner.session}"
        away, here = Browser(owner.port, host="kigen.example"), Browser(owner.port)
        offers = Offers(desk.home.folder, desk.clock)
        with offers.noted(a_hand_off(desk), "http://127.0.0.1:8750"):
            assert said in away.get("/inbox", cookie=cookie).body
            assert said not in here.get("/inbox", cookie=cookie).body
        with offers.noted(a_hand_off(desk), "https://kigen.example:8750"):
            assert said not in away.get("/inbox", cookie=cookie).body


def test_what_a_portal_has_written_is_shown_as_text(desk: Desk, person: Browser) -> None:
    asked(desk, HOSTILE)
    letter = desk.ledger.outbox.put("k", HOSTILE, target=HOSTILE, payload={})
    claimed = desk.ledger.outbox.claim(letter.id, 60)
    assert claimed is not None
    desk.ledger.outbox.give_up(claimed, HOSTILE)
    with (
        Offers(desk.home.folder, desk.clock).noted(a_hand_off(desk, HOSTILE), "http://x"),
        desk.ledger.leases.acquire(NAME, "run-1", 60),
    ):
        body = person.get("/inbox").body
    assert body.count("&lt;script&gt;alert(1)") == 5
    assert "<script>alert" not in body
    assert "<img src=x" not in body
    assert not set("\u202e\u2067") & set(body)  # no words of ours are turned around


def test_an_open_page_learns_that_something_has_changed(desk: Desk, person: Browser) -> None:
    news = re.search(r'hx-get="(/inbox/news\?seen=\w+)"', person.get("/inbox").body)
    assert news is not None
    assert "hx-get" in person.get(news[1]).body
    asked(desk)
    body = person.get(news[1]).body
    assert texts("en")["inbox_changed"] in body
    assert "hx-get" not in body


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_spoken(desk: Desk, person: Browser, language: str) -> None:
    asked(desk)
    body = person.get("/inbox?said=paused", accept_language=language).body
    assert texts(language)["inbox_refuse"] in body
    assert texts(language)["said_paused"] in body
