"""Hand-offs without a person: nobody wants one, nobody can be asked, or the run is told to stop."""

from __future__ import annotations

import signal
import socket

import pytest

from tests.browser.processes import wait_until
from tests.e2e.world import World
from tests.notify.servers import web_server


def test_an_account_that_wants_none_is_as_before(world: World) -> None:
    world.top["defaults"] = {"hand_off": True}
    world.config["hand_off"] = False
    world.fault("human_check")
    told = world.run("needs_you")
    assert "a person" not in told.message
    assert told.err.count("http") == 0


def test_an_address_that_is_taken_is_noted(world: World) -> None:
    world.fault("human_check")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        world.config["hand_off"] = {"listen": address}
        told = world.run("needs_you")
    (note,) = told.json["notes"]
    assert note.startswith(f"nobody could be asked at the page: {address} can't be listened on")
    assert world.charges == []


def test_a_run_that_waits_for_a_person_can_be_stopped(world: World) -> None:
    world.fault("human_check")
    world.config["hand_off"] = {"listen": "127.0.0.1:0"}
    with web_server() as web:
        world.environment["KIGEN_CHAT"] = f"json://127.0.0.1:{web.port}"
        world.top["notify"] = {
            "targets": {"chat": {"url": "env:KIGEN_CHAT", "events": ["hand_off"]}}
        }
        process = world.start()
        assert wait_until(lambda: bool(web.bodies) or process.poll() is not None, 60.0)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=90)
    assert process.returncode == 130, err
    assert '"outcome": "failed"' in out
    assert world.outcomes() == ["failed"]
    world.nothing_runs()


@pytest.mark.parametrize(
    "targets",
    [
        pytest.param({}, marks=pytest.mark.nightly),
        {"chat": {"url": "env:KIGEN_CHAT", "events": ["failed"]}},
    ],
)
def test_a_link_that_nobody_was_told_is_printed(world: World, targets: dict[str, object]) -> None:
    world.fault("human_check")
    world.config["hand_off"] = {"listen": "127.0.0.1:0", "wait": "2 seconds"}
    world.top["notify"] = {"targets": targets}
    told = world.run("needs_you")
    assert "docomo: a page waits for you: http://127.0.0.1:" in told.err
    assert "did not come in time" in told.message


@pytest.mark.nightly
def test_a_run_that_dies_while_a_person_has_the_paid_page(world: World) -> None:
    """The click was made, the page is shown, the machine goes down: it is paid once all the same."""
    world.hurry()
    world.fault("changed_layout", path="*/add/complete")
    world.config["hand_off"] = {"listen": "127.0.0.1:0"}
    with web_server() as web:
        world.environment["KIGEN_CHAT"] = f"json://127.0.0.1:{web.port}"
        world.top["notify"] = {
            "targets": {"chat": {"url": "env:KIGEN_CHAT", "events": ["hand_off"]}}
        }
        process = world.start()
        assert wait_until(lambda: bool(web.bodies) or process.poll() is not None, 60.0)
        assert process.poll() is None, process.communicate()
        process.kill()
        process.communicate(timeout=90)
    assert (world.charges, world.moves()[0][-1]) == (["1100 JPY"], "committing")
    world.clear()
    world.top, world.config["hand_off"] = {}, False
    world.run("renewed")
    assert world.charges == ["1100 JPY"]
    assert [moves[-1] for moves in world.moves()] == ["verified"]
