"""Airalo without a browser: its codes by mail, orders that are charged once, Airmoney, what it refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from runner.sandbox import control
from runner.sandbox.airalo import line
from runner.sandbox.bank import payments
from tests.sandbox.visitor import Answer, Visitor

NAME = "airalo"
TOP = "https://www.airalo.com"
API = f"{TOP}/api/v2"
TOPUP = "moshi-moshi-7days-1gb-topup"


def data(answer: Answer) -> Any:
    """What a page's script gets."""
    assert answer.status == 200, answer.text
    return json.loads(answer.text)["data"]


def sign_in(visitor: Visitor, home: Path) -> None:
    control.set_(home, NAME, "second", "no")
    own = control.secrets(home, NAME)
    data(visitor.ask(f"{API}/login", {"email": own["email"], "password": own["password"]}))


def quote(visitor: Visitor, *, airmoney: bool = False) -> dict[str, Any]:
    query = f"sim={line.JAPAN}&package={TOPUP}" + ("&airmoney=1" if airmoney else "")
    found: dict[str, Any] = data(visitor.ask(f"{API}/checkout?{query}"))
    return found


def order(visitor: Visitor, sheet: Mapping[str, Any], **card: str) -> Answer:
    return visitor.ask(f"{API}/orders/topups", {"token": sheet["token"], **card})


def through_the_bank(visitor: Visitor, frame: str) -> dict[str, Any]:
    """What the bank's frame does; then how the order stands."""
    payment = frame.partition("payment=")[2]
    visitor.ask(payments.frame(payment))
    stranger = Visitor(visitor.address)  # no cookie of the shop comes with the frame's answer
    back = stranger.ask(f"{TOP}/checkout/3ds", {"payment": payment})
    target = re.search(r'/checkout/result/([\w-]+)"', back.text)
    assert target, back.text
    answer = visitor.ask(f"{API}/orders/state/{target[1]}")
    return dict(data(answer)) if answer.status == 200 else {}


def test_a_code_comes_by_mail_and_the_browser_is_known_from_then_on(
    visitor: Visitor, home: Path
) -> None:
    own = control.secrets(home, NAME)
    given = {"email": own["email"], "password": own["password"]}
    asked = data(visitor.ask(f"{API}/login", given))
    assert visitor.ask(f"{API}/me").status == 401
    assert control.sms(home, NAME) is None
    mail = control.mail(home, NAME)
    assert mail is not None
    assert mail.to == own["email"]
    found = re.search(r"[0-9]{6}", mail.text)
    assert found
    code = found[0]
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    form = {"verify": asked["verify"], "code": wrong}
    assert "not correct" in visitor.ask(f"{API}/login/verify", form).text
    data(visitor.ask(f"{API}/login/verify", {**form, "code": code}))
    assert data(visitor.ask(f"{API}/me")) == {"airmoney": "$12.00 USD"}
    control.set_(home, NAME, "sign_out")
    assert visitor.ask(f"{API}/me").status == 401
    assert "to" in data(visitor.ask(f"{API}/login", given)), "no second code"


def test_five_wrong_passwords_lock(visitor: Visitor, home: Path) -> None:
    form = {"email": control.secrets(home, NAME)["email"], "password": "wrong"}
    answers = [visitor.ask(f"{API}/login", form).status for _ in range(5)]
    assert answers == [422, 422, 422, 422, 429]


def test_nothing_is_told_or_sold_to_strangers(visitor: Visitor, home: Path) -> None:
    for path in ("me", "sims", f"sims/{line.JAPAN}", "orders", "checkout?sim=x&package=y"):
        assert visitor.ask(f"{API}/{path}").status == 401, path
    assert order(visitor, {"token": "x"}).status == 401


@pytest.mark.parametrize("currency", line.RATES)
def test_prices_stand_in_the_visitor_s_currency(
    visitor: Visitor, home: Path, currency: str
) -> None:
    sign_in(visitor, home)
    control.set_(home, NAME, "currency", currency)
    offers = data(visitor.ask(f"{API}/sims/{line.JAPAN}/topups"))
    price = {"USD": "$4.50 USD", "EUR": "4.50 €", "GBP": "£3.60 GBP", "JPY": "¥675 JPY"}[currency]
    assert offers[0]["price"] == price
    assert {one["kind"] for one in offers} == {"Data and days", "Data only", "Days only"}


