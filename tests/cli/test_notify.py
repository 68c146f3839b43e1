"""`kigen notify`: real messages to a server of the test's own, and what becomes of lost ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runner.ledger.ledger import Ledger
from runner.notify.delivery import post
from runner.notify.events import Event
from runner.notify.targets import Target
from runner.values.secret import Secret
from tests.cli.conftest import Kigen
from tests.notify.servers import Web, web_server

TARGETS = """
timezone: Asia/Tokyo
accounts: {}
notify:
  targets:
    phone: {url: env:PHONE, language: ja}
    desk: {url: env:DESK}
"""


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as web:
        yield web


@pytest.fixture
def told(workspace: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> Web:
    (workspace / "config.yaml").write_text(TARGETS)
    monkeypatch.setenv("PHONE", f"json://127.0.0.1:{web.port}/phone-token-77")
    monkeypatch.setenv("DESK", f"json://127.0.0.1:{web.port}/desk")
    return web


@pytest.fixture
def waiting(told: Web, ledger: Ledger) -> Ledger:
    """A ledger with one letter to each target."""
    event = Event("failed", account="first", title="NTT docomo", at=datetime.now(UTC))
    nowhere = Secret("json://127.0.0.1")
    targets = {name: Target(name, lambda: nowhere) for name in ("phone", "desk")}
    post(event, targets, ledger.outbox)
    return ledger


def test_every_target_gets_a_test_in_its_language(told: Web, kigen: Kigen) -> None:
    said = kigen("notify", "test")
    assert (said.code, said.out) == (0, "phone: delivered\ndesk: delivered\n")
    assert told.paths == ["/phone-token-77", "/desk"]
    assert told.bodies[0]["title"] != told.bodies[1]["title"]


def test_one_target_alone(told: Web, kigen: Kigen) -> None:
    assert kigen("notify", "test", "desk").out == "desk: delivered\n"
    assert told.paths == ["/desk"]
    assert "did you mean `phone`?" in kigen("notify", "test", "phne").err


def test_a_refusal_says_why_without_the_address(
    told: Web, kigen: Kigen, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.status = 500
    monkeypatch.delenv("DESK")
    said = kigen("notify", "test")
    assert said.code == 1
    phone, desk = said.out.splitlines()
    assert "500" in phone
    assert "phone-token" not in said.out + said.err
    assert desk.startswith("desk: its address can't be fetched: env:DESK")


def test_the_outbox_shows_what_has_not_arrived(waiting: Ledger, kigen: Kigen) -> None:
    letters = kigen("notify", "outbox", "--json").json()
    assert [(one["event"], one["target"], one["state"]) for one in letters] == [
        ("failed", "phone", "waiting"), ("failed", "desk", "waiting"),
    ]  # fmt: skip
    assert "waiting" in kigen("notify", "outbox").out


def test_retry_sends_what_waits_for_a_later_time(waiting: Ledger, told: Web, kigen: Kigen) -> None:
    for letter in waiting.outbox.list():
        claimed = waiting.outbox.claim(letter.id, 10)
        assert claimed is not None
        waiting.outbox.failed(claimed, "refused", datetime.now(UTC) + timedelta(hours=6))
    said = kigen("notify", "outbox", "--retry")
    assert (said.code, said.out) == (0, "No message waits.\n")
    assert len(told.paths) == 2


def test_retry_sends_a_letter_that_was_given_up_once(
    waiting: Ledger, told: Web, kigen: Kigen
) -> None:
    letter = waiting.outbox.list()[0]
    claimed = waiting.outbox.claim(letter.id, 10)
    assert claimed is not None
    waiting.outbox.give_up(claimed, "three days of refusals")
    assert "messages that could not be delivered: 1 " in kigen("status").err
    assert kigen("notify", "outbox", "--retry", "--json").json() == []
    kept = waiting.outbox.get(letter.id)  # it stays on record
    assert (kept.state, kept.put_away_by) == ("given_up", "kigen notify")
    assert sorted(told.paths) == ["/desk", "/phone-token-77"]
    kigen("notify", "outbox", "--retry")
    assert len(told.paths) == 2
