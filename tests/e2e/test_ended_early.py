"""Runs that are cut off: by their deadline, by a signal, by the machine. They end in order."""

from __future__ import annotations

import json
import signal

import pytest

from tests.browser.processes import alive, descendants, wait_until
from tests.e2e.world import COMPLETE, World


@pytest.mark.nightly
def test_a_run_ends_within_its_deadline(lonely: World) -> None:
    lonely.config["deadline"] = "4 seconds"
    lonely.fault("slow", path="/mydocomo/", seconds=120)
    told = lonely.run("failed")
    assert told.message == "the run did not end within its 4 s"
    assert told.seconds < 60
    assert (lonely.charges, lonely.renewals()) == ([], [])


@pytest.mark.nightly
def test_a_deadline_under_the_order_leaves_it_unknown(world: World) -> None:
    world.run("read_only", read_only=True)  # signed in, so that the deadline falls where it should
    world.config["deadline"] = "20 seconds"
    world.fault("drop", path=COMPLETE, when="middle")  # booked, but the receipt never comes
    told = world.run("payment_unknown")
    assert told.seconds < 60
    assert world.moves()[0][-2:] == ["committing", "unknown"]
    world.clear()
    world.run("renewed")
    world.run("nothing_due")
    assert world.charges == ["1100 JPY"]


@pytest.mark.parametrize(
    ("number", "moment"),
    [
        pytest.param(signal.SIGINT, "sign-in", marks=pytest.mark.nightly),
        pytest.param(signal.SIGTERM, "order", marks=pytest.mark.nightly),
        pytest.param(signal.SIGTERM, "answer", marks=pytest.mark.nightly),
        pytest.param(signal.SIGTERM, "sign-in", marks=pytest.mark.nightly),
        pytest.param(signal.SIGINT, "order", marks=pytest.mark.nightly),
        pytest.param(signal.SIGINT, "answer", marks=pytest.mark.nightly),
    ],
)
def test_a_signal_ends_a_run_in_order(lonely: World, number: signal.Signals, moment: str) -> None:
    path, states = {
        "sign-in": ("/auth/cgi/idauth", []),
        "order": ("*/add/confirm", [["planned", "aborted"]]),
        "answer": (COMPLETE, [["planned", "approved", "committing", "unknown"]]),
    }[moment]
    outcome = "payment_unknown" if moment == "answer" else "failed"
    lonely.fault("slow", path=path, seconds=120)
    with lonely.start() as process:
        lonely.wait_for(lambda: lonely.hits() > 0)
        if moment == "answer":
            lonely.wait_for(lambda: "committing" in lonely.moves()[0])
        family = descendants(process.pid)
        assert family
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number, err
    assert json.loads(out)["outcome"] == outcome
    assert "Traceback" not in err
    assert wait_until(lambda: not alive(family))
    assert lonely.outcomes() == [outcome]
    assert lonely.moves() == states
    assert lonely.charges == []


@pytest.mark.nightly
def test_a_killed_run_leaves_no_browser_and_no_portal(lonely: World) -> None:
    lonely.fault("slow", path="*/add/confirm", seconds=30)
    with lonely.start() as process:
        lonely.wait_for(lambda: lonely.hits() > 0)
        family = descendants(process.pid)
        process.kill()
        process.communicate()
    assert wait_until(lambda: not alive(family)), alive(family)
    lonely.clear()
    lonely.run("renewed")
    assert lonely.charges == ["1100 JPY"]
    assert lonely.outcomes() == ["failed", "renewed"]
