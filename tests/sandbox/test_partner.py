"""Sites where one signs in with a dアカウント: the ticket that leads there is good once, and there alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.sandbox import control
from tests.sandbox.visitor import Answer, Visitor

AHAMO = "https://ahamo.com/myportal/home/auth/"
ADD = "https://ahamo.com/myportal/data/"


@pytest.fixture
def ticket(visitor: Visitor, home: Path) -> str:
    """The address that leads a visitor who is signed in back to ahamo."""
    visitor.sign_in(home)
    to_docomo = visitor.ask(AHAMO)
    assert to_docomo.status == 302
    return visitor.ask(to_docomo.headers["location"]).headers["location"]


def _confirmation(visitor: Visitor) -> Answer:
    page = visitor.ask(f"{ADD}auth/")
    form = {"token": page.hidden("token"), "item": "1gb", "agree": "1"}
    return visitor.ask(f"{ADD}confirm", form)


def test_who_is_signed_in_at_docomo_is_led_straight_to_ahamo(visitor: Visitor, ticket: str) -> None:
    assert ticket.startswith("https://ahamo.com/auth/callback?code=")
    page = visitor.follow(visitor.ask(ticket))
    assert "0.42GB" in page.text


def test_a_ticket_is_good_once(visitor: Visitor, ticket: str) -> None:
    visitor.ask(ticket)
    visitor.cookies.pop("ahamo.com")
    assert "エラーが発生しました" in visitor.ask(ticket).text
    assert "ahamo.com" not in {host for host, jar in visitor.cookies.items() if jar}


def test_a_ticket_for_one_site_is_no_good_at_another(visitor: Visitor, ticket: str) -> None:
    other = ticket.replace("ahamo.com", "webbilling.ntt-finance.co.jp")
    assert "エラーが発生しました" in visitor.ask(other).text


def test_nobody_is_led_to_a_stranger(visitor: Visitor, home: Path) -> None:
    visitor.sign_in(home)
    start = "https://cfg.smt.docomo.ne.jp/auth/cgi/anidlogin?rl="
    for stranger in ("https%3A%2F%2Fahamo.com.example%2F", "http%3A%2F%2Fahamo.com%2F"):
        back = visitor.ask(start + stranger).headers["location"]
        assert back.startswith("https://www.docomo.ne.jp/mydocomo/auth/callback?")


def test_one_token_orders_once(visitor: Visitor, home: Path, ticket: str) -> None:
    visitor.ask(ticket)
    form = {"token": _confirmation(visitor).hidden("token")}
    assert "完了しました" in visitor.ask(f"{ADD}complete", form).text
    assert "エラーが発生しました" in visitor.ask(f"{ADD}complete", form).text
    assert [str(charge["amount"]) for charge in control.charges(home)] == ["550"]


def test_without_a_session_nothing_is_ordered(visitor: Visitor, home: Path, ticket: str) -> None:
    visitor.ask(ticket)
    token = _confirmation(visitor).hidden("token")
    control.set_(home, "ahamo", "sign_out")
    assert "再度ログインしてください" in visitor.ask(f"{ADD}complete", {"token": token}).text
    assert control.charges(home) == []
