"""The practice bank: what it asks, and what it tells the shop, once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runner.sandbox import control
from runner.sandbox.bank import card, payments
from runner.sandbox.portals import open_books
from tests.sandbox.visitor import Answer, Visitor

BACK = "https://www.docomo.ne.jp/mydocomo/card"


def begin(home: Path, **other: str) -> str:
    with open_books(home) as books:
        own = card.of_owner(books)
        given = card.Card(
            other.get("number", own.number), other.get("expiry", own.expiry), other.get("cvc")
        )
        return payments.begin(
            books, given, shop="Shop", amount="3000", currency="JPY", back=BACK, order={"no": 7}
        )


def finish(home: Path, token: str) -> tuple[bool, object]:
    with open_books(home) as books:
        return payments.finish(books, token)


def show(visitor: Visitor, token: str) -> Answer:
    return visitor.ask(payments.frame(token))


def send(visitor: Visitor, token: str, code: str) -> Answer:
    return visitor.ask(f"{payments.ACS}/3ds/code", {"payment": token, "code": code})


def code(home: Path) -> str:
    message = control.sms(home, "bank")
    assert message is not None
    found = re.search(r"\d{6}", message.text)
    assert found
    return found[0]


def test_the_card_passes_the_check_of_luhn_and_is_one_card(home: Path) -> None:
    with open_books(home) as books:
        number = card.of_owner(books).number
        assert (len(number), card.of_owner(books)) == (16, card.of_owner(books))
    digits = [int(digit) for digit in number[::-1]]
    assert sum(d if i % 2 == 0 else sum(divmod(d * 2, 10)) for i, d in enumerate(digits)) % 10 == 0


def test_a_payment_without_questions(visitor: Visitor, home: Path) -> None:
    control.set_(home, "bank", "asks", "nothing")
    token = begin(home)
    page = show(visitor, token)
    assert f'action="{BACK}"' in page.text
    assert finish(home, token) == (True, {"no": 7})
    assert finish(home, token) == (False, None), "the shop is told once"


def test_a_code_is_asked_for(visitor: Visitor, home: Path) -> None:
    token = begin(home)
    assert "3,000円" in show(visitor, token).text
    page = send(visitor, token, "000000")
    assert "正しくありません" in page.text
    assert f'action="{BACK}"' in send(visitor, token, code(home)).text
    assert finish(home, token) == (True, {"no": 7})


def test_three_wrong_codes_end_it(visitor: Visitor, home: Path) -> None:
    token = begin(home)
    show(visitor, token)
    for _ in range(3):
        page = send(visitor, token, "000000")
    assert "承認されませんでした" in page.text
    assert finish(home, token) == (False, {"no": 7})


@pytest.mark.parametrize(("said", "approved"), [("approves", True), ("refuses", False)])
def test_a_yes_or_no_in_the_app(visitor: Visitor, home: Path, said: str, approved: bool) -> None:
    control.set_(home, "bank", "asks", "app")
    control.set_(home, "bank", "app", said)
    control.set_(home, "bank", "app_seconds", 0)
    token = begin(home)
    assert "アプリでお取引を承認してください" in show(visitor, token).text
    visitor.ask(f"{payments.ACS}/3ds/status?payment={token}")
    visitor.ask(f"{payments.ACS}/3ds/end", {"payment": token})
    assert finish(home, token) == (approved, {"no": 7})


def test_going_back_is_no_approval(visitor: Visitor, home: Path) -> None:
    token = begin(home)
    show(visitor, token)
    visitor.ask(f"{payments.ACS}/3ds/end", {"payment": token})
    assert finish(home, token) == (False, {"no": 7})


@pytest.mark.parametrize(
    "wrong", [{"number": "4000000000000002"}, {"expiry": "01/30"}, {"cvc": "0000"}]
)
def test_another_card_is_refused_without_questions(
    visitor: Visitor, home: Path, wrong: dict[str, str]
) -> None:
    token = begin(home, **wrong)
    assert "承認されませんでした" in show(visitor, token).text
    assert finish(home, token) == (False, {"no": 7})
