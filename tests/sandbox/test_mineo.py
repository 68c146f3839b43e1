"""mineo without a browser: one-time keys, tokens, the limits of a charge."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from runner.sandbox import control
from runner.sandbox.mineo.line import NUMBERS, end_of_next_month
from tests.sandbox.visitor import Answer, Visitor

NAME = "mineo"
MY, AUTH = "https://my.mineo.jp", "https://login.eonet.jp/auth"
CONFIRM, COMPLETE = (f"{MY}/mvno_cp/PKC010101_{step}.action" for step in ("Confirm", "Complete"))


def follow(visitor: Visitor, answer: Answer, host: str = "my.mineo.jp") -> Answer:
    """Go where redirects lead."""
    while answer.status in (302, 303):
        to = answer.headers["location"]
        answer = visitor.ask(to if to.startswith("https:") else f"https://{host}{to}")
    return answer


def give_id(visitor: Visitor, home: Path) -> Answer:
    page = follow(visitor, visitor.ask(f"{MY}/"))
    form = {"_token": page.hidden("_token"), "eoid": control.secrets(home, NAME)["id"]}
    return visitor.ask(f"{AUTH}/id", form)


def give_password(visitor: Visitor, page: Answer, password: str) -> Answer:
    form = {"_token": page.hidden("_token"), "password": password}
    return follow(visitor, visitor.ask(f"{AUTH}/password", form), "login.eonet.jp")


def one_time_key(home: Path) -> str:
    message = control.sms(home, NAME)
    assert message is not None
    found = re.search(r"ワンタイムキー：(\d{6})", message.text)
    assert found
    return found[1]


def sign_in(visitor: Visitor, home: Path) -> Answer:
    """At the first line's top page, without keys and notices."""
    for key, value in (("key", "off"), ("notice", "no"), ("lines", "1")):
        control.set_(home, NAME, key, value)
    return give_password(visitor, give_id(visitor, home), control.secrets(home, NAME)["password"])


def to_confirmation(visitor: Visitor, mb: str = "1000") -> Answer:
    page = visitor.ask(f"{MY}/")
    return visitor.ask(CONFIRM, {"_token": page.hidden("_token"), "chargeYoryo": mb})


def test_a_strange_id_is_led_on_like_any_other(visitor: Visitor, home: Path) -> None:
    page = follow(visitor, visitor.ask(f"{MY}/"))
    page = visitor.ask(f"{AUTH}/id", {"_token": page.hidden("_token"), "eoid": "nobody"})
    assert "ワンタイムキーの入力" in page.text
    assert control.sms(home, NAME) is None


def test_the_key_comes_first_and_a_trusted_browser_needs_none(visitor: Visitor, home: Path) -> None:
    page = give_id(visitor, home)
    key = one_time_key(home)
    wrong = f"{(int(key) + 1) % 10**6:06d}"
    page = visitor.ask(f"{AUTH}/key", {"_token": page.hidden("_token"), "onetimeKey": wrong})
    assert "ワンタイムキーが正しくありません" in page.text
    form = {"_token": page.hidden("_token"), "onetimeKey": key, "trust": "1"}
    page = visitor.ask(f"{AUTH}/key", form)
    assert "eoIDパスワード" in page.text
    again = give_id(visitor, home)
    assert "eoIDパスワード" in again.text
    assert control.sms(home, NAME) is None


def test_the_password_alone_does_not_get_past_the_key(visitor: Visitor, home: Path) -> None:
    control.set_(home, NAME, "key", "after")
    page = give_password(visitor, give_id(visitor, home), control.secrets(home, NAME)["password"])
    assert "ワンタイムキーの入力" in page.text
    assert visitor.ask(f"{MY}/").status == 302


def test_wrong_passwords_lock_the_account(visitor: Visitor, home: Path) -> None:
    control.set_(home, NAME, "key", "off")
    pages = [give_password(visitor, give_id(visitor, home), "wrong").text for _ in range(5)]
    assert ["ロックされました" in page for page in pages] == [False] * 4 + [True]


