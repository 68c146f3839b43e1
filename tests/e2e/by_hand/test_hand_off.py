"""Two browsers: one is the run, the other a person's, at the page that the run has handed over."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.by_hand.person import Person, Puzzle, ended, link_in, solve
from tests.e2e.world import World
from tests.notify.servers import Web

pytestmark = pytest.mark.by_hand


def test_a_person_answers_the_human_check_and_the_run_goes_on(
    handed: World, web: Web, page: Page, puzzle: Puzzle
) -> None:
    process = handed.start()
    link = link_in(web, process)
    assert web.bodies[0]["attachments"], "the message brings a picture"
    person = Person(page)
    person.open(link)
    handed.clear()
    solve(handed, person, puzzle)
    person.done()
    assert "goes on" in person.told
    told = ended(process)
    assert told["outcome"] == "renewed", told
    assert handed.charges == ["1100 JPY"]
    assert any("a person had the page" in note for note in told["notes"])


def test_giving_up_ends_the_run(handed: World, web: Web, page: Page, puzzle: Puzzle) -> None:
    process = handed.start()
    person = Person(page)
    person.open(link_in(web, process))
    person.gives_up()
    assert "stops here" in person.told
    told = ended(process)
    assert (told["outcome"], handed.charges) == ("needs_you", [])
    assert "gave up" in told["message"]
    assert handed.events("signed_in") == 0
    assert len(web.bodies) == 2, "the end is told as well"


@pytest.mark.nightly
def test_nobody_comes(handed: World, web: Web, page: Page) -> None:
    handed.fault("human_check")
    handed.config["hand_off"]["wait"] = "3 seconds"
    handed.config["deadline"] = "60 seconds"
    process = handed.start()
    link = link_in(web, process)
    told = ended(process)
    assert (told["outcome"], handed.charges) == ("needs_you", [])
    assert "did not come in time" in told["message"]
    with pytest.raises(Exception, match="ERR_CONNECTION_REFUSED"):
        page.goto(link)


@pytest.mark.nightly
def test_a_phone_and_japanese(handed: World, web: Web, browser: Browser, puzzle: Puzzle) -> None:
    """A small screen, a finger, and text that an input method has put together."""
    handed.config["hand_off"]["wait"] = "3 minutes"
    process = handed.start()
    phone = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="ja-JP"
    )
    page = phone.new_page()
    person = Person(page, done_name="完了")
    person.open(link_in(web, process))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    handed.clear()
    solve(handed, person, puzzle, finger=True)
    person.done()
    assert "Kigen が続きを行います" in person.told
    assert ended(process)["outcome"] == "renewed"
    assert handed.charges == ["1100 JPY"]
    phone.close()


def test_what_the_page_asked_before_the_click_is_the_owners_and_the_click_stays_one(
    handed: World, web: Web, page: Page
) -> None:
    """After the paying click the page is not understood: a person looks, and nothing is paid again."""
    handed.hurry()
    handed.fault("changed_layout", path="*/add/complete")
    process = handed.start()
    person = Person(page)
    person.open(link_in(web, process))
    assert "Kigen will not press the paying button again" in page.inner_text("header")
    with handed.ledger() as ledger:
        (renewal,) = ledger.renewals.list("docomo")
    assert renewal.state == "committing"
    page.get_by_role("button", name="Done").click()
    person.open(link_in(web, process, 1))  # the page still does not say that it is paid
    person.gives_up()
    told = ended(process)
    assert told["outcome"] == "payment_unknown"
    assert handed.charges == ["1100 JPY"]
    handed.clear()
    process = handed.start()
    assert ended(process)["outcome"] == "renewed"
    assert handed.charges == ["1100 JPY"]
    assert [moves[-1] for moves in handed.moves()] == ["verified"]
