"""Codes on their way between processes: sealed, taken once, gone in time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runner.browser.keys import new_key
from runner.browser.vault import Vault
from runner.challenge.codes import Asked
from runner.challenge.inbox import LIFE, MEMORY, Given, Inbox, InboxSource
from tests.challenge.sources import next_text, take


class Clock:
    """The time, which tests move on."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inbox(tmp_path: Path, clock: Clock) -> Inbox:
    return Inbox(Vault(tmp_path / "home", {}), clock)


def texts(given: list[Given]) -> list[str]:
    return [one.text for one in given]


def test_what_is_given_is_taken_once_and_the_newest_first(inbox: Inbox, clock: Clock) -> None:
    since = clock()
    assert inbox.give("docomo", "code 123456", "DOCOMO")
    assert inbox.give("docomo", "654321")
    assert inbox.give("other.1", "111111")
    assert texts(inbox.take("docomo", since)) == ["654321", "code 123456"]
    assert inbox.take("docomo", since) == []
    assert texts(inbox.take("other.1", since)) == ["111111"]


def test_it_lies_sealed_and_for_its_owner_alone(inbox: Inbox, tmp_path: Path) -> None:
    inbox.give("docomo", "code 123456", "+81 90 1234 5678")
    inbox.first_time(b"key", b"code 123456")
    inbox.wait("docomo", Asked(6, datetime.now(UTC), datetime.now(UTC)))
    files = [file for file in (tmp_path / "home" / "codes").iterdir() if file.is_file()]
    assert len(files) == 3
    for file in files:
        assert file.stat().st_mode & 0o777 == 0o600
        assert b"123456" not in file.read_bytes()
        assert "123456" not in file.name
        assert b"5678" not in file.read_bytes()
    assert (tmp_path / "home" / "codes").stat().st_mode & 0o777 == 0o700


def test_what_holds_no_code_is_not_kept(inbox: Inbox, tmp_path: Path) -> None:
    assert not inbox.give("docomo", "See you at 12, call 0120800000")
    assert list((tmp_path / "home").rglob("*.sealed")) == []


def test_what_came_before_the_request_is_stale(inbox: Inbox, clock: Clock) -> None:
    inbox.give("docomo", "123456")
    assert inbox.take("docomo", clock() + timedelta(seconds=1)) == []
    assert inbox.take("docomo", clock() - timedelta(hours=1)) == [], "it is gone"


def test_what_nobody_takes_is_gone_in_time(inbox: Inbox, clock: Clock, tmp_path: Path) -> None:
    inbox.give("docomo", "123456")
    inbox.first_time(b"key", b"message")
    clock.ahead = LIFE + timedelta(seconds=5)
    inbox.sweep()
    assert [file.suffix for file in (tmp_path / "home" / "codes").iterdir()] == [".seen"]
    clock.ahead = MEMORY + timedelta(seconds=5)
    inbox.sweep()
    assert list((tmp_path / "home" / "codes").iterdir()) == []


def test_what_is_meant_for_somebody_else_stays(inbox: Inbox, clock: Clock) -> None:
    since = clock()
    inbox.give("docomo", "111111", "BANK")
    inbox.give("docomo", "222222", "NTT DOCOMO")
    assert texts(inbox.take("docomo", since, lambda given: given.sender == "NTT DOCOMO")) == [
        "222222"
    ]
    assert texts(inbox.take("docomo", since)) == ["111111"]


def test_a_message_is_known_again_also_in_another_process(inbox: Inbox, tmp_path: Path) -> None:
    assert inbox.first_time(b"key", b"message")
    assert not inbox.first_time(b"key", b"message")
    assert inbox.first_time(b"another key", b"message")
    other = Inbox(Vault(tmp_path / "home", {}), Clock())
    assert not other.first_time(b"key", b"message")


def test_what_a_lost_key_sealed_is_dropped(tmp_path: Path, clock: Clock) -> None:
    first, second = new_key().decode(), new_key().decode()
    since = clock()
    Inbox(Vault(tmp_path, {"KIGEN_KEY": first}), clock).give("docomo", "123456")
    inbox = Inbox(Vault(tmp_path, {"KIGEN_KEY": second}), clock)
    inbox.give("docomo", "654321")
    assert texts(inbox.take("docomo", since)) == ["654321"]
    assert list((tmp_path / "codes").iterdir()) == []


def test_others_see_who_waits(inbox: Inbox, clock: Clock) -> None:
    assert inbox.waiting("docomo") is None

    async def waits() -> None:
        source = InboxSource("you", "docomo", inbox)
        texts = source.texts(Asked(4, clock(), clock() + timedelta(minutes=2)))
        assert await anext(texts) is None
        waiting = inbox.waiting("docomo")
        assert waiting is not None
        assert (waiting.account, waiting.digits) == ("docomo", 4)
        clock.ahead = timedelta(minutes=3)
        assert inbox.waiting("docomo") is None, "a run that died waits for nothing"
        await texts.aclose()

    asyncio.run(waits())
    clock.ahead = timedelta()
    assert inbox.waiting("docomo") is None


def test_a_run_takes_what_another_process_gives(inbox: Inbox, clock: Clock) -> None:
    began: list[Asked] = []

    async def begin(asked: Asked) -> None:
        began.append(asked)
        await asyncio.to_thread(inbox.give, "docomo", "your code: 123456", "DOCOMO")
        await asyncio.to_thread(inbox.give, "docomo", "your code: 999999", "BANK")

    source = InboxSource("phone", "docomo", inbox, sender="docomo", beginning=begin)
    assert asyncio.run(next_text(source, clock())) == "your code: 123456"
    assert [asked.digits for asked in began] == [6]


def test_what_a_person_gives_counts_whoever_was_named(inbox: Inbox, clock: Clock) -> None:
    since = clock()
    inbox.give("docomo", "123456")
    source = InboxSource("phone", "docomo", inbox, sender="docomo")
    assert asyncio.run(take(source, since, 1)) == ["123456"]


def test_a_key_that_can_not_be_had_is_told(tmp_path: Path, clock: Clock) -> None:
    inbox = Inbox(Vault(tmp_path, {"KIGEN_KEY": "no key"}), clock)
    with pytest.raises(LookupError, match="KIGEN_KEY"):
        inbox.give("docomo", "123456")
    assert list(tmp_path.rglob("*.sealed")) == []
