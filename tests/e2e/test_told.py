"""Whole runs tell their owner: over a real mail server, and over HTTP; a dead server loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from runner.config.home import Home
from runner.ledger.ledger import Ledger
from runner.renewal.approval import approve
from tests.e2e.world import World
from tests.notify.servers import Web, mail_server, web_server
from tests.ports import free_port


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as running:
        yield running


def mail_to(port: int) -> str:
    return f"mailto://127.0.0.1:{port}?mode=insecure&from=a@example.com&to=b@example.com"


def targets(world: World, **settings: dict[str, object]) -> None:
    """Targets whose addresses stand in variables: KIGEN_ and their name."""
    world.top["notify"] = {
        "targets": {
            name: {"url": f"env:KIGEN_{name.upper()}", **more} for name, more in settings.items()
        }
    }


def test_a_renewal_is_told_by_mail_and_by_chat_to_those_who_asked(
    world: World, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setenv("KIGEN_MAIL", mail_to(port))
    monkeypatch.setenv("KIGEN_CHAT", f"json://127.0.0.1:{web.port}")
    targets(world, mail={"language": "ja"}, chat={"events": ["nothing_due"]})
    with mail_server(port) as box:
        world.run("renewed")
        (mail,) = box.mails
        assert "NTT docomo" in str(mail["Subject"])
        body = mail.get_body()
        assert body is not None
        assert "1,100" in body.get_content()
        assert web.bodies == []
        world.run("nothing_due")
        assert len(box.mails) == 1
    assert len(web.bodies) == 1


@pytest.mark.nightly
def test_an_account_names_its_own_targets(
    world: World, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ONE", "TWO"):
        monkeypatch.setenv(f"KIGEN_{name}", f"json://127.0.0.1:{web.port}/{name.lower()}")
    targets(world, one={}, two={})
    world.config["notify"] = ["two"]
    world.run("renewed")
    assert web.paths == ["/two"]


def test_a_failure_brings_its_picture(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("KIGEN_MAIL", mail_to(port))
    targets(world, mail={})
    world.fault("maintenance", status="200")
    with mail_server(port) as box:
        world.run("maintenance")
    (mail,) = box.mails
    (picture,) = mail.iter_attachments()
    assert picture.get_content_type() == "image/png"
    assert picture.get_content().startswith(b"\x89PNG")


@pytest.mark.nightly
def test_a_dead_server_loses_nothing_and_the_run_says_so(
    world: World, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIGEN_CHAT", f"json://127.0.0.1:{free_port()}")
    targets(world, chat={})
    told = world.run("renewed")
    assert "chat could not be told of renewed yet" in told.err
    with world.ledger() as ledger:
        (letter,) = ledger.outbox.list()
        assert (letter.state, letter.target, letter.attempts) == ("waiting", "chat", 1)
    _let_pause_be_over(world)
    monkeypatch.setenv("KIGEN_CHAT", f"json://127.0.0.1:{web.port}")
    world.run("nothing_due")
    assert len(web.bodies) == 1
    with world.ledger() as ledger:
        assert ledger.outbox.list() == []


def _let_pause_be_over(world: World) -> None:
    """Put the next attempt forward, by the ledger of somebody whose clock is a day ahead."""
    now = datetime.now(UTC)
    with Ledger.open(Home(world.home).ledger, clock=lambda: now + timedelta(days=1)) as ledger:
        (letter,) = ledger.outbox.due(now + timedelta(days=1))
        claimed = ledger.outbox.claim(letter.id, 60)
        assert claimed is not None
        ledger.outbox.failed(claimed, "put forward", now)


@pytest.mark.nightly
def test_an_approval_is_asked_for_with_a_picture_and_then_goes_on_by_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setenv("KIGEN_MAIL", mail_to(port))
    targets(world, mail={})
    world.config["policy"]["approve"] = "above 1000 JPY"
    with mail_server(port) as box:
        world.run("needs_you")
    (mail,) = box.mails
    (picture,) = mail.iter_attachments()
    assert picture.get_content().startswith(b"\x89PNG")
    (renewal,) = world.renewals()
    body = mail.get_body()
    assert body is not None
    assert f"kigen approve {renewal.id}" in body.get_content()
    assert world.charges == []
    with world.ledger() as ledger:
        approve(ledger, renewal, "yes", "kigen approve", datetime.now(UTC))
    with mail_server(port):
        world.run("renewed", due=True)
    assert world.charges == ["1100 JPY"]
    with world.ledger() as ledger:
        assert ledger.runs.list("docomo")[0].trigger == "approved"


@pytest.mark.nightly
def test_trouble_is_told_once_then_again_and_then_that_it_is_over(
    world: World, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OFTEN", "SELDOM"):
        monkeypatch.setenv(f"KIGEN_{name}", f"json://127.0.0.1:{web.port}/{name.lower()}")
    targets(world, often={"repeat": "1 second"}, seldom={})
    world.fault("maintenance", status="200")
    for _ in range(2):
        world.run("maintenance")
    world.clear()
    world.run("renewed")
    told = [
        (path, body["title"].partition(": ")[2])
        for path, body in zip(web.paths, web.bodies, strict=True)
    ]
    down = "the site is under maintenance"
    assert told == [
        ("/often", down), ("/seldom", down), ("/often", down), ("/often", "renewed"),
        ("/seldom", "renewed"),
    ]  # fmt: skip
    assert "met 2 times by now" in web.bodies[2]["message"]
