"""povo by raw requests: codes by mail, toppings that are paid through the bank, what keeps a line."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runner.sandbox import control
from tests.sandbox.visitor import Answer, Visitor

NAME = "povo"
SHOP = "https://shop.povo.jp"
ERROR = "エラーが発生しました"


def _ask_for_code(visitor: Visitor, home: Path) -> Answer:
    return visitor.ask(f"{SHOP}/login", {"email": control.secrets(home, NAME)["email"]})


def _code(home: Path) -> str:
    message = control.mail(home, NAME)
    assert message is not None
    found = re.search(r"認証コード：([0-9]{6})", message.text)
    assert found, message.text
    return found[1]


def _send(visitor: Visitor, page: Answer, code: str) -> Answer:
    form = {"token": page.hidden("token"), "otp": code}
    return visitor.follow(visitor.ask(f"{SHOP}/login/code", form))


@pytest.fixture
def owner(visitor: Visitor, home: Path) -> Visitor:
    """Signed in, at a bank that asks nothing."""
    control.set_(home, "bank", "asks", "nothing")
    _send(visitor, _ask_for_code(visitor, home), _code(home))
    return visitor


def _confirm(visitor: Visitor, topping: str = "1gb") -> Answer:
    token = visitor.ask(f"{SHOP}/toppings").hidden("token")
    return visitor.ask(f"{SHOP}/toppings/confirm", {"token": token, "topping": topping})


def _pay(visitor: Visitor, page: Answer) -> Answer:
    return visitor.ask(f"{SHOP}/toppings/pay", {"token": page.hidden("token")})


def _payment(page: Answer) -> str:
    found = re.search(r"payment=([^\"&]+)", page.text)
    assert found, page.text
    return found[1]


def _result(visitor: Visitor, payment: str) -> Answer:
    """What follows when the bank's frame has come back."""
    back = visitor.ask(f"{SHOP}/toppings/result", {"payment": payment})
    found = re.search(r'replace\("([^"]+)"\)', back.text)
    return visitor.ask(found[1].replace("\\u0026", "&")) if found else back


def _charges(home: Path) -> list[str]:
    return [str(charge["amount"]) for charge in control.charges(home)]


def _kinds(home: Path) -> list[str]:
    return [event["kind"] for event in control.events(home)]


def test_a_code_by_mail_lets_in_once_within_two_minutes(visitor: Visitor, home: Path) -> None:
    page = _ask_for_code(visitor, home)
    assert control.sms(home, NAME) is None
    code = _code(home)
    wrong = _send(visitor, page, f"{(int(code) + 1) % 10**6:06d}")
    assert "正しくありません" in wrong.text
    control.set_(home, NAME, "now", (datetime.now(UTC) + timedelta(minutes=3)).isoformat())
    late = _send(visitor, wrong, code)
    assert "有効期限が切れています" in late.text
    control.set_(home, NAME, "now", "real")
    assert "ログアウト" in _send(visitor, late, code).text
    other = Visitor(visitor.address)
    assert "正しくありません" in _send(other, _strangers_page(other, home), code).text


def _strangers_page(visitor: Visitor, home: Path) -> Answer:
    """Where a stranger would type a code that they have seen; no new one is sent."""
    return visitor.ask(f"{SHOP}/login", {"email": "stranger@example.jp"})


def test_strangers_are_told_the_same_and_get_no_mail(visitor: Visitor, home: Path) -> None:
    page = visitor.ask(f"{SHOP}/login", {"email": "stranger@example.jp"})
    assert "メールに届いた" in page.text
    assert _kinds(home) == ["unknown_email"]
    assert "正しくありません" in _send(visitor, page, "000000").text


def test_a_form_of_the_code_is_good_once(visitor: Visitor, home: Path) -> None:
    page = _ask_for_code(visitor, home)
    _send(visitor, page, "000000")
    assert ERROR in _send(visitor, page, _code(home)).text


def test_a_topping_is_paid_once_whatever_is_sent_again(owner: Visitor, home: Path) -> None:
    sheet = _confirm(owner)
    page = _pay(owner, sheet)
    assert _charges(home) == [], "nothing before the bank agrees"
    payment = _payment(page)
    done = _result(owner, payment)
    (charge,) = control.charges(home)
    assert charge["reference"] in done.text
    assert ERROR in _pay(owner, sheet).text
    assert ERROR in _result(owner, payment).text
    assert _charges(home) == ["390"]
    assert charge["reference"] in owner.ask(f"{SHOP}/manage/order-history").text


def test_the_bank_s_no_charges_nothing(owner: Visitor, home: Path) -> None:
    control.set_(home, "bank", "asks", "refuses")
    answer = _result(owner, _payment(_pay(owner, _confirm(owner))))
    assert "お支払いが完了できませんでした" in answer.text
    assert _charges(home) == []


def test_coming_back_before_the_bank_has_said_yes_charges_nothing(
    owner: Visitor, home: Path
) -> None:
    control.set_(home, "bank", "asks", "code")
    _result(owner, _payment(_pay(owner, _confirm(owner))))
    assert _charges(home) == []


def test_an_unknown_topping_or_a_used_token_is_refused(owner: Visitor) -> None:
    assert ERROR in _confirm(owner, "999gb").text
    token = owner.ask(f"{SHOP}/toppings").hidden("token")
    form = {"token": token, "topping": "1gb"}
    owner.ask(f"{SHOP}/toppings/confirm", form)
    assert ERROR in owner.ask(f"{SHOP}/toppings/confirm", form).text


def test_without_a_session_nothing_is_shown_or_bought(owner: Visitor, home: Path) -> None:
    sheet = _confirm(owner)
    control.set_(home, NAME, "sign_out")
    for path in ("", "toppings", "manage/order-history"):
        assert owner.ask(f"{SHOP}/{path}").headers["location"] == f"{SHOP}/login"
    assert _pay(owner, sheet).status == 302
    assert _charges(home) == []


def test_a_stopped_line_can_buy_nothing(owner: Visitor, home: Path) -> None:
    control.set_(home, NAME, "paid_days_ago", 187)
    assert "選ぶ" in owner.ask(f"{SHOP}/toppings").text, "seven days and 180 after the purchase"
    control.set_(home, NAME, "paid_days_ago", 188)
    assert "ご利用停止中" in owner.ask(f"{SHOP}/toppings").text
    assert "ご利用を停止しています" in owner.ask(f"{SHOP}/").text
