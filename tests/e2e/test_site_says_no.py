"""Runs that the site or the account's owner has to help along: nothing is forced, nothing is paid."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from runner.config.workspace import shipped
from runner.renewal.approval import approve
from tests.e2e.world import World, secrets

NIGHTLY = pytest.mark.nightly


def _nothing_was_paid(world: World) -> None:
    assert world.charges == []
    assert all(moves[-1] in ("aborted", "declined") for moves in world.moves())


def test_a_wrong_password_is_tried_once(world: World) -> None:
    world.config["credentials"]["password"] = {"command": ["printf", "not-the-password"]}
    told = world.run("rejected")
    assert told.json["lines"] == []
    assert "id.smt.docomo.ne.jp" in told.json["hint"], "where a new one is set"
    assert world.events("wrong_password") == 1

    told = world.run("rejected")
    assert "not tried again" in told.message
    assert "id.smt.docomo.ne.jp" in told.json["hint"]
    assert world.events("wrong_password") == 1
    assert (world.readings(), world.renewals()) == (0, [])

    world.config["credentials"] |= secrets("docomo", "password")
    world.run("renewed")
    assert world.events("wrong_password") == 1


@NIGHTLY
def test_a_locked_account_needs_the_owner(world: World) -> None:
    world.set("locked", "yes")
    told = world.run("needs_you")
    assert "locked" in told.message
    assert "id.smt.docomo.ne.jp" in told.json["hint"], "where it is opened again"
    assert (world.events("wrong_password"), world.events("signed_in")) == (0, 0)
    _nothing_was_paid(world)
    world.set("locked", "no")
    world.run("renewed")


def test_a_human_check_needs_the_owner(world: World) -> None:
    world.fault("human_check")
    told = world.run("needs_you")
    assert "human" in told.message
    assert world.events("signed_in") == 0
    assert told.evidence.joinpath("page.yaml").exists()
    assert "kigen login docomo" in told.json["hint"], "how its owner goes on by hand"
    _nothing_was_paid(world)


def test_without_a_source_of_codes_the_owner_is_needed(world: World) -> None:
    world.config["codes"] = []
    told = world.run("needs_you")
    assert "code" in told.message
    assert (world.events("code_sent"), world.events("wrong_code")) == (1, 0)
    _nothing_was_paid(world)


@NIGHTLY
def test_a_code_that_does_not_come_needs_the_owner(world: World) -> None:
    """The source stays silent; the run waits as long as the flow says, and no longer."""
    world.config["codes"] = [{"command": [sys.executable, "-c", "pass"]}]
    flow, asks = (shipped() / "flows/docomo.yaml").read_text(), "resend: resend}"
    assert flow.count(asks) == 1
    flows = world.write() / "flows"
    flows.mkdir()
    (flows / "docomo.yaml").write_text(flow.replace(asks, "resend: resend, within: 5 s}"))
    told = world.run("needs_you")
    assert "none came within 5 s" in told.message
    assert world.events("wrong_code") == 0
    _nothing_was_paid(world)


@NIGHTLY
def test_refused_codes_are_not_tried_again_and_again(world: World) -> None:
    """One more is asked for, and that is all."""
    world.fault("wrong_code")
    told = world.run("needs_you")
    assert "code" in told.message
    assert (world.events("code_sent"), world.events("wrong_code")) == (2, 2)
    _nothing_was_paid(world)


@NIGHTLY
def test_what_is_sold_out_needs_the_owner(world: World) -> None:
    world.fault("sold_out")
    told = world.run("needs_you")
    assert "not on sale" in told.message
    assert world.moves() == [["planned", "aborted"]]
    _nothing_was_paid(world)
    world.clear()
    world.run("renewed")
    assert world.charges == ["1100 JPY"]


def test_an_approval_is_waited_for_and_then_used_once(world: World) -> None:
    world.config["policy"]["approve"] = "above 500 JPY"
    told = world.run("needs_you")
    (renewal,) = world.renewals()
    assert f"kigen approve {renewal.id}" in told.message
    assert (world.moves(), world.charges) == ([["planned"]], [])

    told = world.run("needs_you")
    assert told.line["renewal"]["id"] == renewal.id, "it waits; it is not planned anew"
    assert world.moves() == [["planned"]]

    with world.ledger() as ledger:
        approve(ledger, renewal, "the owner said yes", "kigen approve", datetime.now(UTC))
    told = world.run("renewed")
    assert told.line["renewal"]["id"] == renewal.id
    assert world.charges == ["1100 JPY"]
    world.run("nothing_due")


def test_a_plan_is_needed_to_renew(world: World) -> None:
    del world.config["plan"]
    told = world.run("needs_you")
    assert "no plan" in told.message
    _nothing_was_paid(world)


@pytest.mark.parametrize("status", ["503", pytest.param("200", marks=NIGHTLY)])
def test_maintenance(world: World, status: str) -> None:
    tomorrow = datetime.now(ZoneInfo("Asia/Tokyo")).date() + timedelta(days=1)
    says = f"メンテナンス終了予定：{tomorrow.month}月{tomorrow.day}日 6:00"
    world.fault("maintenance", status=status, says=says)
    told = world.run("maintenance")
    assert "メンテナンス" in told.message
    with world.ledger() as ledger:
        closed_until = ledger.runs.get(told.json["run"]).closed_until
    assert closed_until == datetime.combine(tomorrow, time(6), ZoneInfo("Asia/Tokyo"))
    assert (world.readings(), world.renewals()) == (0, [])
    world.clear()
    world.run("renewed")


@pytest.mark.parametrize("path", ["*/add/confirm", pytest.param("/mydocomo/", marks=NIGHTLY)])
def test_maintenance_that_begins_in_the_middle(world: World, path: str) -> None:
    world.fault("maintenance", path=path, status="200")
    world.run("maintenance")
    _nothing_was_paid(world)


def test_a_page_that_was_redesigned(world: World) -> None:
    world.hurry()
    world.fault("changed_layout")
    told = world.run("changed")
    assert told.json["where"].startswith("docomo.yaml:")
    assert told.evidence.joinpath("page.yaml").exists()
    _nothing_was_paid(world)


@NIGHTLY
def test_a_confirmation_page_that_was_redesigned(world: World) -> None:
    """Its price has another label: it is not guessed, and the click does not happen."""
    world.hurry()
    world.fault("changed_layout", path="*/add/confirm")
    told = world.run("changed")
    assert told.json["step"].startswith("renew")
    assert world.moves() == [["planned", "aborted"]]
    _nothing_was_paid(world)


@pytest.mark.parametrize(
    ("fault", "options"),
    [
        ("http", {"status": "502"}),
        pytest.param("drop", {"when": "before"}, marks=NIGHTLY),
        pytest.param("http", {"status": "500"}, marks=NIGHTLY),
    ],
)
def test_unreachable(world: World, fault: str, options: dict[str, str]) -> None:
    world.fault(fault, **options)
    told = world.run("unreachable")
    assert told.json["step"].startswith("login")
    assert (world.readings(), world.renewals()) == (0, [])
    world.clear()
    world.run("renewed")


@NIGHTLY
def test_unreachable_in_the_middle_of_an_order(world: World) -> None:
    world.fault("http", path="*/add/confirm", status="502")
    world.run("unreachable")
    assert world.moves() == [["planned", "aborted"]]
    _nothing_was_paid(world)
    world.clear()
    world.run("renewed")
    assert world.charges == ["1100 JPY"]


def test_a_declined_order_is_not_forced(world: World) -> None:
    world.fault("declined")
    told = world.run("declined")
    assert told.line["renewal"]["state"] == "declined"
    assert world.moves() == [["planned", "approved", "committing", "declined"]]
    assert world.events("declined") == 1
    _nothing_was_paid(world)


def test_a_price_above_the_agreed_one_is_not_paid(world: World) -> None:
    world.fault("price", amount=1320)
    told = world.run("too_expensive")
    assert "1320 JPY" in told.message
    assert "1100 JPY" in told.message
    assert world.moves() == [["planned", "aborted"]]
    _nothing_was_paid(world)


@NIGHTLY
def test_a_price_below_the_agreed_one_is_asked_about(world: World) -> None:
    world.fault("price", amount=110)
    world.run("needs_you")
    assert world.moves() == [["planned", "aborted"]]
    _nothing_was_paid(world)


@pytest.mark.parametrize("where", ["account", pytest.param("workspace", marks=NIGHTLY)])
def test_a_cap_holds(world: World, where: str) -> None:
    caps = {"day": "2000 JPY"}
    if where == "account":
        world.config["caps"] = caps
    else:
        world.top["caps"] = caps
    world.run("renewed")
    world.set("due")
    told = world.run("too_expensive")
    assert "2200 JPY" in told.message
    assert world.charges == ["1100 JPY"]
    assert world.moves()[1] == ["planned", "aborted"]
