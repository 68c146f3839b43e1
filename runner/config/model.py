"""Accounts and lines as a run sees them: everything settled but the secrets themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from runner.config.codes import CodeSource
from runner.config.hand_off import HandOff
from runner.config.quantities import Amount, Duration, wanted
from runner.config.references import Reference
from runner.config.schedule import Schedule
from runner.flow.avoid import Window
from runner.flow.choice import Choice
from runner.flow.expressions import Expression, ExpressionError, compile_condition
from runner.values.money import Money
from runner.values.secret import Secret

At = Literal["live", "sandbox"]
DEADLINE = timedelta(minutes=5)
"""How long a run may take where config.yaml does not say."""


class Part(BaseModel):
    """A piece of config.yaml: unknown keys are mistakes, and nothing changes after it was read."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        coerce_numbers_to_str=True,
        arbitrary_types_allowed=True,
        defer_build=True,  # a validator is made for what is read, not for each of its parts
    )


@lru_cache(maxsize=4096)
def _compiled(text: str) -> Expression:
    return compile_condition(text)


def _when(value: Any) -> Expression:
    if isinstance(value, Expression):
        return value
    if not isinstance(value, str):
        raise wanted("a condition", "`days_left <= 7 or balance < 500 JPY`")
    try:
        return _compiled(value)
    except ExpressionError as error:
        context = {"message": error.message, "column_offset": error.column}
        raise PydanticCustomError("wrong_condition", "{message}", context) from None


def _above(value: Any) -> Money:
    if isinstance(value, Money):
        return value
    word, _, amount = value.partition(" ") if isinstance(value, str) else ("", "", "")
    try:
        money = Money.parse(amount)
    except ValueError:
        money = None
    if word != "above" or money is None or money.amount < 0:
        raise wanted("a limit", "`above 1000 JPY`; all that costs more waits for your approval")
    return money


Condition = Annotated[
    Expression,
    PlainValidator(_when),
    PlainSerializer(lambda expression: expression.text),
    WithJsonSchema({"type": "string", "minLength": 1}),
]
Above = Annotated[
    Money,
    PlainValidator(_above),
    PlainSerializer(lambda money: f"above {money}"),
    WithJsonSchema({"type": "string", "pattern": r"^above \d+(\.\d+)? [A-Z]{3}$"}),
]


def _no_empty_name(schema: dict[str, Any]) -> None:
    """Left out is not the same as empty."""
    schema["minLength"] = 1
    del schema["default"]


class Policy(Part):
    """When a line is to be renewed, and what needs the owner's approval."""

    when: Condition | None = Field(
        None,
        description="A condition over what was read: days_left, expires_on, balance, data_left, "
        "minutes_left, today, and the flow's own readings.",
    )
    approve: Above | None = Field(None, description="Above this price, the owner is asked first.")
    approve_within: Duration | None = Field(
        None, description="How long the owner's answer is waited for; three days if absent."
    )


class Plan(Part):
    """What a renewal buys, for how much."""

    name: str = Field(
        "",
        description="The plan, by its name in the flow.",
        json_schema_extra=_no_empty_name,
    )
    choose: Choice | None = Field(
        None,
        description="Instead of a name, a rule: `cheapest with days >= 30`, `same as now`, `longest "
        "under 5000 JPY`, `monthly`, `yearly`, `by day`. `price` is then the most that it may cost.",
    )
    price: Amount | None = Field(None, description="What it costs; nothing else is paid.")
    tolerance: Amount | None = Field(None, description="How far the price on the page may differ.")
    coupon: str | None = Field(None, description="A coupon's code, for flows that can use one.")

    @model_validator(mode="after")
    def _name_or_rule(self) -> Plan:
        if self.choose is None and not self.name:
            raise PydanticCustomError("no_plan", "a plan needs a `name`, or a rule to `choose` by")
        if self.choose is not None and self.name:
            raise PydanticCustomError("two_plans", "a plan has a `name` or a rule, not both")
        if self.choose is not None and self.tolerance is not None:
            raise PydanticCustomError(
                "no_tolerance", "with a rule, `price` is a limit already: no `tolerance` is needed"
            )
        return self

    @property
    def known_as(self) -> str:
        """What it is called in the ledger and in messages: its name, or its rule."""
        return self.name if self.choose is None else str(self.choose)

    @model_validator(mode="after")
    def _one_currency(self) -> Plan:
        if self.tolerance is not None:
            if self.price is None:
                raise PydanticCustomError("no_price", "a tolerance needs a `price` beside it")
            if self.tolerance.currency != self.price.currency:
                raise PydanticCustomError(
                    "two_currencies", "price and tolerance are in different currencies"
                )
        return self


class Caps(Part):
    """The most that may be spent."""

    renewal: Amount | None = Field(None, description="For one renewal.")
    day: Amount | None = Field(None, description="In a calendar day.")
    month: Amount | None = Field(None, description="In a calendar month.")


class Escalate(Part):
    """When a line that is not renewed is told of again, every day, and to whom."""

    within: Duration = Field(
        timedelta(days=3), description="So long before its last day it begins, in whole days."
    )
    notify: tuple[str, ...] | None = Field(
        None, description="Names of targets that hear of it; the account's own if absent."
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line, with its account's settings where it has none of its own.

    `how` is how the owner renews it by hand, where there is no site. `last_paid_on` is the owner's
    word on the last payment, where the site shows none.
    """

    name: str
    title: str | None
    policy: Policy | None
    plan: Plan | None
    caps: Caps
    how: str | None = None
    last_paid_on: date | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """One account. `credentials` are references, or what may be kept in plain text.

    `caps` are those of all its lines together; a line's own hold beside them. `avoid` None: what the
    flow says.
    """

    name: str
    flow: str
    at: At
    credentials: Mapping[str, Reference | Secret]
    codes: tuple[CodeSource, ...]
    lines: tuple[Line, ...]
    schedule: Schedule | None
    notify: tuple[str, ...] | None
    deadline: timedelta
    caps: Caps = field(default_factory=Caps)
    hand_off: HandOff | None = None
    avoid: tuple[Window, ...] | None = None
    escalate: Escalate = field(default_factory=Escalate)
