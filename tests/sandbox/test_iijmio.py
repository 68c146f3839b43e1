"""IIJmio without a browser: a Java server's sign-in, tokens, the limits of an order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from runner.sandbox import control
from runner.sandbox.iijmio.line import NUMBERS, START, month_end
from tests.sandbox.visitor import Answer, Visitor

NAME, TOP = "iijmio", "https://www.iijmio.jp"
HDD = f"{TOP}/service/setup/hdd"
CHARGE = f"{HDD}/charge"


def check(visitor: Visitor, home: Path, password: str = "") -> Answer:
    secrets = control.secrets(home, NAME)
    form = {"j_username": secrets["id"], "j_password": password or secrets["password"]}
    return visitor.ask(f"{TOP}/j_security_check", form)


def sign_in(visitor: Visitor, home: Path) -> None:
    visitor.ask(f"{TOP}/auth/login/")
    assert check(visitor, home).headers["location"] == "/member/"


def to_confirmation(visitor: Visitor, coupons: str = "2", **changed: str) -> Answer:
    form = {"hdoCode": START[0].code, "couponNum": coupons, "agree": "on", **changed}
    token = visitor.ask(f"{CHARGE}/").hidden("TOKEN")
    return visitor.ask(f"{CHARGE}/confirm.do", {**form, "TOKEN": token})


def test_the_sign_in_stands_in_a_page_s_place_and_leads_on_to_it(
    visitor: Visitor, home: Path
) -> None:
    page = visitor.ask(f"{HDD}/couponstatus/")
    assert (page.status, "j_username" in page.text) == (200, True)
    assert check(visitor, home).headers["location"] == "/service/setup/hdd/couponstatus/"
    assert START[0].code in visitor.ask(f"{HDD}/couponstatus/").text


def test_nothing_was_asked_for(visitor: Visitor, home: Path) -> None:
    answer = check(visitor, home)
    assert answer.status == 408
    assert "有効時間が過ぎました" in answer.text
    assert "j_username" in visitor.ask(f"{TOP}/member/").text


def test_wrong_passwords_lock_the_account(visitor: Visitor, home: Path) -> None:
    visitor.ask(f"{TOP}/auth/login/")
    pages = [check(visitor, home, "wrong").text for _ in range(5)]
    assert ["ロックしました" in page for page in pages] == [False] * 4 + [True]
    assert "ロックしました" in check(visitor, home).text


def test_signing_out(visitor: Visitor, home: Path) -> None:
    sign_in(visitor, home)
    assert NUMBERS[0] in visitor.ask(f"{TOP}/member/").text
    visitor.ask(f"{TOP}/auth/logout.jsp")
    assert "j_username" in visitor.ask(f"{TOP}/member/").text


def test_the_days_of_one_line(visitor: Visitor, home: Path) -> None:
    control.set_(home, NAME, "now", "2026-11-03T10:00+09:00")
    sign_in(visitor, home)
    listed = visitor.ask(f"{HDD}/viewdata/")
    assert listed.text.count("<form ") == 2
    page = visitor.ask(f"{HDD}/viewdata/", {"hdoCode": START[1].code})
    assert NUMBERS[1] in page.text
    assert NUMBERS[0] not in page.text
    assert "2026年11月　3日" in page.text
    assert "2026年10月31日" in page.text


def test_an_order_is_charged_once_however_often_it_is_sent(visitor: Visitor, home: Path) -> None:
    sign_in(visitor, home)
    order = to_confirmation(visitor)
    assert "￥４４０（税込）" in order.text
    form = {"TOKEN": order.hidden("TOKEN")}
    with ThreadPoolExecutor(6) as pool:
        visitors = [Visitor(visitor.address, visitor.cookies) for _ in range(6)]
        pages = list(pool.map(lambda one: one.ask(f"{CHARGE}/execute.do", form).text, visitors))
    assert sum("お申し込みの完了" in page for page in pages) == 1
    (charge,) = control.charges(home)
    assert (charge["line"], charge["amount"]) == (NUMBERS[0], 440)
    assert charge["reference"] in visitor.ask(f"{CHARGE}/list/").text
    assert "<td>　2151</td>" in visitor.ask(f"{HDD}/couponstatus/").text


def test_twenty_in_a_month_and_no_more(visitor: Visitor, home: Path) -> None:
    sign_in(visitor, home)
    one, two = to_confirmation(visitor, "11"), to_confirmation(visitor, "10")
    pages = [
        visitor.ask(f"{CHARGE}/execute.do", {"TOKEN": page.hidden("TOKEN")}).text
        for page in (one, two)
    ]
    assert ["お申し込みの完了" in page for page in pages] == [True, False]
    assert "上限（20枚）" in pages[1]
    assert "上限（20枚）" in to_confirmation(visitor, "10").text
    assert len(control.charges(home)) == 1


@pytest.mark.parametrize(
    "changed", [{"coupons": "0"}, {"coupons": "21"}, {"agree": ""}, {"hdoCode": "hdo99999999"}]
)
def test_what_is_not_sold(visitor: Visitor, home: Path, changed: dict[str, str]) -> None:
    sign_in(visitor, home)
    page = to_confirmation(visitor, **changed).text
    assert "お申し込み内容の確認" not in page


def test_what_was_bought_is_over_with_its_month(visitor: Visitor, home: Path) -> None:
    control.set_(home, NAME, "now", "2026-11-30T23:59+09:00")
    control.set_(home, NAME, "bought", 3)
    control.set_(home, NAME, "session_minutes", 10**6)
    sign_in(visitor, home)
    page = visitor.ask(f"{HDD}/couponstatus/").text
    assert "追加分" in page
    assert "2026年12月 31日" in page
    control.set_(home, NAME, "now", "2026-12-01T00:00+09:00")
    assert "追加分" not in visitor.ask(f"{HDD}/couponstatus/").text


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2026, 11, 21), 0, date(2026, 11, 30)),
        (date(2026, 11, 30), 1, date(2026, 12, 31)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 2, 29), 0, date(2028, 2, 29)),
    ],
)
def test_ends_of_months(day: date, months: int, end: date) -> None:
    assert month_end(day, months) == end
