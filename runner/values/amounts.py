"""Reading money: `1,234円`, `4.50 €`, `▲330円`, `500円(税込550円)`; ranges of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from runner.values.context import ReadAs
from runner.values.currencies import codes, currency_of, decimals, minor, signs
from runner.values.errors import WithoutTax, reading
from runner.values.figures import NUMBER, number
from runner.values.money import Money
from runner.values.plain import plain
from runner.values.tax import GROSS, NET

_MANY = {None: Decimal(1), "千": Decimal(1000), "万": Decimal(10_000), "億": Decimal(100_000_000)}
_BRACKETS = re.compile(r"\(([^()]*)\)")
_TAX = re.compile(r"税|\btax\b|\bvat\b|本体", re.I)
_BOUND_BEFORE = re.compile(
    r"(?:約|およそ|最大|最低|大约|约|\b(?:about|approx\.?|up to|at least|from|over|under|max\.?|min\.?))\s*$",
    re.I,
)
_BOUND_AFTER = re.compile(
    r"\s*(?:以上|以下|未満|超|~|から|程度|前後|相当|起|or (?:more|less)|(?:thousand|million|billion)\b|\+(?!\s?税))",
    re.I,
)
_PER = re.compile(
    r"\s*(?:/|あたり|当たり|毎|\bper\b|\ba (?:minute|month|day|year)\b)|.*あたり", re.I
)


@dataclass(frozen=True, slots=True)
class MoneyRange:
    """Amounts from `low` to `high`, both included."""

    low: Money
    high: Money

    def __str__(self) -> str:
        return f"{self.low} – {self.high}"


def read_money(text: str, how: ReadAs, *, currency: str | None = None) -> Money:
    """The one amount of a text. Raises Unreadable.

    Of an amount with and one without tax, the one with tax is read: it is what is charged. An
    amount without tax alone, a bound (`500円以上`) and a price per unit are refused.
    """
    with reading("money", text):
        return _money(plain(text, "money"), for_site(how, currency))


def read_money_range(text: str, how: ReadAs, *, currency: str | None = None) -> MoneyRange:
    """A range such as `$0.01 - $29.99`; one side may leave the currency to the other."""
    with reading("money_range", text):
        return _range(plain(text, "money_range"), for_site(how, currency))


def for_site(how: ReadAs, currency: str | None) -> ReadAs:
    """How the site writes, with the currency that the flow names for one value."""
    return how if currency is None else replace(how, currency=currency)


def _money(clean: str, how: ReadAs) -> Money:
    if clean.startswith("(") and clean.endswith(")") and clean.count("(") == 1:
        raise ValueError("in brackets it can be a minus or a note")
    main, with_tax = without_notes(clean, how)
    amount, before, after = one_amount(main, how)
    if _PER.match(after) or "あたり" in before:
        raise ValueError("this is a price per unit (kind: rate)")
    if with_tax is not None:
        return with_tax
    if NET.search(clean) and not GROSS.search(clean):
        raise WithoutTax("money", clean, "this is an amount without tax, not what is charged")
    if _BOUND_BEFORE.search(before) or _BOUND_AFTER.match(after):
        raise ValueError("this is a bound or an estimate, not an amount")
    return amount


def without_notes(clean: str, how: ReadAs) -> tuple[str, Money | None]:
    """The text without its notes on tax and its wordy brackets, and the amount with tax noted there."""
    with_tax = None
    for match in reversed(list(_BRACKETS.finditer(clean))):
        note = match[1]
        if re.search(r"[0-9]", note):
            if not _TAX.search(note):
                continue
            if GROSS.search(note) and not re.match(r"(?:うち|内)", note):
                with_tax = one_amount(note, how)[0]
        clean = clean[: match.start()] + clean[match.end() :]
    return clean.strip(), with_tax


def one_amount(clean: str, how: ReadAs) -> tuple[Money, str, str]:
    """The one amount in a text, and what stands before and behind it. Raises ValueError."""
    found = [match for match in _amount().finditer(clean) if match["before"] or match["after"]]
    if not found and how.currency is not None:
        # Without a sign, only a text that is nothing but the number is taken for money.
        found = [match for match in [_amount().fullmatch(clean)] if match]
    if not found:
        if re.search(r"[0-9]", clean):
            raise ValueError("no currency stands beside a number")
        raise ValueError("it holds no number")
    match = found[0]
    before, after = clean[: match.start()], clean[match.end() :]
    if len(found) > 1 or re.search(r"[0-9�]", before + after):
        raise ValueError("it holds more than one number")
    return _value(match, how, _named(match, before, after), before), before, after


def _value(match: re.Match[str], how: ReadAs, named: list[str], before: str = "") -> Money:
    if (match["minus"] or "").startswith("-") and re.search(r"[^\s:(]\s*$|[^\s:(] $", before):
        raise ValueError("its `-` can be a minus or a dash")
    if match["minus"] and match["inner_minus"]:
        raise ValueError("it has two minus signs")
    currency = _currency(named, how)
    sign = match["after"] or match["before"]
    places = 4 if sign is not None and minor(sign) else decimals(currency)
    amount = number(match["number"], how, decimals=places) * _MANY[match["many"]]
    if match["rest"]:
        amount += number(match["rest"], how, decimals=places)
    if sign is not None and minor(sign):
        amount = amount.scaleb(-2)
    return Money(-amount if match["minus"] or match["inner_minus"] else amount, currency)


def _currency(named: list[str], how: ReadAs) -> str:
    if not named and how.currency is None:
        raise ValueError("it names no currency")
    return currency_of(named, how) if named else str(how.currency)


def _named(match: re.Match[str], before: str = "", after: str = "") -> list[str]:
    """All that names the currency. Capitals beside a sign belong to it: `US $5`, `$5 CAD`."""
    beside = [re.search(r"\b([A-Z]{2,3})\s?$", before), re.match(r"\s?([A-Z]{2,3})\b", after)]
    words = [word[1] for word in beside if word]
    named = [sign for sign in (match["before"], match["after"]) if sign]
    if strange := [word for word in words if word not in codes() and named]:
        raise ValueError(f"`{strange[0]}` beside the amount can be a part of its currency")
    return named + words


def _range(clean: str, how: ReadAs) -> MoneyRange:
    sides = re.split(r"\s*(?:~|\s-\s|(?<=[0-9円元€£$])-(?=[0-9¥$€£])|\bto\b|から|至)\s*", clean)
    if len(sides) != 2:
        raise ValueError("it is not one amount up to another")
    low, high = (_amount().fullmatch(side) for side in sides)
    if low is None or high is None:
        raise ValueError("it is not one amount up to another")
    named = _named(low) + _named(high)
    result = MoneyRange(_value(low, how, named), _value(high, how, named))
    if result.high < result.low:
        raise ValueError("it goes from high to low")
    return result


@lru_cache(maxsize=1)
def _amount() -> re.Pattern[str]:
    """An amount with its signs; longest signs first, and no sign inside a longer word."""
    every = "|".join(re.escape(sign) for sign in signs())
    major = "|".join(_leading(sign) for sign in signs() if not minor(sign))
    return re.compile(
        rf"(?<![A-Za-z0-9])(?P<minus>[-▲]\s?)?(?:(?P<before>{major})\s?)?"
        rf"(?P<inner_minus>[-▲]\s?)?(?P<number>{NUMBER})"
        rf"(?:(?P<many>[千万億])(?P<rest>{NUMBER})?)?"
        rf"(?:\s?(?P<after>{every}))?(?![A-Za-z])"
    )


def _leading(sign: str) -> str:
    """A sign before a number. `香港元33` is not in `元`: what is a word must not end another word."""
    own = r"(?<![A-Za-z])" if sign[0].isascii() or not sign[0].isalpha() else r"(?<![^\W\d_])"
    return own + re.escape(sign)
