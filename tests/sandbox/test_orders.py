"""Ordering: what is charged, when, and what it changes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from runner.sandbox import control, start
from runner.sandbox.docomo import line
from runner.sandbox.portals import open_books
from tests.sandbox.visitor import ADD, TOP, Visitor


@pytest.fixture
def signed_in(visitor: Visitor, home: Path) -> Visitor:
    control.set_(home, "docomo", "two_step", "off")
    visitor.sign_in(home)
    return visitor


def held(home: Path) -> line.Line:
    with open_books(home) as books:
        return line.load(books)


def amounts(home: Path) -> list[Decimal]:
    return [charge["amount"] for charge in control.charges(home)]


def test_an_order_is_charged_once_and_adds_data(signed_in: Visitor, home: Path) -> None:
    before = held(home)
    done = signed_in.complete(signed_in.to_confirmation())
    [charge] = control.charges(home)
    assert charge["reference"] in done.text
    assert "お申込みを受け付けました" in done.text
    assert (charge["amount"], charge["currency"]) == (Decimal(1100), "JPY")
    assert (charge["portal"], charge["account"]) == ("docomo", "docomo")
    assert charge["line"] == control.secrets(home, "docomo")["line"]
    assert datetime.now(UTC) - charge["at"] < timedelta(minutes=1)
    after = held(home)
    assert after.left == before.left + 1
    assert after.expires_on == line.end_of_next_month(after.today)
    history = signed_in.ask(f"{TOP}application/history/").text
    assert charge["reference"] in history
    assert "1,100円" in history


def test_the_same_button_twice_is_charged_once(signed_in: Visitor, home: Path) -> None:
    confirmation = signed_in.to_confirmation()
    signed_in.complete(confirmation)
    again = signed_in.complete(confirmation)
    assert "エラー [d1100]" in again.text
    assert amounts(home) == [1100]


def test_two_confirmation_pages_are_charged_twice(signed_in: Visitor, home: Path) -> None:
    one, two = signed_in.to_confirmation(), signed_in.to_confirmation()
    signed_in.complete(one)
    signed_in.complete(two)
    assert amounts(home) == [1100, 1100]
    references = [charge["reference"] for charge in control.charges(home)]
    assert len(set(references)) == 2


def test_one_token_orders_once_however_many_ask_at_the_same_moment(
    signed_in: Visitor, home: Path
) -> None:
    confirmation = signed_in.to_confirmation()
    with start.starting(home) as other, ThreadPoolExecutor(8) as pool:
        ports = [signed_in.address, other.wait()] * 4
        visitors = [Visitor(address, signed_in.cookies) for address in ports]
        pages = [page.text for page in pool.map(lambda v: v.complete(confirmation), visitors)]
    assert sorted("受付番号" in page for page in pages) == [False] * 7 + [True]
    assert amounts(home) == [1100]


def test_nothing_is_ordered_without_agreeing(signed_in: Visitor, home: Path) -> None:
    page = signed_in.ask(ADD)
    again = signed_in.ask(f"{ADD}confirm", {"token": page.hidden("token")})
    assert "同意してください" in again.text
    confirmation = signed_in.ask(f"{ADD}confirm", {"token": again.hidden("token"), "agree": "1"})
    assert "手続きを完了する" in confirmation.text
    assert amounts(home) == []


def test_data_may_come_later(signed_in: Visitor, home: Path) -> None:
    control.set_(home, "docomo", "activation", 90)
    before = held(home)
    assert "反映まで" in signed_in.complete(signed_in.to_confirmation()).text
    assert amounts(home) == [1100]
    assert held(home).left == before.left
    assert held(home).expires_on == before.expires_on
    control.set_(home, "docomo", "now", datetime.now(UTC) + timedelta(seconds=91))
    assert held(home).left == before.left + 1


def test_orders_are_on_the_bill(signed_in: Visitor, home: Path) -> None:
    control.set_(home, "docomo", "bill", 5000)
    signed_in.complete(signed_in.to_confirmation())
    assert '"amount":6100' in signed_in.ask(f"{TOP}api/usage").text


def test_the_price_on_the_confirmation_page_is_charged(signed_in: Visitor, home: Path) -> None:
    control.fault(home, "price", amount=1320)
    assert "1,100円" in signed_in.ask(ADD).text
    confirmation = signed_in.to_confirmation()
    assert "1,320円" in confirmation.text
    signed_in.complete(confirmation)
    assert amounts(home) == [1320]


def test_a_refused_order_is_not_charged(signed_in: Visitor, home: Path) -> None:
    control.fault(home, "declined", count=1)
    assert "受け付けることができません" in signed_in.complete(signed_in.to_confirmation()).text
    assert amounts(home) == []
    signed_in.complete(signed_in.to_confirmation())
    assert amounts(home) == [1100]


def test_what_is_sold_out_has_no_order_form(signed_in: Visitor, home: Path) -> None:
    control.fault(home, "sold_out")
    page = signed_in.ask(ADD)
    assert "お申込みを受け付けておりません" in page.text
    assert "<form" not in page.text


def test_a_session_that_ends_before_the_last_button_charges_nothing(
    signed_in: Visitor, home: Path
) -> None:
    confirmation = signed_in.to_confirmation()
    control.fault(home, "session_expiry", count=1)
    assert "再度ログインしてください" in signed_in.complete(confirmation).text
    assert amounts(home) == []


YEAR = [date(2027, 1, 1) + timedelta(days=n) for n in range(365)]
LEAP = [date(2028, 1, 29), date(2028, 1, 31), date(2028, 2, 29)]


def needs_renewal(now: line.Line) -> bool:
    return now.days_left <= 7 or now.left < 1


def test_due_fresh_and_renewed_hold_on_every_day(tmp_path: Path) -> None:
    """Late on the day in Japan and early: the days are Japan's, whatever the machine's zone."""
    for n, day in enumerate(YEAR + LEAP):
        hour, minute = ((0, 5), (12, 0), (23, 55))[n % 3]
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=line.JAPAN)
        with open_books(tmp_path) as books:
            books.set_now("docomo", moment)
            line.make_fresh(books)
            assert not needs_renewal(line.load(books)), day
            line.make_due(books)
            now = line.load(books)
            assert now.today == day
            assert (now.days_left, now.left < 1) == (3, True)
            line.add(books, Decimal(1), timedelta())
            assert not needs_renewal(line.load(books)), day


def test_a_renewed_line_becomes_due_again(tmp_path: Path) -> None:
    control.set_(tmp_path, "docomo", "now", "2027-01-31T10:00+09:00")
    control.set_(tmp_path, "docomo", "due")
    with open_books(tmp_path) as books:
        line.add(books, Decimal(1), timedelta())
        assert line.load(books).expires_on == date(2027, 2, 28)
    control.set_(tmp_path, "docomo", "now", "2027-02-20T10:00+09:00")
    assert not needs_renewal(held(tmp_path))
    control.set_(tmp_path, "docomo", "now", "2027-02-21T10:00+09:00")
    assert needs_renewal(held(tmp_path))
    control.set_(tmp_path, "docomo", "now", "2027-03-01T10:00+09:00")
    assert held(tmp_path).left == 0


def test_a_fresh_sandbox_is_due(tmp_path: Path) -> None:
    assert needs_renewal(held(tmp_path))


@pytest.mark.parametrize(
    ("day", "end"),
    [("2027-01-31", "2027-02-28"), ("2027-12-01", "2028-01-31"), ("2028-01-15", "2028-02-29")],
)
def test_the_end_of_the_next_month(day: str, end: str) -> None:
    assert line.end_of_next_month(date.fromisoformat(day)) == date.fromisoformat(end)
