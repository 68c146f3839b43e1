"""au by raw requests: signing in, the PIN, the lines, and a charge that is charged once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runner.sandbox import control
from tests.sandbox.visitor import Answer, Visitor

NAME, NUMBER, OTHER = "au", "080-0000-5241", "090-0000-5242"
ID, MY, SHOP = "https://connect.auone.jp", "https://my.au.com", "https://dch.auone.jp"
BASE = f"{ID}/net/vwc/cca_lg_eu_nets"
BILL = f"{MY}/aus/hc-cs/lic/LIC0020001.hc"
ERROR = "システムエラー"


def _give(visitor: Visitor, name: str, password: str) -> Answer:
    page = visitor.ask(f"{BASE}/login")
    form = {
        "ccaToken": page.hidden("ccaToken"),
        "loginAliasId": name,
        "loginAuonePwd": password,
    }
    return visitor.follow(visitor.ask(f"{BASE}/cca", form))


def _password(visitor: Visitor, home: Path) -> Answer:
    """What follows the right password."""
    known = control.secrets(home, NAME)
    return _give(visitor, known["id"], known["password"])


def _allow(visitor: Visitor, page: Answer) -> Answer:
    assert "許可する" in page.text
    return visitor.follow(visitor.ask(f"{BASE}/consent", {"ccaToken": page.hidden("ccaToken")}))


def _code(home: Path, *, mail: bool = False) -> str:
    message = (control.mail if mail else control.sms)(home, NAME)
    assert message is not None
    found = re.search(r"確認コード：([0-9]{6})", message.text)
    assert found, message.text
    return found[1]


def _send(visitor: Visitor, page: Answer, code: str) -> Answer:
    form = {"ccaToken": page.hidden("ccaToken"), "confirmcode": code}
    return visitor.follow(visitor.ask(f"{BASE}/code", form))


@pytest.fixture
def owner(visitor: Visitor, home: Path) -> Visitor:
    """Signed in, with one line."""
    control.set_(home, NAME, "second", "off")
    control.set_(home, NAME, "lines", "1")
    _allow(visitor, _password(visitor, home))
    return visitor


def _confirm(visitor: Visitor, volume: str = "05", settle: str = "bill") -> Answer:
    page = visitor.follow(visitor.ask(f"{SHOP}/charge/"))
    form = {
        "token": page.hidden("token"),
        "volume": volume,
        "timing": "now",
        "settle": settle,
    }
    return visitor.ask(f"{SHOP}/charge/confirm", form)


def _complete(visitor: Visitor, page: Answer, secret: str) -> Answer:
    form = {"token": page.hidden("token"), "secret": secret}
    return visitor.ask(f"{SHOP}/charge/complete", form)


def _charges(home: Path) -> list[tuple[str, str]]:
    return [(charge["line"], str(charge["amount"])) for charge in control.charges(home)]


def _kinds(home: Path) -> list[str]:
    return [event["kind"] for event in control.events(home)]


def test_a_code_by_text_message_and_consent_once(visitor: Visitor, home: Path) -> None:
    page = _password(visitor, home)
    assert "SMSでお送りした" in page.text
    assert control.mail(home, NAME) is None
    assert "電話番号の選択" in _allow(visitor, _send(visitor, page, _code(home))).text
    control.set_(home, NAME, "sign_out")
    again = _send(visitor, _password(visitor, home), _code(home))
    assert "許可する" not in again.text


def test_a_code_by_mail_goes_to_the_address(visitor: Visitor, home: Path) -> None:
    control.set_(home, NAME, "second", "mail")
    page = _password(visitor, home)
    assert "メールでお送りした" in page.text
    assert control.sms(home, NAME) is None
    _allow(visitor, _send(visitor, page, _code(home, mail=True)))
    assert "signed_in" in _kinds(home)


def test_a_code_is_good_once_and_for_ten_minutes(visitor: Visitor, home: Path) -> None:
    page = _password(visitor, home)
    code = _code(home)
    wrong = _send(visitor, page, f"{(int(code) + 1) % 10**6:06d}")
    assert "正しくありません" in wrong.text
    control.set_(home, NAME, "now", (datetime.now(UTC) + timedelta(minutes=11)).isoformat())
    late = _send(visitor, wrong, code)
    assert "有効期限が切れています" in late.text
    assert "signed_in" not in _kinds(home)


def test_five_wrong_passwords_lock_the_account_also_for_its_owner(
    visitor: Visitor, home: Path
) -> None:
    known = control.secrets(home, NAME)
    answers = [_give(visitor, known["id"], "wrong").text for _ in range(5)]
    assert ["ロックされました" in text for text in answers] == [False] * 4 + [True]
    assert "ロックされました" in _password(visitor, home).text
    assert "code_sent" not in _kinds(home)
    control.set_(home, NAME, "locked", "no")
    assert "SMSでお送りした" in _password(visitor, home).text


def test_the_waiting_page_moves_on_when_the_phone_has_allowed_it(
    visitor: Visitor, home: Path
) -> None:
    control.set_(home, NAME, "second", "url")
    page = _password(visitor, home)
    assert "バーコード" in page.text
    state = f"{BASE}/state"
    assert '"go":false' in visitor.ask(state).text
    message = control.sms(home, NAME)
    assert message is not None
    phone, url = Visitor(visitor.address), message.text.rpartition(" ")[2]
    assert "許可しました" not in phone.ask(url, {}).text, "the box is not ticked"
    assert "有効期限が切れました" in phone.ask(url[:-1] + "x").text
    assert '"go":false' in visitor.ask(state).text
    phone.ask(url, {"confirmed": "1"})
    assert '"go":true' in visitor.ask(state).text
    assert "許可する" in visitor.follow(visitor.ask(f"{BASE}/next")).text


def test_a_url_that_ran_out_lets_nobody_in(visitor: Visitor, home: Path) -> None:
    control.set_(home, NAME, "second", "url")
    _password(visitor, home)
    control.set_(home, NAME, "now", (datetime.now(UTC) + timedelta(minutes=11)).isoformat())
    assert "有効期限が切れました" in visitor.ask(f"{BASE}/next").text
    assert "有効期限が切れました" in visitor.ask(f"{BASE}/next").text


def test_forms_without_their_token_or_with_a_used_one_are_refused(
    visitor: Visitor, home: Path
) -> None:
    page = visitor.ask(f"{BASE}/login")
    form = {"ccaToken": page.hidden("ccaToken"), "loginAliasId": "x", "loginAuonePwd": "y"}
    visitor.ask(f"{BASE}/cca", form)
    assert ERROR in visitor.ask(f"{BASE}/cca", form).text
    assert ERROR in visitor.ask(f"{BASE}/cca", {"loginAliasId": "x"}).text
    assert "もう一度ログイン" in visitor.ask(f"{BASE}/consent", {}).text


def test_nobody_is_led_to_a_stranger(owner: Visitor) -> None:
    for stranger in ("https%3A%2F%2Fmy.au.com.example%2F", "http%3A%2F%2Fmy.au.com%2F"):
        away = owner.ask(f"{BASE}/login?targeturl={stranger}").headers["location"]
        assert away.startswith(f"{MY}/enter?pass=")


def test_a_pass_is_good_once(owner: Visitor) -> None:
    away = owner.ask(f"{BASE}/login?targeturl=https%3A%2F%2Fdch.auone.jp%2Fcharge%2F")
    url = away.headers["location"]
    assert owner.ask(url).status == 302
    assert ERROR in owner.ask(url).text


def test_the_bill_wants_the_pin_and_three_wrong_ones_lock_it(owner: Visitor, home: Path) -> None:
    pin = control.secrets(home, NAME)["pin"]
    for expected in (
        "正しくありません",
        "正しくありません",
        "正しくありません",
        "ロックされました",
    ):
        token = owner.ask(BILL).hidden("token")
        answer = owner.ask(f"{MY}/aus/pin", {"token": token, "pin": pin[::-1] + "0"})
        assert expected in answer.text
    token = owner.ask(BILL).hidden("token")
    assert (
        "1,851" not in owner.follow(owner.ask(f"{MY}/aus/pin", {"token": token, "pin": pin})).text
    )


def test_a_charge_is_charged_once(owner: Visitor, home: Path) -> None:
    page, pin = _confirm(owner), control.secrets(home, NAME)["pin"]
    done = _complete(owner, page, pin)
    (charge,) = control.charges(home)
    assert charge["reference"] in done.text
    assert ERROR in _complete(owner, page, pin).text
    assert _charges(home) == [(NUMBER, "550")]
    history = owner.ask(f"{SHOP}/charge/history").text
    assert charge["reference"] in history


def test_a_wrong_pin_or_security_code_charges_nothing_and_the_sheet_goes_on(
    owner: Visitor, home: Path
) -> None:
    known = control.secrets(home, NAME)
    for settle, secret, asked in (("bill", "pin", "暗証番号"), ("card", "card_cvc", "コード")):
        page = _confirm(owner, "10", settle)
        wrong = _complete(owner, page, known[secret] + "0")
        assert f"{asked}が一致しません" in wrong.text
        assert ERROR in _complete(owner, page, known[secret]).text, "its token is used up"
    assert _charges(home) == []
    assert known["card_cvc"] not in wrong.text
    _complete(owner, wrong, known["card_cvc"])
    assert _charges(home) == [(NUMBER, "1000")]


def test_without_a_session_nothing_is_charged(owner: Visitor, home: Path) -> None:
    page = _confirm(owner)
    control.set_(home, NAME, "sign_out")
    assert _complete(owner, page, control.secrets(home, NAME)["pin"]).status == 302
    assert _charges(home) == []


def test_a_line_that_is_not_of_this_id_can_not_be_chosen(owner: Visitor, home: Path) -> None:
    control.set_(home, NAME, "lines", "2")
    assert "電話番号の選択" in owner.ask(f"{MY}/").text
    answer = owner.ask(f"{MY}/line", {"number": "090-1234-5678"})
    assert "電話番号を選択してください" in answer.text
    assert OTHER in owner.follow(owner.ask(f"{MY}/line", {"number": OTHER})).text
