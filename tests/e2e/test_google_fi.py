"""Google Fi: a session of the owner's own, a pause begun anew whenever it has ended, and no payment."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page

from runner.cli.main import main
from runner.sandbox import control
from runner.sandbox.google_fi.line import later
from tests.e2e.test_login_window import login
from tests.e2e.world import World

NAME, NUMBER = "google-fi", "+1 415-555-0134"
NIGHTLY = pytest.mark.nightly
PAUSED = ["planned", "approved", "committing", "confirmed", "verified"]


def settings() -> dict[str, Any]:
    """What its owner writes into config.yaml."""
    return {
        "flow": NAME,
        "at": "sandbox",
        "lines": {NUMBER: None},
        "policy": {"when": "service == 'active'"},
        "plan": {"name": "pause", "price": "0 USD"},
        "caps": {"renewal": "0 USD", "month": "0 USD"},
    }


@pytest.fixture
def fi(world: World) -> World:
    world.name, world.line, world.config = NAME, NUMBER, settings()
    return world


def bring_session(world: World) -> None:
    """What the owner does: exports the cookies of their browser, and imports them."""
    folder = world.write()
    export = folder / "cookies.json"
    export.write_text(control.secrets(world.home, NAME)["cookies"])
    assert main(["session", "import", NAME, str(export), "--workspace", str(folder)]) == 0


def seen(world: World) -> set[str]:
    return {event["kind"] for event in control.events(world.home)}


def paused_until() -> date:
    return later(datetime.now(ZoneInfo("America/Los_Angeles")).date(), 3)


def test_a_line_whose_pause_has_ended_is_paused_anew_and_costs_nothing(fi: World) -> None:
    fi.set("paused_days_ago", 100)
    told = fi.run("needs_you")
    assert "Use your Google Account" in told.message
    assert f"kigen session import {NAME}" in told.json["hint"]
    assert seen(fi) == set(), "nothing is typed into Google's sign-in"

    bring_session(fi)
    told = fi.run("renewed")
    assert told.json["notes"] == ["the session still held"]
    reading = told.line["reading"]
    assert (reading["service"], reading["expires_on"]) == ("paused", paused_until().isoformat())
    assert (reading["plan"], reading["data_used"]["text"]) == ("Flexible", "430.08 MB")
    assert reading["next_bill"] == {"amount": "0.00", "currency": "USD"}
    assert "service went from active to paused" in told.message
    assert fi.moves() == [PAUSED]
    assert (fi.events("paused"), fi.charges, seen(fi)) == (1, [], {"paused"})

    told = fi.run("nothing_due")
    assert told.line["reading"]["days_left"] >= 85

    fi.set("active")
    told = fi.run("needs_you")
    assert "has ended before its day" in told.message, "its owner has ended it: they may need it"
    assert fi.events("paused") == 1


def test_trouble_with_a_payment_is_told_and_nothing_is_clicked(fi: World) -> None:
    bring_session(fi)
    fi.set("trouble", "yes")
    told = fi.run("needs_you")
    assert "Payment declined" in told.message
    assert told.line["reading"]["next_bill"] == {"amount": "24.20", "currency": "USD"}
    assert (fi.charges, fi.renewals(), seen(fi)) == ([], [], set())
    assert any(file.suffix in (".png", ".jpg", ".webp") for file in told.evidence.iterdir())


@NIGHTLY
def test_what_was_paused_shows_later_and_is_proved_then(fi: World) -> None:
    bring_session(fi)
    fi.set("takes", 3600)
    told = fi.run("renewal_pending")
    assert "not proved yet" in told.message
    fi.run("renewal_pending")
    fi.set("paused_days_ago", 0)
    told = fi.run("renewed")
    assert told.message == "an earlier renewal has now been proved"
    assert (fi.events("paused"), fi.charges) == (1, [])


@NIGHTLY
def test_the_answer_is_lost_and_the_reading_finds_it(fi: World) -> None:
    bring_session(fi)
    fi.fault("drop", path="/account/_/pause", when="after")
    told = fi.run("renewal_pending")
    assert "charged" not in told.message + str(told.json["hint"])
    fi.clear()
    fi.run("renewed")
    assert fi.moves() == [[*PAUSED[:3], "unknown", "charged", "verified"]]
    assert (fi.events("paused"), fi.charges) == (1, [])


@NIGHTLY
def test_what_the_owner_agrees_to_is_paused_again(fi: World) -> None:
    bring_session(fi)
    fi.run("renewed")
    fi.set("active")
    fi.run("needs_you")
    (asked, _) = fi.renewals()[::-1]
    assert main(["approve", asked.id, "--workspace", str(fi.folder)]) == 0
    fi.run("renewed")
    assert fi.events("paused") == 2


@NIGHTLY
@pytest.mark.parametrize(
    ("setting", "value", "outcome"),
    [("pages", "old", "renewed"), ("addon", "yes", "needs_you"), ("sign_out", None, "needs_you")],
)
def test_what_else_its_pages_may_be(fi: World, setting: str, value: Any, outcome: str) -> None:
    bring_session(fi)
    fi.set(setting, value)
    fi.run(outcome)
    assert (fi.events("paused"), fi.charges) == (int(outcome == "renewed"), [])


@NIGHTLY
@pytest.mark.parametrize(
    ("fault", "options", "outcome"),
    [
        ("maintenance", {}, "maintenance"),
        ("session_expiry", {"after": 2, "count": 1}, "needs_you"),
        ("changed_layout", {}, "changed"),
        ("drop", {"path": "/account/_/data", "when": "before"}, "changed"),
    ],
)
def test_what_the_site_says_to_it(
    fi: World, fault: str, options: dict[str, Any], outcome: str
) -> None:
    bring_session(fi)
    fi.fault(fault, **options)
    told = fi.run(outcome)
    if outcome == "needs_you":
        assert "kigen session import" in told.json["hint"]
    assert (fi.charges, seen(fi)) == ([], set())


@NIGHTLY
def test_a_plan_that_was_agreed_to_cost_something_is_not_what_this_is(fi: World) -> None:
    fi.config |= {"plan": {"name": "pause", "price": "5 USD"}, "caps": {}}
    bring_session(fi)
    told = fi.run("needs_you")
    assert "another plan" in told.message
    assert seen(fi) == set()


@NIGHTLY
def test_a_session_that_a_person_has_typed_is_kept(fi: World) -> None:
    """`kigen login`: keys are pressed one by one. The same text put in at once is refused."""
    secrets = control.secrets(fi.home, NAME)

    async def program(page: Page) -> None:
        await page.locator("input[type=email]").fill(secrets["email"])
        await page.keyboard.press("Enter")
        await page.get_by_text("This browser or app may not be secure").wait_for()
        await page.close()

    async def person(page: Page) -> None:
        await page.locator("input[type=email]").press_sequentially(secrets["email"])
        await page.keyboard.press("Enter")
        await page.locator("input[name=Passwd]").press_sequentially(secrets["password"])
        await page.keyboard.press("Enter")
        await page.locator("input[name=Pin]").wait_for()
        message = control.sms(fi.home, NAME)
        assert message is not None
        await page.locator("input[name=Pin]").press_sequentially(message.text[:8])
        await page.keyboard.press("Enter")

    assert not login(fi, program).signed_in
    assert (fi.events("program_refused"), fi.events("signed_in")) == (1, 0)
    assert login(fi, person).signed_in
    told = fi.run("renewed")
    assert told.json["notes"][0] == "the session still held"
    assert fi.events("signed_in") == 1
    kept = datetime.now(ZoneInfo("UTC")) + timedelta(days=80)
    assert date.fromisoformat(told.line["reading"]["expires_on"]) > kept.date()
