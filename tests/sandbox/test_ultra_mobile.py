"""Ultra Mobile's practice portal by raw requests: the sign-in, orders, the wallet, the end of a plan."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from runner.sandbox import control
from runner.sandbox.errors import BadValue
from runner.sandbox.ultra_mobile.line import PACIFIC, dollars
from tests.sandbox.visitor import Answer, Visitor

NAME = "ultra-mobile"
WWW = "https://www.ultramobile.com"


def sign_in(visitor: Visitor, home: Path, phone: str = "2025550142", password: str = "") -> Answer:
    page = visitor.ask(f"{WWW}/login")
    given = password or control.secrets(home, NAME)["password"]
    form = {"_token": page.hidden("_token"), "msisdn": phone, "password": given}
    return visitor.ask(f"{WWW}/login", form)


@pytest.fixture
def owner(visitor: Visitor, home: Path) -> Visitor:
    assert sign_in(visitor, home).headers["location"] == f"{WWW}/account"
    control.set_(home, NAME, "processing", 0)
    return visitor


def buy(owner: Visitor, page: Answer, pay: str = "saved", **more: str) -> Answer:
    form = {"_token": page.hidden("_token"), "pay": pay, "terms": "on", **more}
    answer = owner.ask(f"{WWW}/account/renew/buy", form)
    return owner.ask(answer.headers["location"]) if answer.status == 303 else answer


def order(owner: Visitor) -> Answer:
    return owner.ask(f"{WWW}/account/renew")


@pytest.mark.parametrize("phone", ["(202) 555-0142", "202.555.0142", "2025550142"])
def test_a_number_is_taken_however_it_is_written(visitor: Visitor, home: Path, phone: str) -> None:
    assert sign_in(visitor, home, phone).status == 303


def test_five_wrong_passwords_lock_the_account(visitor: Visitor, home: Path) -> None:
    pages = [sign_in(visitor, home, password="wrong").text for _ in range(5)]
    assert ["is locked" in page for page in pages] == [False] * 4 + [True]
    assert "is locked" in sign_in(visitor, home).text


def test_a_code_is_typed_digit_by_digit(visitor: Visitor, home: Path) -> None:
    control.set_(home, NAME, "code", "yes")
    page = sign_in(visitor, home)
    assert page.text.count('name="digit"') == 6
    wrong = {"_token": page.hidden("_token"), "digit": "x"}
    assert "is invalid" in visitor.ask(f"{WWW}/login/verify", wrong).text
    assert visitor.ask(f"{WWW}/account").status == 302


def test_the_bare_host_leads_to_the_same_page(visitor: Visitor) -> None:
    answer = visitor.ask("https://ultramobile.com/account")
    assert (answer.status, answer.headers["location"]) == (301, f"{WWW}/account")


def test_an_order_counts_once_and_wants_the_terms(owner: Visitor, home: Path) -> None:
    page = order(owner)
    assert page.text.count("$3.00") == 2
    assert "accept the terms" in buy(owner, page, terms="").text
    page = order(owner)
    done = buy(owner, page)
    (charge,) = control.charges(home)
    assert (charge["amount"], charge["currency"]) == (3, "USD")
    assert charge["reference"] in done.text
    end = datetime.now(PACIFIC).date() + timedelta(days=33)
    assert f"until {end:%m/%d/%Y}" in done.text
    assert "unexpected error" in buy(owner, page).text
    assert charge["reference"] in owner.ask(f"{WWW}/account/payments").text


def test_the_confirmation_waits_until_it_is_processed(owner: Visitor, home: Path) -> None:
    control.set_(home, NAME, "processing", 3600)
    page = buy(owner, order(owner))
    assert "processing your payment" in page.text
    found = re.search(r"id=([\w-]+)", page.text)
    assert found
    status = f"{WWW}/account/renew/status.json?id={found[1]}"
    assert json.loads(owner.ask(status).text) == {"done": False}
    assert len(control.charges(home)) == 1, "the money is taken at once"


def test_the_wallet_pays_no_more_than_it_holds(owner: Visitor, home: Path) -> None:
    assert "Thank you" in buy(owner, order(owner), "wallet").text
    assert "enough funds" in buy(owner, order(owner), "wallet").text
    assert len(control.charges(home)) == 1


@pytest.mark.parametrize(
    "wrong", [{"cardnumber": "4242424242424242"}, {"exp-year": "2031"}, {"zip": "10001"}]
)
def test_another_card_must_be_right_in_all_its_parts(
    owner: Visitor, home: Path, wrong: dict[str, str]
) -> None:
    card = control.secrets(home, "bank")
    month, year = card["card_expiry"].split("/")
    right = {
        "cardnumber": card["card_number"], "exp-month": month, "exp-year": f"20{year}",
        "cvv": card["card_cvc"], "zip": control.secrets(home, NAME)["zip"],
    }  # fmt: skip
    assert "was declined" in buy(owner, order(owner), "new", **{**right, **wrong}).text
    assert control.charges(home) == []
    assert "Thank you" in buy(owner, order(owner), "new", **right).text


@pytest.mark.parametrize(
    ("days", "words"), [(60, "Renew within 60 days"), (61, "no longer active")]
)
def test_what_a_line_is_after_its_plan(owner: Visitor, home: Path, days: int, words: str) -> None:
    control.set_(home, NAME, "over", days)
    assert words in owner.ask(f"{WWW}/account").text
    assert ("Total" in order(owner).text) is (days == 60)


def test_amounts_as_they_are_written_there(home: Path) -> None:
    assert [dollars(one) for one in ("3", "-0.1", "1234.5")] == ["$3.00", "-$0.10", "$1,234.50"]
    with pytest.raises(BadValue, match="dollars"):
        control.set_(home, NAME, "fees", "some")


def test_every_setting_can_be_set(home: Path) -> None:
    samples = {
        "over": "3", "plan": "3-month", "auto_renew": "yes", "wallet": "1", "fees": "0.28",
        "processing": "2", "code": "yes", "code_minutes": "3", "locked": "no",
        "session_minutes": "5", "now": "real",
    }  # fmt: skip
    for key in control.keys(NAME):
        control.set_(home, NAME, key, samples.get(key))
