"""Codes come from the sources in their order; a used one is not handed out again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from runner.challenge.codes import Asked, CodeSources, NoCode, Source, Unusable
from runner.challenge.find import NoSingleCode, find_code, may_hold_code
from runner.values.secret import Redactor

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@dataclass
class Phone:
    """Gives one text after another, and then none any more."""

    given: list[str | None]
    name: str = "phone"
    renews: bool = False
    fails: Exception | None = None
    looks: float = 0.0
    asked: int = field(default=0)
    closed: int = field(default=0)

    async def texts(self, asked: Asked) -> AsyncGenerator[str | None, None]:
        self.asked += 1
        try:
            await asyncio.sleep(self.looks)
            for text in self.given:
                yield text
                await asyncio.sleep(0.01)
            if self.fails is not None:
                raise self.fails
            await asyncio.sleep(3600)
        finally:
            self.closed += 1


def get(*sources: Source, digits: int = 6, pattern: str | None = None, within: float = 0.5) -> str:
    codes = CodeSources(sources, Redactor(), lambda: NOW)
    found = asyncio.run(codes.get(digits=digits, pattern=pattern, since=NOW, within=within))
    return found.reveal()


@pytest.mark.parametrize(
    ("text", "digits", "code"),
    [
        ("【dアカウント】セキュリティコード：123456 他人には教えないでください", 6, "123456"),
        ("１２３４５６", 6, "123456"),
        ("123 456", 6, "123456"),
        ("au ID 確認コード 4321", 4, "4321"),
        ("确认：您的验证码是 8888，2026年有效", 4, "8888"),
        ("Your code is 123456. Call 0120800000 if it was not you.", 6, "123456"),
        ("2026-11-21 12:00 your PIN: 1234", 4, "1234"),
        ("code 123456, order 654321", 6, "123456"),
        ("1234567 and more", 6, None),
        ("123456 … again: 123456", 6, "123456"),
        ("no code here", 6, None),
    ],
)
def test_the_code_in_a_message(text: str, digits: int, code: str | None) -> None:
    assert find_code(text, digits) == code


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("code 123456 or code 654321", "2 numbers of 6 digits"),
        ("123456 or 654321", "2 numbers of 6 digits"),
        ("12345", "5 digits came; the page takes 6"),
        ("１２３４５６７", "7 digits came; the page takes 6"),
        ("セキュリティコード: 1234", "4 digits came; the page takes 6"),
    ],
)
def test_what_is_not_surely_the_code_is_no_code(text: str, told: str) -> None:
    with pytest.raises(NoSingleCode, match=told) as raised:
        find_code(text, 6)
    assert not any(part in str(raised.value) for part in ("1234", "654321"))


def test_a_pattern_says_which_number_is_the_code() -> None:
    text = "code 111111, receipt 222-222"
    assert find_code(text, 6, r"receipt ([\d-]+)") == "222222"
    assert find_code(text, 6, r"invoice (\d+)") is None
    assert find_code("333333", 6, r"receipt (\d+)") == "333333", "what a person gives is bare"
    with pytest.raises(NoSingleCode, match="3 digits"):
        find_code(text, 6, r"receipt (\d+)")


def test_what_could_be_a_code() -> None:
    assert all(map(may_hold_code, ("PIN 123", "１２３-４５６", "12345678")))
    assert not any(map(may_hold_code, ("see you at 12", "call 0120800000")))


def test_sources_are_asked_in_their_order_until_one_has_a_code() -> None:
    assert get(Phone([None]), Phone(["234567"], "second")) == "234567"
    first, second = Phone(["123456"]), Phone(["234567"], "second")
    assert get(first, second) == "123456"
    assert (second.asked, first.closed) == (0, 1)


def test_the_first_one_is_waited_for_while_the_second_waits_too() -> None:
    """Nobody waits out a mailbox before the terminal is asked, nor gives it up for that."""
    first, second = Phone([None] * 20 + ["123456"]), Phone([None] * 40 + ["234567"], "second")
    assert get(first, second, within=5) == "123456"
    assert (second.asked, first.closed, second.closed) == (1, 1, 1)


def test_a_source_that_is_long_about_its_first_look_does_not_hold_up_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("runner.challenge.codes.HEAD_START", 0.05)
    slow = Phone(["123456"], looks=3600)
    assert get(slow, Phone(["234567"], "second"), within=5) == "234567"
    assert slow.closed == 1


def test_a_used_code_is_not_handed_out_again() -> None:
    redactor = Redactor()
    phone = Phone(["123456", "１２３４５６", "654321"])
    codes = CodeSources([phone], redactor, lambda: NOW)

    async def twice() -> list[str]:
        found = [await codes.get(digits=6, pattern=None, since=NOW, within=5) for _ in range(2)]
        return [code.reveal() for code in found]

    assert asyncio.run(twice()) == ["123456", "654321"]
    assert "123456" not in redactor.mask("the code was 123456")


def test_without_a_code_in_time_it_says_where_it_looked_and_why() -> None:
    broken = Phone([], "command x", fails=ValueError("it ended with 3"))
    short = Phone(["12345"], "you")
    with pytest.raises(NoCode, match=r"within 0\.5 s from command x, you .*ended with 3.*5 digits"):
        get(broken, short)
    with pytest.raises(NoCode, match="no `codes:`"):
        get()


def test_where_no_source_can_have_one_nobody_waits() -> None:
    closed = Phone([], "mail", fails=Unusable("wrong password"))
    codes = CodeSources([closed], Redactor(), lambda: NOW, beside=Phone([None], "by hand"))

    async def twice() -> None:
        for _ in range(2):
            with pytest.raises(NoCode, match=r"none in mail \(mail: wrong password\)"):
                await codes.get(digits=6, pattern=None, since=NOW, within=60)

    asyncio.run(twice())
    assert closed.asked == 1, "it is not asked again in this run"


def test_what_is_given_beside_the_sources_counts() -> None:
    codes = CodeSources([Phone([None])], Redactor(), lambda: NOW, beside=Phone(["123456"], "hand"))
    found = asyncio.run(codes.get(digits=6, pattern=None, since=NOW, within=5))
    assert found.reveal() == "123456"


def test_only_what_renews_itself_is_asked_where_the_site_sent_nothing_new() -> None:
    sms, app = Phone(["123456"], "sms"), Phone(["234567"], "app", renews=True)

    async def renewed(*sources: Source) -> str:
        codes = CodeSources(sources, Redactor(), lambda: NOW)
        found = await codes.get(digits=6, pattern=None, since=NOW, within=5, renewed=True)
        return found.reveal()

    assert asyncio.run(renewed(sms, app)) == "234567"
    assert sms.asked == 0
    with pytest.raises(NoCode, match="by itself"):
        asyncio.run(renewed(sms))


def test_a_fault_of_a_source_is_no_lack_of_codes() -> None:
    with pytest.raises(ZeroDivisionError):
        get(Phone([], fails=ZeroDivisionError()))
