"""The more attempts are wrong, the longer the next one waits; the owner is never kept out for long."""

from __future__ import annotations

import pytest

from runner.web.attempts import (
    FORGOTTEN,
    FREE,
    FREE_FOR_ALL,
    LONGEST,
    LONGEST_FOR_ALL,
    Attempts,
)
from runner.web.rates import MINUTE, MOST_NAMES, Rate, block_of


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_few_mistakes_are_free_and_then_the_pauses_double(clock: Clock) -> None:
    attempts = Attempts(clock)
    assert [attempts.begin("a") for _ in range(FREE)] == [0] * FREE
    pauses = []
    for _ in range(10):
        pauses.append(pause := attempts.begin("a"))
        assert attempts.begin("a") == pause  # asking again changes nothing
        clock.now += pause
        assert attempts.begin("a") == 0
    assert pauses == [1, 2, 4, 8, 16, 32, 64, *[LONGEST] * 3]
    assert attempts.begin("b") == 0  # nobody else waits


def test_a_thousand_at_once_are_not_a_thousand_free_ones(clock: Clock) -> None:
    """Each counts from its beginning, not from when the slow check has ended."""
    attempts = Attempts(clock)
    assert [attempts.begin("a") for _ in range(1000)].count(0) == FREE


def test_the_right_password_ends_the_pauses(clock: Clock) -> None:
    attempts = Attempts(clock)
    for _ in range(FREE - 1):
        attempts.begin("a")
    attempts.begin("a")
    attempts.went_well("a")
    assert [attempts.begin("a") for _ in range(FREE)] == [0] * FREE


def test_mistakes_are_forgotten(clock: Clock) -> None:
    attempts = Attempts(clock)
    while attempts.begin("a") == 0:
        pass
    clock.now += FORGOTTEN
    assert [attempts.begin("a") for _ in range(FREE)] == [0] * FREE


def test_many_strangers_slow_each_other_but_not_whom_we_know(clock: Clock) -> None:
    attempts = Attempts(clock)
    attempts.begin("owner")
    attempts.went_well("owner")
    taken = [attempts.begin(f"stranger {number}") for number in range(5000)]
    assert taken.count(0) == FREE_FOR_ALL
    assert max(taken) <= LONGEST_FOR_ALL
    assert attempts.begin("owner") == 0
    clock.now += LONGEST_FOR_ALL
    assert attempts.begin("owner elsewhere") == 0


def test_so_many_a_minute_and_names_are_not_kept_for_ever(clock: Clock) -> None:
    rate = Rate(3, clock)
    assert [rate.allow("a") for _ in range(5)] == [True, True, True, False, False]
    assert rate.allow("b")
    clock.now += MINUTE
    assert rate.allow("a")
    for number in range(2 * MOST_NAMES):
        rate.allow(str(number))
    assert len(rate._times) == MOST_NAMES
    attempts = Attempts(clock)
    for number in range(2 * MOST_NAMES):
        attempts.begin(str(number))
    assert len(attempts._each) == MOST_NAMES


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("no address", "no address"),
    ],
)
def test_a_household_is_one(address: str, name: str) -> None:
    assert block_of(address) == name