def test_an_order_is_charged_once_however_often_it_is_sent(visitor: Visitor, home: Path) -> None:
    control.set_(home, "bank", "asks", "nothing")
    sign_in(visitor, home)
    sheet = quote(visitor)
    with ThreadPoolExecutor(6) as pool:
        visitors = [Visitor(visitor.address, visitor.cookies) for _ in range(6)]
        answers = list(pool.map(lambda one: order(one, sheet), visitors))
    (bank,) = [answer for answer in answers if answer.status == 200]
    assert control.charges(home) == [], "not before the bank has said yes"
    frame = data(bank)["frame"]
    done = through_the_bank(visitor, frame)
    (charge,) = control.charges(home)
    assert done["number"] == f"{charge['reference'][:8]}-{charge['reference'][8:]}"
    assert data(visitor.ask(f"{API}/orders"))[0]["number"] == done["number"]
    assert through_the_bank(visitor, frame) == {}
    assert len(control.charges(home)) == 1


def test_airmoney_and_a_card_share_an_order(visitor: Visitor, home: Path) -> None:
    control.set_(home, "bank", "asks", "nothing")
    control.set_(home, NAME, "airmoney", "1.25")
    sign_in(visitor, home)
    sheet = quote(visitor, airmoney=True)
    assert (sheet["used"], sheet["total"], sheet["nothing_left"]) == (
        "-$1.25 USD", "$3.25 USD", False,
    )  # fmt: skip
    assert through_the_bank(visitor, data(order(visitor, sheet))["frame"])["state"] == "paid"
    assert [one["detail"] for one in control.events(home) if one["kind"] == "approved"] == [
        "3.25 USD AIRALO"
    ]
    assert data(visitor.ask(f"{API}/me")) == {"airmoney": "$0.00 USD"}
    assert control.charges(home)[0]["amount"] == Decimal("4.50")


def test_airmoney_that_was_spent_elsewhere_pays_nothing(visitor: Visitor, home: Path) -> None:
    sign_in(visitor, home)
    one, two = quote(visitor, airmoney=True), quote(visitor, airmoney=True)
    control.set_(home, NAME, "airmoney", "5.00")
    answers = [order(visitor, sheet) for sheet in (one, two)]
    assert [answer.status for answer in answers] == [200, 422]
    assert "Insufficient Airalo Credit" in answers[1].text
    assert len(control.charges(home)) == 1


def test_another_card_is_refused_by_the_bank(visitor: Visitor, home: Path) -> None:
    control.set_(home, "bank", "asks", "nothing")
    sign_in(visitor, home)
    card = {"method": "new", "number": "4242424242424242", "expiry": "12/39", "cvc": "123"}
    state = through_the_bank(visitor, data(order(visitor, quote(visitor), **card))["frame"])
    assert state["state"] == "declined"
    assert "Nothing was charged" in state["message"]
    assert control.charges(home) == []


def test_what_is_not_sold_is_refused_with_its_number(visitor: Visitor, home: Path) -> None:
    sign_in(visitor, home)
    sheet = quote(visitor)
    control.set_(home, NAME, "topups", "refused")
    answers = {
        23: order(visitor, sheet),
        34: visitor.ask(f"{API}/checkout?sim={line.EUROPE}&package={TOPUP}"),
        53: order(visitor, {"token": "unknown"}),
    }
    control.set_(home, NAME, "recycled", "yes")
    answers[73] = visitor.ask(f"{API}/sims/{line.JAPAN}")
    for number, answer in answers.items():
        assert (answer.status, json.loads(answer.text)["code"]) == (422, number)
    greyed = data(visitor.ask(f"{API}/sims/{line.TURKEY}"))
    assert greyed["topup"] == "greyed"
    assert visitor.ask(f"{API}/sims/{line.TURKEY}/topups").status == 422


@pytest.mark.parametrize(
    ("place", "left", "days"), [(0, 1341, 9), (1, 3389, 32), (2, 1341, 2), (3, 317, 9)]
)
def test_what_a_top_up_brings(place: int, left: int, days: int) -> None:
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    sim = line.Esim(line.JAPAN, "Japan", "Moshi Moshi", 317, 1024, (now + timedelta(2)).isoformat())
    then = line.topped_up(sim, line.PACKAGES[line.JAPAN][place], now)
    assert (then.left, then.until) == (left, (now + timedelta(days)).isoformat())


def test_what_was_over_is_lost() -> None:
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    over = line.Esim(
        line.JAPAN, "Japan", "Moshi Moshi", 317, 1024, (now - timedelta(1)).isoformat()
    )
    then = line.topped_up(over, line.PACKAGES[line.JAPAN][0], now)
    assert (then.left, then.until) == (1024, (now + timedelta(7)).isoformat())
