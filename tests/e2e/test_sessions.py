"""Sessions: they last for many runs, end at any moment, and are renewed once."""

from __future__ import annotations

import pytest

from runner.browser.saved import DEVICES, SESSIONS
from runner.browser.vault import Vault
from runner.sandbox import control
from tests.e2e.world import World

NIGHTLY = pytest.mark.nightly
READS = 2
"""Requests of `read` that need the session: the page, and its figures."""
PAYING = 7
"""Requests before the one that pays, in a run that renews."""
ALL = 12


@pytest.mark.parametrize("runs", [pytest.param(25, marks=NIGHTLY)])
def test_many_runs_with_a_single_sign_in(world: World, runs: int) -> None:
    world.set("fresh")
    notes = [world.run("nothing_due").json["notes"] for _ in range(runs + 1)]
    assert notes == [["signed in"]] + [["the session still held"]] * runs
    assert (world.events("signed_in"), world.events("code_sent")) == (1, 1)


@pytest.mark.parametrize("after", [pytest.param(one, marks=NIGHTLY) for one in range(READS)])
def test_a_session_that_ends_at_any_step_of_read(world: World, after: int) -> None:
    world.hurry()
    world.set("fresh")
    world.run("nothing_due")
    world.fault("session_expiry", after=after, count=1)
    told = world.run("nothing_due")
    assert world.hits() == 1
    assert world.events("signed_in") == 2
    assert told.line["reading"]["data_left"]["text"] == "12.4 GB"
    assert world.readings() == 2
    assert world.run("nothing_due").json["notes"] == ["the session still held"]


@NIGHTLY
@pytest.mark.parametrize("after", [*range(1, PAYING), *range(PAYING + 1, ALL)])
def test_a_session_that_ends_at_any_step_of_a_renewal(world: World, after: int) -> None:
    world.hurry()
    world.fault("session_expiry", after=after, count=1)
    world.run("renewed")
    assert world.hits() == 1
    assert world.events("signed_in") == 2
    assert world.charges == ["1100 JPY"]
    assert [moves[-1] for moves in world.moves()] == ["verified"]


@NIGHTLY
def test_a_session_that_ends_before_its_first_page_is_left_to_its_owner(world: World) -> None:
    """A password that is right and does not let in is not typed again and again."""
    world.hurry()
    world.fault("session_expiry", count=1)
    told = world.run("needs_you")
    assert told.message == "the site asked to sign in again"
    assert (world.hits(), world.events("signed_in"), world.charges) == (1, 1, [])
    world.run("renewed")


def test_a_session_that_ends_at_the_paying_click_is_not_renewed(world: World) -> None:
    world.hurry()
    world.fault("session_expiry", after=PAYING, count=1)
    world.run("payment_unknown")
    assert (world.hits(), world.events("signed_in"), world.charges) == (1, 1, [])


@NIGHTLY
def test_a_session_that_ends_twice_is_given_up(world: World) -> None:
    world.hurry()
    world.set("fresh")
    world.run("nothing_due")
    world.fault("session_expiry", path="*/api/usage")
    told = world.run("changed")
    assert told.json["notes"][-1] == "the session ended in the middle; signed in again"
    assert world.events("signed_in") == 2


@NIGHTLY
def test_a_damaged_session_is_set_aside_and_told(world: World) -> None:
    world.set("fresh")
    world.run("nothing_due")
    vault = Vault(world.home, {})
    vault.file(SESSIONS, "docomo").write_bytes(b"damaged")
    told = world.run("nothing_due")
    assert "the saved session was set aside" in told.json["notes"][0]
    assert "set aside" in (world.home / "logs" / "kigen.jsonl").read_text()
    assert (world.events("signed_in"), world.events("code_sent")) == (2, 1)  # the device is trusted
    assert world.run("nothing_due").json["notes"] == ["the session still held"]


@NIGHTLY
def test_a_session_is_written_back_by_runs_that_fail(world: World) -> None:
    world.hurry()
    world.set("fresh")
    world.run("nothing_due")
    vault = Vault(world.home, {})
    before = vault.read(SESSIONS, "docomo")["saved_at"]
    world.fault("http", path="/mydocomo/api/usage", status="500")
    world.run("changed")
    after = vault.read(SESSIONS, "docomo")
    assert after["saved_at"] > before
    assert vault.names(DEVICES) == ["docomo"]
    world.clear()
    assert world.run("nothing_due").json["notes"] == ["the session still held"]


@NIGHTLY
def test_a_sign_in_that_fails_keeps_what_the_site_gave_the_device(world: World) -> None:
    """A human check that was passed, a browser that is trusted: a session is more than signed in."""
    world.set("fresh")
    world.run("nothing_due")
    world.set("sign_out")
    world.set("password")
    world.config["credentials"]["password"] = {"command": ["printf", "wrong"]}
    world.run("rejected")
    assert control.events(world.home)[-1]["kind"] == "wrong_password"
    assert Vault(world.home, {}).names(DEVICES) == ["docomo"]


@NIGHTLY
def test_a_session_that_holds_needs_no_credential(world: World) -> None:
    world.set("fresh")
    world.run("nothing_due")
    world.config["credentials"] = {name: {"command": ["false"]} for name in ("id", "password")}
    assert world.run("nothing_due").json["notes"] == ["the session still held"]
    world.set("sign_out")
    told = world.run("needs_you")
    assert "a credential can't be fetched: command false" in told.message
    assert world.events("signed_in") == 1
