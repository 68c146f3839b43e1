"""Money and data volumes: exact, and never mixed up."""

from decimal import Decimal

import pytest

from runner.values.data import DataVolume
from runner.values.money import CurrencyMismatch, Money

YEN, DOLLAR = Money(Decimal(550), "JPY"), Money(Decimal("5.50"), "USD")


def test_money_adds_and_compares_in_one_currency() -> None:
    total = YEN + YEN
    assert total == Money.parse("1100 JPY")
    assert YEN - Money.parse("600 JPY") == Money.parse("-50 JPY")
    assert -YEN < YEN <= YEN
    assert not YEN > YEN
    assert str(DOLLAR) == "5.50 USD"
    assert Money.parse("5.5 USD") == DOLLAR
    assert str(Money(Decimal("1E+3"), "JPY")) == "1000 JPY"


@pytest.mark.parametrize(
    "act",
    [
        lambda: YEN + DOLLAR,
        lambda: YEN - DOLLAR,
        lambda: YEN < DOLLAR,
        lambda: YEN <= DOLLAR,
        lambda: YEN > DOLLAR,
        lambda: YEN >= DOLLAR,
    ],
)
def test_two_currencies_never_meet(act) -> None:  # type: ignore[no-untyped-def]  # a lambda has no annotations
    with pytest.raises(CurrencyMismatch, match=r"550 JPY and 5\.50 USD"):
        act()
    assert YEN != DOLLAR


@pytest.mark.parametrize("amount", [5.5, 5, "5", Decimal("NaN"), Decimal("Infinity")])
def test_an_amount_is_a_finite_decimal(amount: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        Money(amount, "JPY")  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize(
    "text", ["550", "JPY 550", "¥550", "550 jpy", "5,50 EUR", "1e3 JPY", "٥ JPY", ""]
)
def test_canonical_money_has_one_form(text: str) -> None:
    with pytest.raises(ValueError, match="no amount such as"):
        Money.parse(text)


def test_money_and_numbers_do_not_mix() -> None:
    with pytest.raises(TypeError):
        YEN + 1  # type: ignore[operator]  # on purpose
    with pytest.raises(TypeError):
        assert YEN < 600  # type: ignore[operator]  # on purpose


def test_unlimited_is_more_than_any_volume() -> None:
    unlimited, small = DataVolume(None), DataVolume.parse("3.25 GB")
    assert small < unlimited
    assert not unlimited < unlimited
    assert max(small, unlimited, DataVolume(10**18)) is unlimited
    assert unlimited + small == small + unlimited == unlimited - small == unlimited
    assert small - DataVolume.parse("1.25 GB") == DataVolume.parse("2 GB")
    assert DataVolume.parse("unlimited") == unlimited
    assert sorted([unlimited, small, DataVolume(0)]) == [DataVolume(0), small, unlimited]


@pytest.mark.parametrize(
    ("one", "other"), [("1 GB", "2 GB"), ("1 GB", "unlimited"), ("unlimited", "unlimited")]
)
def test_no_more_is_taken_than_there_is(one: str, other: str) -> None:
    with pytest.raises(ArithmeticError):
        DataVolume.parse(one) - DataVolume.parse(other)


@pytest.mark.parametrize(
    ("volume", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1 KB"),
        (3_489_660_928, "3.25 GB"),
        (100 * 2**20, "100 MB"),
        (5 * 2**50, "5120 TB"),
    ],
)
def test_a_volume_is_shown_in_its_largest_unit(volume: int, text: str) -> None:
    assert str(DataVolume(volume)) == text
    assert DataVolume.parse(text) == DataVolume(volume)


@pytest.mark.parametrize("volume", [-1, 1.5, True])
def test_a_volume_is_a_whole_number_of_bytes(volume: object) -> None:
    with pytest.raises(ValueError, match="number of bytes"):
        DataVolume(volume)  # type: ignore[arg-type]  # on purpose