def test_digits_in_a_picture_stand_before_the_sign_in(visitor: Visitor, home: Path) -> None:
    control.fault(home, "human_check", portal=NAME)
    page = follow(visitor, visitor.ask(f"{MY}/"))
    assert "画像認証" in page.text
    digits = "".join(map(str, control.human_answer(home, NAME)))
    form = {"token": page.hidden("token"), "answer": digits}
    page = follow(visitor, visitor.ask(f"{AUTH}/human", form))
    assert 'name="eoid"' in page.text


def test_a_line_is_chosen_among_two(visitor: Visitor, home: Path) -> None:
    sign_in(visitor, home)
    control.set_(home, NAME, "lines", "2")
    assert "ご契約の選択" in visitor.ask(f"{MY}/").text
    assert "ご契約の選択" in visitor.ask(f"{MY}/mvno_cp/BIL010101_Init.action").text
    choose = f"{MY}/mvno_cp/LIN010101_Next.action"
    assert "選択してください" in visitor.ask(choose, {"phoneNo": "090-1234-5678"}).text
    page = follow(visitor, visitor.ask(choose, {"phoneNo": NUMBERS[1]}))
    assert NUMBERS[1] in page.text
    assert "３，８０４" not in page.text, "figures come by script"
    assert '"5,054MB"' in visitor.ask(f"{MY}/mvno_cp/TOP010101_Usage.action").text


def test_a_charge_is_charged_once_however_often_it_is_sent(visitor: Visitor, home: Path) -> None:
    sign_in(visitor, home)
    order = to_confirmation(visitor)
    assert "５５０円（税込）" in order.text
    form = {"_token": order.hidden("_token")}
    with ThreadPoolExecutor(6) as pool:
        visitors = [Visitor(visitor.address, visitor.cookies) for _ in range(6)]
        pages = list(pool.map(lambda one: one.ask(COMPLETE, form).text, visitors))
    assert sum("お申し込み完了" in page for page in pages) == 1
    (charge,) = control.charges(home)
    assert (charge["line"], charge["amount"]) == (NUMBERS[0], 550)
    assert '"1,164MB"' in visitor.ask(f"{MY}/mvno_cp/TOP010101_Usage.action").text
    history = visitor.ask(f"{MY}/mvno_cp/PKC010201_Init.action").text
    assert "５５０円" in history
    assert charge["reference"] not in history


def test_the_limit_of_a_month_holds_at_the_last_button_too(visitor: Visitor, home: Path) -> None:
    sign_in(visitor, home)
    control.set_(home, NAME, "charged", 13500)
    one, two = to_confirmation(visitor), to_confirmation(visitor)
    pages = [visitor.ask(COMPLETE, {"_token": page.hidden("_token")}).text for page in (one, two)]
    assert ["お申し込み完了" in page for page in pages] == [True, False]
    assert "15,000MBまで" in pages[1]
    assert len(control.charges(home)) == 1


@pytest.mark.parametrize("mb", ["1100", "150", "0", "-100", ""])
def test_other_volumes_are_not_sold(visitor: Visitor, home: Path, mb: str) -> None:
    sign_in(visitor, home)
    assert "エラーが発生しました" in to_confirmation(visitor, mb).text


def test_what_was_charged_is_over_at_the_end_of_the_next_month(
    visitor: Visitor, home: Path
) -> None:
    control.set_(home, NAME, "now", "2026-11-21T10:00+09:00")
    control.set_(home, NAME, "charged", 500)
    control.set_(home, NAME, "session_minutes", 10**6)
    sign_in(visitor, home)
    usage = f"{MY}/mvno_cp/TOP010101_Usage.action"
    assert "2026/12/31 23:59:59" in visitor.ask(usage).text
    control.set_(home, NAME, "now", "2026-12-31T23:59+09:00")
    assert '"664MB"' in visitor.ask(usage).text
    control.set_(home, NAME, "now", "2027-01-01T00:00+09:00")
    assert '"164MB"' in visitor.ask(usage).text


@pytest.mark.parametrize(
    ("on", "until"),
    [
        (date(2026, 11, 21), date(2026, 12, 31)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2027, 1, 1), date(2027, 2, 28)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 7, 1), date(2026, 8, 31)),
    ],
)
def test_the_end_of_the_next_month(on: date, until: date) -> None:
    assert end_of_next_month(on) == until
