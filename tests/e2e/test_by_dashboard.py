"""A run is asked for, and a payment approved, on the dashboard of a real `kigen serve`."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from urllib.parse import urlencode

import pytest

from runner.browser.keys import Keys
from runner.cli.served_dashboard import address_of
from runner.config.home import Home
from runner.web.csrf import Csrf
from runner.web.links import key_for
from runner.web.password import Password
from runner.web.sessions import Sessions, digest
from tests.browser.processes import wait_until
from tests.e2e.world import World
from tests.ports import free_port
from tests.web.serving import Answer, send

LONG = 60.0
"""Seconds that a loaded machine may take for a run to begin, and to end."""


@dataclass
class Person:
    """The owner, signed in to the dashboard of a home."""

    port: int
    session: str
    csrf: str

    def get(self, path: str) -> Answer:
        return send(self.port, path, headers={"cookie": f"kigen={self.session}"})

    def post(self, path: str, **form: str) -> str:
        """Send a form; gives where it leads to."""
        headers = {
            "cookie": f"kigen={self.session}",
            "content-type": "application/x-www-form-urlencoded",
        }
        body = urlencode({"csrf": self.csrf, **form}).encode()
        answer = send(self.port, path, "POST", headers, body)
        assert answer.status == 303, answer.body
        return str(answer.headers["location"])

    def run_of(self, wish: str) -> str:
        """The page of the run that a wish has come to."""
        found: list[str] = []

        def begun() -> bool:
            answer = self.get(wish)
            found[:] = [answer.headers["location"]] if answer.status == 303 else []
            return bool(found)

        assert wait_until(begun, LONG)
        return found[0]

    def ends_as(self, page: str, words: str) -> str:
        """Wait for the end of a run; gives its page."""
        assert wait_until(lambda: "hx-get" not in self.get(page).body, LONG)
        body = self.get(page).body
        assert words in body, body
        return body


@contextmanager
def served(world: World) -> Iterator[tuple[subprocess.Popen[bytes], Person]]:
    home = Home(world.home)
    with world.served(LONG) as process:
        assert wait_until(lambda: address_of(home) is not None, LONG)
        key = Keys(home.folder, os.environ).all()[0]
        fingerprint = Password(home.folder, key_for("dashboard password", key)).fingerprint()
        session = Sessions(home.folder, lambda: datetime.now(UTC)).begin("owner", fingerprint)
        csrf = Csrf(key_for("csrf", key)).token(digest(session))
        port = int(str(address_of(home)).rpartition(":")[2])
        yield process, Person(port, session, csrf)


def prepared(world: World, **config: object) -> None:
    world.top = {"dashboard": {"listen": f"127.0.0.1:{free_port()}"}}
    world.config |= config
    world.write()


def test_run_now_then_approve_and_it_is_paid_once(world: World) -> None:
    prepared(world, policy={"when": "days_left <= 7", "approve": "above 0 JPY"})
    with served(world) as (_, person):
        wish = person.post("/accounts/docomo/run")
        page = person.run_of(wish)
        person.ends_as(page, "Needs you")
        inbox = person.get("/inbox").body
        assert "Approve ¥1,100" in inbox
        picture = re.search(r'<img src="([^"]+)"', inbox)
        assert picture is not None
        assert person.get(picture[1]).headers["content-type"] == "image/png"
        path = re.search(r'action="(/renewals/\w+/approve)"', inbox)
        assert path is not None
        assert world.charges == []
        with ThreadPoolExecutor(2) as pool:
            click = [pool.submit(person.post, path[1], price="1100 JPY") for _ in range(2)]
        assert {one.result().rpartition("=")[2] for one in click} == {"approved", "settled"}
        assert wait_until(lambda: world.outcomes()[-1] == "renewed", LONG)
        newest = re.search(r'href="(/runs/\w+)"', person.get("/runs").body)
        assert newest is not None
        body = person.ends_as(newest[1], "Renewed")
        assert "Paid and proved" in body
        assert "you approved a payment" in body
    assert world.charges == ["1100 JPY"]
    (moves,) = world.moves()
    assert moves == ["planned", "approved", "committing", "confirmed", "verified"]
    with world.ledger() as ledger:
        said = [move.evidence for move in ledger.renewals.moves(world.renewals()[0].id)]
    assert said.count("dashboard") == 1
    world.nothing_runs()


@pytest.mark.nightly
def test_a_dry_run_pays_nothing_and_run_now_does_without_any_schedule(world: World) -> None:
    prepared(world)
    with served(world) as (_, person):
        person.ends_as(person.run_of(person.post("/accounts/docomo/run", dry_run="yes")), "Dry run")
        assert world.charges == []
        page = person.run_of(person.post("/accounts/docomo/run"))
        assert person.post("/accounts/docomo/run").endswith("said=being_played")
        body = person.ends_as(page, "Renewed")
        receipt = re.search(r'href="(/renewals/\w+/receipts/0)"', body)
        assert receipt is not None
        assert person.get(receipt[1]).status == 200
    assert world.charges == ["1100 JPY"]
    world.nothing_runs()


@pytest.mark.nightly
def test_while_config_yaml_is_wrong_the_last_good_version_is_played(world: World) -> None:
    prepared(world)
    config = world.folder / "config.yaml"
    with served(world) as (_, person):
        stricter = config.read_text().replace("above 2000 JPY", "above 100 JPY")
        config.write_text(stricter.replace("when:", "whne:"))
        person.ends_as(person.run_of(person.post("/accounts/docomo/run", dry_run="yes")), "Dry run")
        assert world.charges == []
        body = person.ends_as(person.run_of(person.post("/accounts/docomo/run")), "Renewed")
        assert "stays in force, also for runs" in body
        shown = unescape(person.get("/settings").body)
        assert "did you mean `when`?" in shown
        assert "^^^^" in shown
        told = (world.folder / "serve.log").read_text()
        assert told.count("docomo: is played by the settings of ") == 2
        config.write_text(stricter.replace("days_left <= 7", "days_left <= 700"))
        body = person.ends_as(person.run_of(person.post("/accounts/docomo/run")), "Needs you")
        assert "also for runs" not in body
    assert world.charges == ["1100 JPY"]
    assert world.outcomes() == ["read_only", "renewed", "needs_you"]
    world.nothing_runs()


@pytest.mark.nightly
def test_a_wish_outlives_the_death_of_the_daemon(world: World) -> None:
    prepared(world)
    with served(world) as (process, person):
        with world.ledger() as ledger:
            wish = ledger.wishes.add("docomo", by="dashboard")
        process.kill()  # whether it has seen it or not
        process.wait()
    with served(world) as (_, person):
        person.ends_as(person.run_of(f"/wishes/{wish.id}"), "Renewed")
    assert world.charges == ["1100 JPY"]
    assert len(world.outcomes()) == 1


@pytest.mark.nightly
def test_a_paused_line_is_left_alone_until_it_is_resumed(world: World) -> None:
    prepared(world, schedule="every 24 hours")
    with world.ledger() as ledger:
        ledger.pauses.begin("docomo", [world.line], by="dashboard")
    with served(world) as (_, person):
        person.ends_as(person.run_of(person.post("/accounts/docomo/run")), "paused until you")
        assert world.charges == []
        with world.ledger() as ledger:
            assert not ledger.wishes.open()
        person.post("/accounts/docomo/resume")
        person.ends_as(person.run_of(person.post("/accounts/docomo/run")), "Renewed")
    assert world.outcomes() == ["read_only", "renewed"]
    assert world.charges == ["1100 JPY"]


@pytest.mark.nightly
def test_a_live_page_is_reached_from_the_inbox(world: World) -> None:
    listen = f"127.0.0.1:{free_port()}"
    prepared(world, hand_off={"listen": listen, "wait": "2 minutes"})
    world.fault("human_check")
    with served(world) as (process, person):
        person.post("/accounts/docomo/run")
        assert wait_until(lambda: "/inbox/pages/" in person.get("/inbox").body, LONG)
        path = re.search(r'href="(/inbox/pages/[^"]+)"', person.get("/inbox").body)
        assert path is not None
        there = person.get(path[1]).headers["location"]
        assert there.startswith(f"http://{listen}/hand-off/")
        port = int(listen.rpartition(":")[2])
        page = send(port, there.removeprefix(f"http://{listen}"))
        assert page.status == 200
        assert "docomo" in page.body
        process.terminate()
        log = world.folder / "serve.log"
        assert wait_until(lambda: "told to stop" in log.read_text(), LONG)
        process.terminate()  # the second time, it does not wait for anybody
        assert process.wait(LONG) == 0
    assert world.charges == []
