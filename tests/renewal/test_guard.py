"""The guard pays nothing but what was agreed, and every step of it is in the ledger first."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from runner.config.model import Caps, Plan, Policy
from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal
from runner.ledger.states import State
from runner.page.problems import Stopped
from runner.renewal.approval import is_asked, refuse
from runner.renewal.guard import CUT_OFF, Guard, Limits
from runner.values.money import Money
from tests.renewal.conftest import Clock

Yen = Money.parse


def guard_for(
    ledger: Ledger,
    clock: Clock,
    run_id: str,
    *,
    dry: bool = False,
    line: str = "main",
    **limits: Any,
) -> Guard:
    plan = limits.get("plan", Plan(name="1GB", price=Yen("1100 JPY")))
    renewal: Renewal | None = None
    if not dry:
        renewal = ledger.renewals.plan(
            run_id, "docomo", line, "expires 2026-11-30", plan.name, plan.price
        )
    return Guard(
        ledger,
        "docomo",
        line,
        Limits(
            plan,
            limits.get("policy", Policy()),
            limits.get("caps", Caps()),
            limits.get("workspace_caps", Caps()),
            ZoneInfo("Asia/Tokyo"),
        ),
        ledger.leases.acquire(f"docomo-{line}", "me", 60),
        run_id,
        clock,
        renewal,
    )


def approve(guard: Guard, price: str) -> None:
    asyncio.run(guard.approve(Yen(price), None))  # type: ignore[arg-type]


def states(ledger: Ledger, guard: Guard) -> list[State]:
    assert guard.renewal is not None
    return [move.to_state for move in ledger.renewals.moves(guard.renewal.id)]


def test_the_agreed_price_is_approved_and_the_intent_is_stored(
    ledger: Ledger, clock: Clock, run_id: str
) -> None:
    guard = guard_for(ledger, clock, run_id)
    approve(guard, "1100 JPY")
    asyncio.run(guard.intend())
    asyncio.run(guard.close("done", "the site took the order"))
    assert states(ledger, guard) == ["planned", "approved", "committing", "confirmed"]


@pytest.mark.parametrize(
    ("price", "outcome"),
    [
        ("1101 JPY", "too_expensive"),
        ("1099 JPY", "needs_you"),
        ("11 USD", "too_expensive"),
        ("0 JPY", "needs_you"),
    ],
)
def test_any_other_price_is_not_paid(
    ledger: Ledger, clock: Clock, run_id: str, price: str, outcome: str
) -> None:
    guard = guard_for(ledger, clock, run_id)
    with pytest.raises(Stopped) as caught:
        approve(guard, price)
    assert caught.value.ends_as() == outcome
    assert guard.state is State.ABORTED


def test_a_tolerance_goes_both_ways_and_no_further(
    ledger: Ledger, clock: Clock, run_id: str
) -> None:
    plan = Plan(name="1GB", price=Yen("1100 JPY"), tolerance=Yen("50 JPY"))
    for number, price in enumerate(("1150 JPY", "1050 JPY")):
        guard = guard_for(ledger, clock, run_id, plan=plan, line=f"ok{number}")
        approve(guard, price)
        assert guard.state is State.APPROVED
    for number, price in enumerate(("1151 JPY", "1049 JPY")):
        with pytest.raises(Stopped):
            approve(guard_for(ledger, clock, run_id, plan=plan, line=f"no{number}"), price)


@pytest.mark.parametrize(
    "limits",
    [
        {"caps": Caps(renewal=Yen("1000 JPY"))},
        {"caps": Caps(day=Yen("2000 JPY"))},
        {"caps": Caps(month=Yen("2199 JPY"))},
        {"workspace_caps": Caps(month=Yen("2199 JPY"))},
        {"caps": Caps(day=Yen("100 USD"))},
    ],
)
def test_caps_count_what_was_or_may_have_been_spent(
    ledger: Ledger, clock: Clock, run_id: str, limits: dict[str, Any]
) -> None:
    earlier = guard_for(ledger, clock, run_id, line="other")
    approve(earlier, "1100 JPY")
    asyncio.run(earlier.intend())
    asyncio.run(earlier.close("unknown", "no answer"))
    with pytest.raises(Stopped):
        approve(guard_for(ledger, clock, run_id, **limits), "1100 JPY")


def test_a_day_is_the_owners_day(ledger: Ledger, clock: Clock, run_id: str) -> None:
    earlier = guard_for(ledger, clock, run_id, line="other")
    approve(earlier, "1100 JPY")
    asyncio.run(earlier.intend())
    asyncio.run(earlier.close("done", "ok"))
    clock.move(hours=12, minutes=1)  # 00:01 in Tokyo
    guard = guard_for(ledger, clock, run_id, caps=Caps(day=Yen("2000 JPY")))
    approve(guard, "1100 JPY")
    assert guard.state is State.APPROVED


def test_a_dry_run_stops_before_paying_and_leaves_nothing(
    ledger: Ledger, clock: Clock, run_id: str
) -> None:
    guard = guard_for(ledger, clock, run_id, dry=True)
    with pytest.raises(Stopped, match="dry run") as caught:
        approve(guard, "1100 JPY")
    assert caught.value.ends_as() == "read_only"
    assert ledger.renewals.list() == []


def test_without_the_lease_nothing_is_paid(ledger: Ledger, clock: Clock, run_id: str) -> None:
    guard = guard_for(ledger, clock, run_id)
    approve(guard, "1100 JPY")
    clock.move(minutes=2)
    ledger.leases.acquire("docomo-main", "another run", 60)
    with pytest.raises(Stopped) as caught:
        asyncio.run(guard.intend())
    assert caught.value.ends_as() == "busy"
    assert guard.state is State.ABORTED


def test_a_cap_that_another_run_has_used_up_meanwhile_stops_the_click(
    ledger: Ledger, clock: Clock, run_id: str
) -> None:
    """Both were within the cap when they were approved; only one of them may go on."""
    caps = {"workspace_caps": Caps(month=Yen("2000 JPY"))}
    one, two = (guard_for(ledger, clock, run_id, line=line, **caps) for line in ("one", "two"))
    approve(one, "1100 JPY")
    approve(two, "1100 JPY")
    asyncio.run(one.intend())
    with pytest.raises(Stopped, match="with this renewal it would be 2200 JPY") as caught:
        asyncio.run(two.intend())
    assert caught.value.ends_as() == "too_expensive"
    assert (one.state, two.state) == (State.COMMITTING, State.ABORTED)


@pytest.mark.parametrize(
    ("own", "whole", "says"),
    [
        (Caps(day=Yen("1000 JPY")), Caps(), "the line's cap for a day"),
        (Caps(renewal=Yen("1000 JPY")), Caps(), "the line's cap for a renewal"),
        (Caps(renewal=Yen("1200 JPY")), Caps(renewal=Yen("1000 JPY")), None),
        (Caps(), Caps(renewal=Yen("1000 JPY")), "the account's cap for a renewal"),
        (Caps(day=Yen("5000 JPY")), Caps(day=Yen("2000 JPY")), "the account's cap for a day"),
        (Caps(renewal=Yen("99 USD")), Caps(), "the line's cap for a renewal is in USD"),
    ],
)
def test_a_lines_own_caps_hold_beside_its_accounts(
    ledger: Ledger, clock: Clock, run_id: str, own: Caps, whole: Caps, says: str | None
) -> None:
    """Another line of the account has spent 1100 JPY today."""
    earlier = guard_for(ledger, clock, run_id, line="other")
    approve(earlier, "1100 JPY")
    asyncio.run(earlier.intend())
    guard = guard_for(ledger, clock, run_id, caps=whole)
    guard.limits.own_caps = own
    if says is None:
        approve(guard, "1100 JPY")
        assert guard.state is State.APPROVED
    else:
        with pytest.raises(Stopped, match=says):
            approve(guard, "1100 JPY")


def test_a_need_in_doubt_is_asked_about_whatever_it_costs(
    ledger: Ledger, clock: Clock, run_id: str
) -> None:
    guard = guard_for(ledger, clock, run_id)
    guard.doubt = "the expiry has gone back"
    with pytest.raises(Stopped, match="gone back; 1100 JPY needs your approval") as caught:
        approve(guard, "1100 JPY")
    assert caught.value.ends_as() == "needs_you"
    assert guard.renewal is not None
    assert is_asked(guard.renewal)


def test_every_move_says_what_was_kept_and_when_to_look_again(
    ledger: Ledger, clock: Clock, run_id: str
) -> None:
    guard = guard_for(ledger, clock, run_id)
    guard.evidence = lambda: "run-7/01-confirmation.png"
    approve(guard, "1100 JPY")
    asyncio.run(guard.intend())
    assert guard.renewal is not None
    assert guard.renewal.next_at == clock() + CUT_OFF
    asyncio.run(guard.close("unknown", "no answer"))
    assert guard.renewal.next_at == clock() + timedelta(minutes=2)
    asserted = ledger.renewals.moves(guard.renewal.id)[1:]
    assert {move.evidence for move in asserted} == {"run-7/01-confirmation.png"}
    assert {move.run_id for move in asserted} == {run_id}


FREE = Plan(name="pause", price=Money.parse("0 USD"))


def test_what_is_free_is_stored_like_a_payment_and_no_cap_is_in_its_way(
    ledger: Ledger, clock: Clock, run_id: str
) -> None:
    guard = guard_for(ledger, clock, run_id, plan=FREE, caps=Caps(month=Yen("1 JPY")))
    asyncio.run(guard.approve_free(None))  # type: ignore[arg-type]
    asyncio.run(guard.intend())
    asyncio.run(guard.close("done", "the site says that it is done"))
    assert states(ledger, guard) == ["planned", "approved", "committing", "confirmed"]
    assert guard.renewal is not None
    assert guard.renewal.free


def test_a_plan_with_a_price_is_not_renewed_for_nothing_nor_the_other_way_round(
    ledger: Ledger, clock: Clock, run_id: str
) -> None:
    guard = guard_for(ledger, clock, run_id)
    with pytest.raises(Stopped, match="another plan"):
        asyncio.run(guard.approve_free(None))  # type: ignore[arg-type]
    assert guard.state is State.ABORTED
    paid = guard_for(ledger, clock, run_id, plan=FREE, line="other")
    with pytest.raises(Stopped):
        approve(paid, "0 USD")


def test_a_dry_run_stops_before_what_is_free(ledger: Ledger, clock: Clock, run_id: str) -> None:
    guard = guard_for(ledger, clock, run_id, plan=FREE, dry=True)
    with pytest.raises(Stopped, match="right before renewing") as caught:
        asyncio.run(guard.approve_free(None))  # type: ignore[arg-type]
    assert caught.value.ends_as() == "read_only"


def test_a_line_that_was_paused_meanwhile_is_not_paid(
    ledger: Ledger, clock: Clock, run_id: str
) -> None:
    guard = guard_for(ledger, clock, run_id)
    approve(guard, "1100 JPY")
    ledger.pauses.begin("docomo", ["main"], by="dashboard")
    with pytest.raises(Stopped, match="paused") as caught:
        asyncio.run(guard.intend())
    assert (caught.value.ends_as(), guard.state) == ("read_only", State.ABORTED)


def test_a_refusal_holds_for_this_price_and_more_and_for_a_while(
    ledger: Ledger, clock: Clock, run_id: str
) -> None:
    plan = Plan(name="1GB", price=Yen("1100 JPY"), tolerance=Yen("50 JPY"))
    policy = Policy.model_validate({"when": "days_left <= 7", "approve": "above 0 JPY"})

    def ask(price: str) -> Guard:
        guard = guard_for(ledger, clock, run_id, plan=plan, policy=policy)
        guard.lease.release()
        with pytest.raises(Stopped) as caught:
            approve(guard, price)
        asked = guard.renewal is not None and is_asked(guard.renewal)
        assert caught.value.ends_as() == ("needs_you" if asked else "too_expensive")
        return guard

    def refuse_what_is_asked(guard: Guard) -> None:
        assert guard.renewal is not None
        assert is_asked(guard.renewal)
        refuse(ledger, guard.renewal, "too dear", "dashboard")

    refuse_what_is_asked(ask("1100 JPY"))
    for price in ("1100 JPY", "1150 JPY"):
        assert ask(price).state is State.ABORTED
    refuse_what_is_asked(ask("1099 JPY"))  # another price: asked anew
    assert ask("1099 JPY").state is State.ABORTED
    clock.move(days=3)
    assert ask("1100 JPY").state is State.PLANNED
