"""Order pages that try to charge more, or something else, than was agreed: nothing is ever paid."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from runner.sandbox import control
from runner.sandbox.tricks import TRICKS
from tests.e2e.world import World

ABORTED = [["planned", "aborted"]]


@dataclass(frozen=True)
class Attack:
    """What the portal does, how the run must end, and what its owner must be told."""

    outcome: str
    says: tuple[str, ...]
    fault: str = "trick"
    options: tuple[tuple[str, object], ...] = ()


ATTACKS = {
    "a higher price": Attack(
        "too_expensive", ("1980 JPY", "agreed is 1100 JPY"), "price", (("amount", 1980),)
    ),
    "another currency": Attack(
        "too_expensive",
        ("11.00 USD", "in another currency"),
        "price",
        (("amount", 11), ("currency", "USD")),
    ),
    "the same figure in another currency": Attack(
        "too_expensive",
        ("1100.00 EUR", "in another currency"),
        "price",
        (("amount", 1100), ("currency", "EUR")),
    ),
    "addon": Attack("too_expensive", ("1650 JPY", "agreed is 1100 JPY")),
    "addon_aside": Attack("needs_you", ("a box is ticked", "データくりこしオプション", "550円")),
    "net": Attack("needs_you", ("without tax", "1,000円(税抜)")),
    "net_note": Attack("needs_you", ("without tax", "別途消費税")),
    "gross": Attack("too_expensive", ("1210 JPY", "agreed is 1100 JPY")),
    "picture": Attack("changed", ("`price`", "can't be read as money")),
    "two_amounts": Attack("changed", ("`price`", "more than one number")),
    "second_button": Attack("changed", ("`complete` matches more than one element",)),
    "swapped_buttons": Attack("changed", ("`complete`", "something else covers it")),
    "restless_button": Attack("changed", ("`complete`", "it did not keep still")),
    "late_total": Attack("changed", ("the price changed from 1100 JPY to 1650 JPY",)),
    "stale_order": Attack("changed", ("Another product stands on the confirmation page.",)),
    "other_product": Attack("changed", ("Another product stands on the confirmation page.",)),
}


OFTEN = {"swapped_buttons", "late_total"}
"""Tried with every change; the others every night."""


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name in OFTEN else pytest.mark.nightly) for name in ATTACKS],
)
def test_nothing_is_paid_under_attack(world: World, name: str) -> None:
    attack = ATTACKS[name]
    world.hurry()
    world.fault(attack.fault, **(dict(attack.options) or {"kind": name}))
    told = world.run(attack.outcome)
    assert world.hits() > 0, "the portal was not asked for the page that attacks"
    for words in attack.says:
        assert words in told.message, told.message
    assert (world.charges, world.events("ordered")) == ([], 0)
    assert world.moves() == ABORTED
    assert told.line["renewal"]["state"] == "aborted"


@pytest.mark.nightly
def test_the_need_stays_and_is_met_when_the_attack_is_over(world: World) -> None:
    world.fault("trick", kind="addon_aside")
    world.run("needs_you")
    world.clear()
    world.run("renewed")
    assert world.charges == ["1100 JPY"]
    assert [moves[-1] for moves in world.moves()] == ["aborted", "verified"]


@pytest.mark.nightly
def test_the_order_of_the_list_does_not_choose(world: World) -> None:
    """The agreed plan is taken by its name, wherever in the list it stands."""
    world.fault("trick", kind="order")
    world.run("renewed")
    (charge,) = control.charges(world.home)
    assert (charge["product"], world.charges) == ("1GB追加オプション", ["1100 JPY"])


def test_every_trick_is_tried() -> None:
    assert set(TRICKS) - set(ATTACKS) == {"order"}
