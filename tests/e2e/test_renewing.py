"""Runs that go well, on a portal that does as it should."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.e2e.world import PAID, World


def test_a_due_line_is_renewed_once_and_then_left_alone(world: World) -> None:
    told = world.run("renewed")
    assert told.line["renewal"]["price"] == {"amount": "1100", "currency": "JPY"}
    assert told.line["reading"]["data_left"]["text"] == "1.21 GB"
    assert world.charges == ["1100 JPY"]
    assert world.moves() == [PAID]
    assert world.readings() == 2
    (renewal,) = world.renewals()
    assert renewal.reference == told.line["renewal"]["reference"]
    assert renewal.reference is not None
    assert (world.events("signed_in"), world.events("code_sent")) == (1, 1)

    told = world.run("nothing_due")
    assert told.line["renewal"] is None
    assert told.json["notes"] == ["the session still held"]
    assert world.charges == ["1100 JPY"]
    assert world.moves() == [PAID]
    assert world.readings() == 3
    assert (world.events("signed_in"), world.events("code_sent")) == (1, 1)
    assert world.outcomes() == ["renewed", "nothing_due"]


@pytest.mark.nightly
def test_a_new_need_is_met_again(world: World) -> None:
    world.run("renewed")
    world.set("due")
    world.run("renewed")
    assert world.charges == ["1100 JPY", "1100 JPY"]
    assert world.moves() == [PAID, PAID]


def test_a_trusted_browser_signs_in_without_a_code(world: World) -> None:
    world.set("fresh")
    world.run("nothing_due")
    world.set("sign_out")
    told = world.run("nothing_due")
    assert told.json["notes"] == ["signed in"]
    assert (world.events("signed_in"), world.events("code_sent")) == (2, 1)


@pytest.mark.nightly
def test_a_forgotten_browser_is_asked_for_a_code_again(world: World) -> None:
    world.set("fresh")
    world.run("nothing_due")
    world.set("sign_out")
    world.set("forget_terminals")
    world.run("nothing_due")
    assert (world.events("signed_in"), world.events("code_sent")) == (2, 2)


@pytest.mark.nightly
def test_without_a_second_step_no_code_is_asked_for(world: World) -> None:
    world.set("two_step", "off")
    world.config["codes"] = []
    world.run("renewed")
    assert world.events("code_sent") == 0


def test_read_only_as_asked(world: World) -> None:
    told = world.run("read_only", read_only=True)
    assert told.line["reading"]["days_left"] == 3
    assert (world.charges, world.renewals(), world.readings()) == ([], [], 1)


def test_read_only_without_a_policy(world: World) -> None:
    del world.config["policy"]
    world.run("read_only")
    assert (world.charges, world.renewals(), world.readings()) == ([], [], 1)


@pytest.mark.nightly
def test_a_dry_run_goes_up_to_the_paying_click(world: World) -> None:
    told = world.run("read_only", dry_run=True)
    assert "dry run: it stopped right before paying 1100 JPY" in told.message
    assert (world.charges, world.renewals(), world.readings()) == ([], [], 1)
    assert len(list(told.evidence.glob("*-confirmation.png"))) == 1
    world.run("renewed")
    assert world.charges == ["1100 JPY"]


@pytest.mark.nightly
def test_pending_until_the_provider_makes_it_active(world: World) -> None:
    world.set("activation", 3600)
    told = world.run("renewal_pending")
    assert told.line["renewal"]["state"] == "renewal_pending"
    assert world.charges == ["1100 JPY"]

    world.run("renewal_pending")
    assert world.charges == ["1100 JPY"]

    with world.ledger() as ledger:
        later = ledger.runs.list("docomo")[0].started_at + timedelta(hours=2)
    world.set("now", later.isoformat())
    told = world.run("renewed")
    assert "an earlier renewal has now been proved" in told.message
    assert world.charges == ["1100 JPY"]
    assert world.moves() == [[*PAID[:-1], "renewal_pending", "verified"]]
    world.run("nothing_due")


@pytest.mark.nightly
def test_the_run_serves_the_portal_itself_and_ends_it(lonely: World) -> None:
    lonely.run("renewed")
    assert lonely.charges == ["1100 JPY"]
    lonely.run("nothing_due")


@pytest.mark.nightly
def test_a_need_that_comes_again_and_again_is_met_each_time(world: World) -> None:
    for times in range(1, 4):
        world.set("due")
        world.run("renewed")
        assert world.charges == ["1100 JPY"] * times
    world.run("nothing_due")
    assert {renewal.state.value for renewal in world.renewals()} == {"verified"}
