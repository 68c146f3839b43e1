"""The paying click ends in the dark: it is never made again, and only proof settles it."""

from __future__ import annotations

import json

import pytest

from tests.browser.processes import alive, descendants, wait_until
from tests.e2e.world import COMPLETE, World

NIGHTLY = pytest.mark.nightly
LOST = ["planned", "approved", "committing", "unknown"]


@pytest.mark.parametrize("when", ["after", pytest.param("middle", marks=NIGHTLY)])
def test_an_answer_that_was_lost_is_settled_by_the_history(world: World, when: str) -> None:
    world.hurry()
    world.fault("drop", path=COMPLETE, method="POST", when=when)
    told = world.run("payment_unknown")
    assert told.line["renewal"]["state"] == "unknown"
    assert world.charges == ["1100 JPY"]
    assert world.moves() == [LOST]
    assert world.hits() > 0

    told = world.run("renewed")
    assert "proved" in told.message
    assert world.moves() == [[*LOST, "charged", "verified"]]
    world.run("nothing_due")
    world.run("nothing_due")
    assert world.charges == ["1100 JPY"]


@NIGHTLY
def test_an_order_that_never_arrived_stays_unknown_until_time_has_passed(world: World) -> None:
    """Absence from the history is no proof at once: sites book late."""
    world.fault("drop", path=COMPLETE, method="POST", when="before")
    world.run("payment_unknown")
    assert world.charges == []
    asked = world.hits()
    for _ in range(3):
        told = world.run("payment_unknown")
        assert "nothing is paid on this line" in told.message
    assert world.moves() == [LOST]
    assert world.charges == []
    assert world.hits() == asked, "chromium itself may have asked again; no later run did"


@NIGHTLY
def test_nothing_more_is_paid_while_the_history_can_not_be_read(world: World) -> None:
    world.set("activation", 3600)  # the readings alone must not settle it either
    world.fault("drop", path=COMPLETE, method="POST", when="after")
    world.run("payment_unknown")
    world.fault("http", path="/mydocomo/application/history/", status="500")
    for _ in range(2):
        world.run("payment_unknown")
    assert world.charges == ["1100 JPY"]
    assert world.moves() == [LOST]

    world.clear()
    world.run("renewal_pending")
    assert world.moves() == [[*LOST, "charged"]]
    assert world.charges == ["1100 JPY"]


@NIGHTLY
def test_a_server_error_in_answer_to_the_order_is_no_refusal(world: World) -> None:
    world.fault("http", path=COMPLETE, status="500")
    world.run("payment_unknown")
    world.run("payment_unknown")
    assert (world.moves(), world.charges, world.hits()) == ([LOST], [], 1)


@NIGHTLY
def test_maintenance_in_answer_to_the_order_is_no_refusal(world: World) -> None:
    world.fault("maintenance", path=COMPLETE, status="200")
    world.run("payment_unknown")
    assert (world.moves(), world.charges) == ([LOST], [])


def test_a_session_that_ends_under_the_order_is_not_played_again(world: World) -> None:
    world.fault("session_expiry", path=COMPLETE, count=1)
    told = world.run("payment_unknown")
    assert told.json["notes"] == ["signed in"]
    assert world.events("signed_in") == 1
    assert (world.moves(), world.charges) == ([LOST], [])


@NIGHTLY
def test_problems_after_the_payment_do_not_hide_it(world: World) -> None:
    """The order stands; the pages that would prove it do not answer."""
    world.fault("http", path="/mydocomo/", status="502", after=3)
    told = world.run("renewal_pending")
    assert told.message.startswith("paid 1100 JPY, not proved yet: ")
    assert told.line["renewal"]["state"] == "renewal_pending"
    assert told.line["renewal"]["reference"]
    assert world.charges == ["1100 JPY"]
    world.clear()
    world.run("renewed")
    world.run("nothing_due")
    assert world.charges == ["1100 JPY"]


@pytest.mark.parametrize("moment", ["sent", "booked", "confirmed"])
@NIGHTLY
def test_a_killed_process_never_pays_again(world: World, moment: str) -> None:
    """SIGKILL after the click: before the site has booked it, after, and after its answer."""
    if moment == "sent":
        world.fault("slow", path=COMPLETE, seconds=30)
    elif moment == "booked":
        world.fault("drop", path=COMPLETE, when="middle")
    else:
        world.fault("slow", path="/mydocomo/", after=3, seconds=20)
    paid = [] if moment == "sent" else ["1100 JPY"]
    last = "confirmed" if moment == "confirmed" else "committing"
    with world.start() as process:
        world.wait_for(lambda: world.hits() > 0)
        assert wait_until(lambda: world.charges == paid and world.moves()[0][-1] == last)
        family = descendants(process.pid)
        process.kill()
        process.communicate()
    assert wait_until(lambda: not alive(family)), "no browser and no driver outlives its run"
    assert world.moves()[0][-1] == last
    world.clear()
    expected = ["renewed", "nothing_due"] if paid else ["payment_unknown", "payment_unknown"]
    for outcome in expected:
        world.run(outcome)
    assert world.charges == paid
    assert world.outcomes() == ["failed", *expected]


@NIGHTLY
def test_two_runs_at_once_on_one_account(world: World) -> None:
    world.fault("slow", path="*/add/confirm", seconds=4, count=1)
    with world.start() as first:
        world.wait_for(lambda: world.events("signed_in") == 1)
        told = world.run("busy")
        assert told.json["lines"] == []
        out, err = first.communicate(timeout=60)
    assert first.returncode == 0, err
    assert json.loads(out)["outcome"] == "renewed"
    assert world.charges == ["1100 JPY"]
