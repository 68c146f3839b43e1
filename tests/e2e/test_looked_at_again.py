"""`run due` looks again by itself at what is paid and not active, and pays nothing doing so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from runner.ledger.ledger import utc_now
from runner.ledger.states import State
from tests.e2e.world import COMPLETE, World
from tests.notify.servers import web_server


def put_forward(world: World) -> None:
    """The time of the next look has come."""
    with world.ledger() as ledger:
        (renewal,) = ledger.renewals.list("docomo", states={State.RENEWAL_PENDING, State.UNKNOWN})
        assert renewal.next_at is not None
        assert timedelta(0) < renewal.next_at - utc_now() < timedelta(minutes=5)
        ledger.renewals.see_to_again(renewal, utc_now())


def triggers(world: World) -> list[str]:
    with world.ledger() as ledger:
        return [run.trigger for run in ledger.runs.list("docomo")[::-1]]


@pytest.mark.nightly
def test_until_it_is_active(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with web_server() as web:
        monkeypatch.setenv("KIGEN_CHAT", f"json://127.0.0.1:{web.port}")
        world.top["notify"] = {"targets": {"chat": {"url": "env:KIGEN_CHAT"}}}
        world.set("activation", 3600)
        world.run("renewal_pending")
        assert len(web.bodies) == 1
        put_forward(world)
        world.run("renewal_pending", due=True)
        assert len(web.bodies) == 1, "the same news is told once"
        world.set("now", (utc_now() + timedelta(hours=2)).isoformat())
        put_forward(world)
        world.run("renewed", due=True)
        assert len(web.bodies) == 2
    assert world.charges == ["1100 JPY"]
    assert triggers(world) == ["hand", "look", "look"]


@pytest.mark.nightly
def test_what_is_unknown_is_settled_without_paying(world: World) -> None:
    """The site took the order and its answer was lost."""
    world.hurry()
    world.fault("drop", path=COMPLETE, method="POST", when="after")
    world.run("payment_unknown")
    world.clear()
    put_forward(world)
    world.run("renewed", due=True)
    assert triggers(world) == ["hand", "look"]
    assert world.charges == ["1100 JPY"]
