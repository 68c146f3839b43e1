"""Rules by which an owner chooses among offers: `cheapest with days >= 30`, `longest under 5000 JPY`.

    rule       = [superlative] [period] ["renewing"] [limit] ["with" condition {"and" condition}]
               | "same as now" [limit]
    superlative = "cheapest" | "longest"
    period     = "monthly" (28 to 31 days) | "yearly" (364 to 366) | "by day" (one day)
    limit      = ("under" | "up to") amount
    condition  = ("days" | "data" | "price") (">=" | "<=" | ">" | "<" | "=") value

An offer that renews itself is taken only where the rule says `renewing`: the owner did not ask to be
charged again and again.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from runner.flow.mistakes import did_you_mean
from runner.flow.scalars import Scalar, WrongText
from runner.values.data import DataVolume
from runner.values.money import CurrencyMismatch, Money

PERIODS = {"monthly": (28, 31), "yearly": (364, 366), "by day": (1, 1)}
"""Days from and to."""

FIELDS = ("days", "data", "price")
WORDS = ("cheapest", "longest", "monthly", "yearly", "by day", "renewing", "same as now", "under",
         "up to", "with", "and", *FIELDS)  # fmt: skip
_TOKEN = re.compile(
    r"(?P<amount>\d[\d,]*(?:\.\d+)?\s*(?:[A-Z]{3}|[KMGT]B)\b)|(?P<number>\d+)"
    r"|(?P<sign>>=|<=|==|=|>|<)|(?P<word>same as now|by day|up to|[A-Za-z]+)|(?P<odd>\S)"
)
_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
    "=": operator.eq, "==": operator.eq,
}  # fmt: skip


class Undecided(ValueError):
    """No single offer is the one that the rule means; the message says why."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a page offers. None: the page does not say. `open` is False for what is sold out."""

    name: str
    price: Money
    days: int | None = None
    until: date | None = None
    data: DataVolume | None = None
    renews: bool | None = None
    open: bool = True

    def __str__(self) -> str:
        length = f"{self.days} days" if self.days else f"until {self.until}" if self.until else ""
        parts = [str(self.price), length, str(self.data or ""), "renews itself" * bool(self.renews)]
        return f"{self.name} ({', '.join(part for part in parts if part)})"


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that an offer must be."""

    name: str
    sign: str
    value: Any

    def why_not(self, offer: Offer) -> str | None:
        """Why an offer is not so; None when it is."""
        found = getattr(offer, self.name)
        if found is None:
            return f"{self.name}: not said"
        try:
            holds = _SIGNS[self.sign](found, self.value)
        except (CurrencyMismatch, TypeError):
            return f"{self.name}: {found} can't be held against {self.value}"
        return None if holds else f"{self.name}: {found}"


@dataclass(frozen=True)
class Choice(Scalar):
    """A rule. `pick` holds it against offers."""

    text: str
    best: str | None = None
    now: bool = False
    renewing: bool = False
    conditions: tuple[Condition, ...] = field(default=())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises WrongText with the column of what is wrong."""
        return cls(**_Reader(text).rule())

    def __str__(self) -> str:
        return self.text

    def pick(self, offers: Sequence[Offer], current: str | None) -> tuple[Offer, dict[str, str]]:
        """The one offer, and why each other was passed over, by its name. Raises Undecided.

        `current` is the plan that the line has now. What is sold out may be picked: whoever asks
        must see to that, since the owner wants no second best.
        """
        passed = {o.name: why for o in offers if (why := self._why_not(o, current)) is not None}
        left = [offer for offer in offers if offer.name not in passed]
        if not left:
            raise Undecided("no offer is so")
        if self.best is not None:
            best = self._best(left)
            for offer in left:
                if offer not in best:
                    passed[offer.name] = "dearer" if self.best == "cheapest" else "shorter"
            left = best
        if len(left) > 1:
            names = ", ".join(offer.name for offer in left)
            raise Undecided(f"more than one offer is so: {names}")
        return left[0], passed

    def _why_not(self, offer: Offer, current: str | None) -> str | None:
        if self.now and (current is None or offer.name != current):
            return f"the line has “{current}” now" if current else "nobody knows the plan of now"
        if not self.now and bool(offer.renews) != self.renewing:
            return "it renews itself" if offer.renews else "it does not renew itself"
        return next((why for one in self.conditions if (why := one.why_not(offer))), None)

    def _best(self, offers: list[Offer]) -> list[Offer]:
        if self.best == "longest":
            lengths = [offer.days for offer in offers if offer.days is not None]
            if len(lengths) < len(offers):
                raise Undecided("not every offer says for how long it is")
            return [offer for offer in offers if offer.days == max(lengths)]
        if len({offer.price.currency for offer in offers}) > 1:
            raise Undecided("the offers are in different currencies")
        cheapest = min(offer.price.amount for offer in offers)
        return [offer for offer in offers if offer.price.amount == cheapest]


class _Reader:
    """Reads a rule word by word."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_TOKEN.finditer(text))
        self._at = 0

    def rule(self) -> dict[str, Any]:
        """The fields of the Choice."""
        found: dict[str, Any] = {"text": self._text.strip()}
        conditions: list[Condition] = []
        if self._take("same as now"):
            found["now"] = True
        else:
            if word := self._take("cheapest", "longest"):
                found["best"] = word
            if word := self._take(*PERIODS):
                low, high = PERIODS[word]
                conditions += [Condition("days", ">=", low), Condition("days", "<=", high)]
            if self._take("renewing"):
                found["renewing"] = True
        if self._at == 0:
            raise self._wrong(
                "a rule begins with cheapest, longest, monthly, yearly, by day or same as now"
            )
        if word := self._take("under", "up to"):
            conditions.append(
                Condition("price", "<" if word == "under" else "<=", self._value("price"))
            )
        if self._take("with"):
            conditions.append(self._condition())
            while self._take("and"):
                conditions.append(self._condition())
        if self._at < len(self._tokens):
            raise self._wrong("this is not understood here")
        return {**found, "conditions": tuple(conditions)}

    def _condition(self) -> Condition:
        name = self._take(*FIELDS)
        if name is None:
            raise self._wrong(f"one of {', '.join(FIELDS)} is wanted here")
        token = self._next()
        if token is None or token["sign"] is None:
            raise self._wrong("one of >=, <=, >, <, = is wanted here")
        self._at += 1
        return Condition(name, token["sign"], self._value(name))

    def _value(self, name: str) -> Any:
        token = self._next()
        wanted = {"days": "a number of days such as 30", "data": "data such as 5 GB"}.get(
            name, "an amount such as 5000 JPY"
        )
        if token is None:
            raise self._wrong(f"{wanted} is wanted here")
        try:
            if name == "days":
                value: Any = int(token["number"])
            else:
                text = " ".join(re.findall(r"[\d.,]+|[A-Z]+", token["amount"])).replace(",", "")
                value = Money.parse(text) if name == "price" else DataVolume.parse(text)
        except (TypeError, ValueError):
            raise self._wrong(f"{wanted} is wanted here") from None
        self._at += 1
        return value

    def _take(self, *words: str) -> str | None:
        token = self._next()
        if token is None or token["word"] not in words:
            return None
        self._at += 1
        return str(token["word"])

    def _next(self) -> re.Match[str] | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _wrong(self, message: str) -> WrongText:
        token = self._next()
        column = token.start() if token else len(self._text)
        hint = did_you_mean(token[0], WORDS) if token else None
        return WrongText(message, column=column, hint=hint or "such as `cheapest with days >= 30`")
