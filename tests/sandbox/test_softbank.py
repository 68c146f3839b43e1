"""SoftBank's engine without a browser: tickets, tokens, security numbers, recharges."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from runner.sandbox import control
from runner.sandbox.bank import payments
from runner.sandbox.books import Books
from runner.sandbox.softbank.portal import PORTAL
from runner.sandbox.softbank_prepaid import line
from tests.sandbox.visitor import Answer, Visitor

TOP = "https://my.softbank.jp/msb/d"
LOGIN = "https://id.my.softbank.jp/sbid_auth/type1/2.0/login.php"
NUMBER_PAGE = "https://id.my.softbank.jp/sbid_auth/type1/2.0/r_login_otp.php"
PHONE = "09000002525"


def give_password(visitor: Visitor, telnum: str, password: str) -> Answer:
    page = visitor.ask(f"{LOGIN}?rl={TOP}/top")
    form = {"ticket": page.hidden("ticket"), "telnum": telnum, "password": password}
    return visitor.ask(LOGIN, form)


def sign_in(visitor: Visitor, home: Path, name: str = "softbank-prepaid") -> Answer:
    control.set_(home, name, "two_step", "off")
    secrets = control.secrets(home, name)
    telnum = secrets["phone"].replace("-", "")
    return visitor.follow(give_password(visitor, telnum, secrets["password"]))


def security_number(home: Path) -> str:
    message = control.sms(home, "softbank")
    assert message is not None
    found = re.search(r"セキュリティ番号は「(\d{3})」", message.text)
    assert found
    return found[1]


def to_order(visitor: Visitor, home: Path, amount: int = 3000, number: str = "") -> Answer:
    """The confirmation page of a recharge."""
    card = control.secrets(home, "bank")
    page = visitor.ask(f"{TOP}/recharge/credit")
    page = visitor.ask(
        f"{TOP}/recharge/credit/card", {"token": page.hidden("token"), "amount": str(amount)}
    )
    form = {
        "token": page.hidden("token"),
        "cardNo": number or card["card_number"],
        "cardLimit": card["card_expiry"],
    }
    return visitor.ask(f"{TOP}/recharge/credit/confirm", form)


def pay(visitor: Visitor, order: Answer) -> Answer:
    return visitor.ask(f"{TOP}/recharge/credit/pay", {"token": order.hidden("token")})


def through_the_bank(visitor: Visitor, page: Answer) -> Answer:
    """What the frame of the bank does: it brings its answer, and the page moves on."""
    found = re.search(r"payment=([\w-]+)", page.text)
    assert found, page.text
    visitor.ask(payments.frame(found[1]))
    stranger = Visitor(visitor.address)  # no cookie of the shop comes with the frame's answer
    back = stranger.ask(f"{TOP}/recharge/credit/result", {"payment": found[1]})
    target = re.search(r'replace\("([^"]+)"\)', back.text)
    return visitor.ask(target[1]) if target else back


def test_a_ticket_is_good_once(visitor: Visitor, home: Path) -> None:
    page = visitor.ask(f"{LOGIN}?rl={TOP}/top")
    form = {"ticket": page.hidden("ticket"), "telnum": PHONE, "password": "x"}
    assert "正しくありません" in visitor.ask(LOGIN, form).text
    assert "エラーが発生しました" in visitor.ask(LOGIN, form).text


@pytest.mark.parametrize("telnum", ["090-0000-2525", "０９００００２５２５", "", "taro"])
def test_the_number_is_wanted_in_plain_digits(visitor: Visitor, home: Path, telnum: str) -> None:
    password = control.secrets(home, "softbank")["password"]
    assert "半角数字で入力" in give_password(visitor, telnum, password).text


def test_a_line_that_signs_in_nowhere_looks_like_a_wrong_password(
    visitor: Visitor, home: Path
) -> None:
    assert "正しくありません" in give_password(visitor, "08000000031", "x").text


def test_wrong_passwords_lock_one_account_and_not_its_neighbour(
    visitor: Visitor, home: Path
) -> None:
    control.set_(home, "softbank", "lock_after", 2)
    pages = [give_password(visitor, PHONE, "wrong").text for _ in range(2)]
    assert ["ロック" in page for page in pages] == [False, True]
    assert "ログアウト" in sign_in(visitor, home).text


def test_the_security_number_goes_where_it_was_sent_to(visitor: Visitor, home: Path) -> None:
    page = give_password(visitor, PHONE, control.secrets(home, "softbank")["password"])
    assert "***-****-2525" in page.text
    assert control.sms(home, "softbank") is None, "nothing is sent before a choice"
    page = visitor.ask(NUMBER_PAGE, {"ticket": page.hidden("ticket"), "dest": "1"})
    assert page.hidden("tel") == "080-0000-0031"
    number = security_number(home)
    wrong = f"{(int(number) + 1) % 1000:03d}"
    page = visitor.ask(NUMBER_PAGE, {"ticket": page.hidden("ticket"), "password": wrong})
    assert "セキュリティ番号が正しくありません" in page.text
    page = visitor.ask(NUMBER_PAGE, {"ticket": page.hidden("ticket"), "password": number})
    assert "ログアウト" in visitor.follow(page).text


def test_two_security_numbers_in_a_row_differ(home: Path) -> None:
    with Books(home) as books:
        sent = [books.send("softbank", PHONE, timedelta(minutes=1)) for _ in range(300)]
        numbers = [PORTAL.code(books, message) for message in sent]
    assert all(one != two for one, two in pairwise(numbers))


def test_the_bills_ask_again_and_the_data_page_wants_its_tokens(
    visitor: Visitor, home: Path
) -> None:
    sign_in(visitor, home, "softbank")
    control.set_(home, "softbank", "two_step", "on")
    assert "エラーが発生しました" in visitor.ask("https://re11.my.softbank.jp/resfe/top/").text
    link = visitor.ask(f"{TOP}/webLink/doSend/MRERE0000")
    form = {name: link.hidden(name) for name in ("mfiv", "mfsb")}
    data = visitor.ask("https://re11.my.softbank.jp/resfe/top/", form)
    assert '"remainData": "48.78"' in data.text
    assert '"currentAdditionalData": ""' in data.text
    assert "エラー" in visitor.ask("https://re11.my.softbank.jp/resfe/top/", form).text
    link = visitor.ask(f"{TOP}/webLink/doSend/WCO010000")
    form = {name: link.hidden(name) for name in ("mfiv", "mfsb")}
    asked = visitor.follow(visitor.ask("https://bl11.my.softbank.jp/wco/top", form))
    assert "送付先" in asked.text


def test_a_prepaid_account_has_no_bills(visitor: Visitor, home: Path) -> None:
    sign_in(visitor, home)
    link = visitor.ask(f"{TOP}/webLink/doSend/MRERE0000")
    form = {name: link.hidden(name) for name in ("mfiv", "mfsb")}
    page = visitor.ask("https://re11.my.softbank.jp/resfe/top/", form)
    assert "エラーが発生しました" in page.text


def test_a_postpaid_account_cannot_recharge(visitor: Visitor, home: Path) -> None:
    sign_in(visitor, home, "softbank")
    assert visitor.ask(f"{TOP}/recharge/credit").status == 404


def test_a_recharge_is_charged_once_however_often_it_is_sent(visitor: Visitor, home: Path) -> None:
    control.set_(home, "bank", "asks", "nothing")
    sign_in(visitor, home)
    order = to_order(visitor, home)
    with ThreadPoolExecutor(6) as pool:
        visitors = [Visitor(visitor.address, visitor.cookies) for _ in range(6)]
        pages = list(pool.map(lambda one: pay(one, order), visitors))
    (bank,) = [page for page in pages if "<iframe" in page.text]
    assert control.charges(home) == [], "not before the bank has said yes"
    done = through_the_bank(visitor, bank)
    assert "リチャージが完了しました" in done.text
    (charge,) = control.charges(home)
    assert charge["reference"] in done.text
    assert "エラーが発生しました" in through_the_bank(visitor, bank).text
    assert len(control.charges(home)) == 1


def test_the_limit_of_a_day_holds_at_the_last_button_too(visitor: Visitor, home: Path) -> None:
    control.set_(home, "bank", "asks", "nothing")
    sign_in(visitor, home)
    one, two = to_order(visitor, home), to_order(visitor, home)
    assert "完了しました" in through_the_bank(visitor, pay(visitor, one)).text
    assert "1日あたり5,000円まで" in pay(visitor, two).text
    assert len(control.charges(home)) == 1


def test_another_card_is_refused_by_the_bank(visitor: Visitor, home: Path) -> None:
    control.set_(home, "bank", "asks", "nothing")
    sign_in(visitor, home)
    order = to_order(visitor, home, number="4242424242424242")
    assert "**** 4242" in order.text
    page = through_the_bank(visitor, pay(visitor, order))
    assert "リチャージできませんでした" in page.text
    assert control.charges(home) == []


def test_a_prepaid_card_is_good_once(visitor: Visitor, home: Path) -> None:
    sign_in(visitor, home)
    number = control.secrets(home, "softbank-prepaid")["prepaid_card"]
    base = f"{TOP}/recharge/prepaid"

    def enter() -> Answer:
        page = visitor.ask(base)
        return visitor.ask(f"{base}/confirm", {"token": page.hidden("token"), "prepaidNo": number})

    one, two = enter(), enter()
    assert "3,000円" in one.text
    pages = [visitor.ask(f"{base}/complete", {"token": one.hidden("token")}) for _ in range(2)]
    assert ["完了しました" in page.text for page in pages] == [True, False]
    assert (
        "できませんでした" in visitor.ask(f"{base}/complete", {"token": two.hidden("token")}).text
    )
    assert "すでに登録されています" in enter().text
    assert [charge["amount"] for charge in control.charges(home)] == [3000]
    assert control.secrets(home, "softbank-prepaid")["prepaid_card"] != number


@pytest.mark.parametrize(
    ("left", "after"), [(9, 69), (0, 60), (-5, 60), (299, 359), (300, 360), (330, 360), (360, 360)]
)
def test_sixty_days_are_added_and_never_more_than_360_lie_ahead(left: int, after: int) -> None:
    today = date(2026, 11, 21)
    now = line.Line(100, today + timedelta(days=left), today)
    then = now.with_recharge(3000, today)
    assert ((then.until - today).days, then.balance) == (after, 3098)
    assert then.number_until - then.until == timedelta(days=360)
