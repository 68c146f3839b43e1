"""giffgaff's practice portal by raw requests: tokens, codes, the API, vouchers, when a SIM is switched off."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from runner.sandbox import control
from runner.sandbox.bank import payments
from runner.sandbox.books import Books
from runner.sandbox.giffgaff import line
from tests.sandbox.visitor import Answer, Visitor

NAME = "giffgaff"
WWW, ID = "https://www.giffgaff.com", "https://id.giffgaff.com"
GRAPHQL = "https://publicapi.giffgaff.com/gateway/graphql"


def send(visitor: Visitor, path: str, told: Any, **more: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(visitor.ask(f"{ID}{path}", json_=told, more=more).text)
    return found


def log_in(visitor: Visitor, home: Path, password: str = "", token: str = "") -> dict[str, Any]:
    own = control.secrets(home, NAME)
    csrf = token or json.loads(visitor.ask(f"{ID}/auth/csrf").text)["token"]
    given = {"username": own["email"], "password": password or own["password"], "redirect": ""}
    return send(visitor, "/auth/login", given, **{"x-csrf-token": csrf})


@pytest.fixture
def member(visitor: Visitor, home: Path) -> Visitor:
    control.set_(home, NAME, "code", "no")
    visitor.follow(visitor.ask(log_in(visitor, home)["next"]))
    return visitor


def bearer(member: Visitor) -> str:
    found = re.search(r'"token": "([\w-]+)"', member.ask(f"{WWW}/dashboard").text)
    assert found
    return found[1]


def to_payment(member: Visitor) -> Answer:
    page = member.ask(f"{WWW}/top-up")
    return member.ask(f"{WWW}/top-up/credit", {"token": page.hidden("token"), "value": "10"})


def pay(member: Visitor, page: Answer, key: str = "") -> Answer:
    key = key or json.loads(member.ask(f"{WWW}/top-up/key").text)["key"]
    form = {"token": page.hidden("token"), "key": key, "method": "saved"}
    return member.ask(f"{WWW}/top-up/pay", form)


def test_a_token_is_good_for_one_try(visitor: Visitor, home: Path) -> None:
    csrf = json.loads(visitor.ask(f"{ID}/auth/csrf").text)["token"]
    assert "incorrect" in log_in(visitor, home, "wrong", csrf)["error"]
    assert "refresh" in log_in(visitor, home, token=csrf)["error"]


@pytest.mark.parametrize(("by", "reader"), [("EMAIL", control.mail), ("TEXT", control.sms)])
def test_a_code_goes_where_the_member_likes_it(
    visitor: Visitor, home: Path, by: str, reader: Any
) -> None:
    assert set(log_in(visitor, home)["mfa"]) == {"EMAIL", "TEXT"}
    assert reader(home, NAME) is None, "nothing is sent before a choice"
    ref = send(visitor, "/v4/mfa/challenge/me", {"preferredChannels": [by]})["ref"]
    code = re.search(r"\d{6}", reader(home, NAME).text)
    assert code
    wrong = f"{(int(code[0]) + 1) % 10**6:06d}"
    assert "incorrect" in send(visitor, "/v4/mfa/validation", {"ref": ref, "code": wrong})["error"]
    told = send(visitor, "/v4/mfa/validation", {"ref": ref, "code": code[0]})
    assert "Log out" in visitor.follow(visitor.ask(told["next"])).text
    assert visitor.ask(told["next"]).status == 200, "a pass is good once"
    assert "something went wrong" in visitor.ask(told["next"]).text


def test_the_figures_are_the_api_s_and_want_its_token(member: Visitor) -> None:
    page = member.ask(f"{WWW}/dashboard").text
    assert "4.20" not in page
    assert "£0.00" in page, "what stands there meanwhile"
    assert member.ask(GRAPHQL, json_={}).status == 401
    told = member.ask(GRAPHQL, json_={}, more={"authorization": f"Bearer {bearer(member)}"})
    assert json.loads(told.text)["data"]["member"]["credit"] == {"pence": 420}
    assert told.headers["access-control-allow-origin"] == WWW


def test_a_payment_needs_the_key_of_the_script_and_counts_once(member: Visitor, home: Path) -> None:
    control.set_(home, "bank", "asks", "nothing")
    assert "went wrong" in pay(member, to_payment(member), key="none").text
    page = to_payment(member)
    frame = re.search(r"payment=([\w-]+)", pay(member, page).text)
    assert frame
    assert "went wrong" in pay(member, page).text
    assert control.charges(home) == [], "nothing before the bank agrees"
    member.ask(payments.frame(frame[1]))
    stranger = Visitor(member.address)
    for _ in range(2):
        back = stranger.ask(f"{WWW}/top-up/bank", {"payment": frame[1]})
    assert "went wrong" in back.text
    (charge,) = control.charges(home)
    assert (charge["amount"], charge["currency"]) == (10, "GBP")
    assert charge["reference"] in member.ask(f"{WWW}/orders").text


def test_a_declined_order_stands_in_the_list_as_declined(member: Visitor, home: Path) -> None:
    control.fault(home, "declined", portal=NAME)
    assert "declined" in pay(member, to_payment(member)).text
    text = member.ask(f"{WWW}/orders").text
    assert text.count('<i class="status">Declined') == 2
    assert control.charges(home) == []


def test_a_voucher_is_good_once(member: Visitor, home: Path) -> None:
    code = control.secrets(home, NAME)["voucher"]

    def check() -> dict[str, str]:
        told = member.ask(f"{WWW}/top-up/voucher/check", json_={"code": code})
        found: dict[str, str] = json.loads(told.text)
        return found

    one, two = check(), check()
    assert one["value"] == "£10.00"
    redeem = f"{WWW}/top-up/voucher/redeem"
    assert member.ask(redeem, {"token": one["token"]}).status == 303
    assert "already been used" in member.ask(redeem, {"token": two["token"]}).text
    assert "already been used" in check()["error"]
    assert len(control.charges(home)) == 1
    assert control.secrets(home, NAME)["voucher"] != code


@pytest.mark.parametrize(("days", "status"), [(179, "ACTIVE"), (181, "DEACTIVATED")])
def test_a_sim_is_switched_off_after_180_days(
    member: Visitor, home: Path, days: int, status: str
) -> None:
    control.set_(home, NAME, "paid_days_ago", days)
    told = member.ask(GRAPHQL, json_={}, more={"authorization": f"Bearer {bearer(member)}"})
    assert json.loads(told.text)["data"]["member"]["sim"]["status"] == status


def test_a_goodybag_ends_on_the_same_day_of_the_next_month() -> None:
    assert line.month_later(date(2026, 11, 21)) == date(2026, 12, 21)
    assert line.month_later(date(2026, 1, 31)) == date(2026, 2, 28)
    assert line.month_later(date(2026, 12, 5)) == date(2027, 1, 5)


def test_every_setting_can_be_set(home: Path) -> None:
    samples = {
        "paid_days_ago": "3", "credit": "1.50", "sold_out": "gb10", "code": "no", "closed": "no",
        "code_minutes": "3", "session_minutes": "5", "now": "real",
    }  # fmt: skip
    for key in control.keys(NAME):
        control.set_(home, NAME, key, samples.get(key))


def test_days_ago_are_counted_by_the_wall_clock(tmp_path: Path) -> None:
    """Half an hour before midnight in winter it is already midnight by summer time."""
    with Books(tmp_path, lambda: datetime(2026, 11, 21, 23, 30, tzinfo=UTC)) as books:
        line.start(books, 172)
        paid = datetime.fromisoformat(line.orders(books)[0]["at"]).astimezone(line.BRITAIN)
    assert paid.date() == date(2026, 6, 2)
