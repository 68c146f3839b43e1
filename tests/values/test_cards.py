"""Cards as owners write them: checked, and never repeated."""

from __future__ import annotations

from datetime import date

import pytest

from runner.values.cards import Expiry, check_cvc, check_number

# Numbers that card networks publish for tests; the formula is ISO/IEC 7812-1's.
RIGHT = ["4111111111111111", "4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005"]
WRONG = ["4111111111111112", "4111 1111 1111 111", "1234", "", "4111x11111111111", "4" * 20]


@pytest.mark.parametrize("number", RIGHT)
def test_numbers(number: str) -> None:
    check_number(number)


@pytest.mark.parametrize("number", WRONG)
def test_numbers_that_are_none(number: str) -> None:
    with pytest.raises(ValueError, match="digit") as caught:
        check_number(number)
    assert not number or number not in str(caught.value)


def test_two_digits_that_changed_places_are_seen() -> None:
    with pytest.raises(ValueError, match="mistyped"):
        check_number("4111111111111121")


@pytest.mark.parametrize("text", ["8/39", "08/39", "08/2039", "8 / 39", "08-39"])
def test_expiry(text: str) -> None:
    assert Expiry.parse(text) == Expiry(2039, 8)


@pytest.mark.parametrize("text", ["13/39", "0/39", "2039/08", "0839", "08/1939", ""])
def test_what_is_no_expiry(text: str) -> None:
    with pytest.raises(ValueError, match="month and year"):
        Expiry.parse(text)


def test_a_card_is_good_to_the_end_of_its_month() -> None:
    assert not Expiry(2026, 11).is_over(date(2026, 11, 30))
    assert Expiry(2026, 11).is_over(date(2026, 12, 1))


def test_security_codes() -> None:
    for good in ("123", "1234"):
        check_cvc(good)
    for bad in ("12", "12345", "12a"):
        with pytest.raises(ValueError, match="digits"):
            check_cvc(bad)
