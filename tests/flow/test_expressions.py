"""Expressions see values, and can do nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from runner.flow.expressions import Expression, ExpressionError, Template, split_arguments
from runner.values.data import DataVolume
from runner.values.money import Money
from runner.values.secret import Secret

KNOWN = {
    "days_left": 9,
    "balance": Money.parse("480 JPY"),
    "data_left": DataVolume.parse("512 MB"),
    "expires_on": date(2026, 11, 30),
    "account": {"id": "taro", "password": Secret("hunter2-secret")},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("days_left <= 7 or balance < 500 JPY", True),
        ("balance < 480 JPY", False),
        ("balance >= 1,000 JPY", False),
        ("data_left < 1 GB", True),
        ("data_left < 0.5 GB", False),
        ("expires_on.month == 11", True),
        ("account.id == 'costs 500 JPY'", False),
        ("not (days_left > 3 and days_left < 8)", True),
    ],
)
def test_amounts_are_written_as_people_write_them(text: str, value: bool) -> None:
    assert Expression.parse(text).evaluate(KNOWN) is value


def test_the_names_that_it_needs() -> None:
    expression = Expression.parse("days_left <= 7 or account.id == 'x' and balance < 500 JPY")
    assert expression.names == {"days_left", "account", "balance"}
    assert ("account", "id") in expression.paths


@pytest.mark.parametrize("text", ["days_left <=", "", "1 +* 2", "a b"])
def test_what_is_no_expression_is_refused_when_it_is_read(text: str) -> None:
    with pytest.raises(ExpressionError):
        Expression.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "account.__class__",
        "''.__class__.__mro__",
        "account.password.reveal()",
        "account.password._value",
        "account.clear()",
        "balance.parse('1 JPY')",
    ],
)
def test_nothing_but_values_can_be_reached(text: str) -> None:
    with pytest.raises(ExpressionError):
        Expression.parse(text).evaluate(KNOWN)


def test_what_is_missing_or_does_not_fit_is_told() -> None:
    with pytest.raises(ExpressionError, match="minutes"):
        Expression.parse("minutes > 3").evaluate(KNOWN)
    with pytest.raises(ExpressionError, match="can't be worked out"):
        Expression.parse("balance < 5 EUR").evaluate(KNOWN)
    with pytest.raises(ExpressionError, match="can't be worked out"):
        Expression.parse("balance < 500").evaluate(KNOWN)


def test_a_template_of_one_hole_keeps_the_value() -> None:
    assert Template.parse("{{ balance }}").evaluate(KNOWN) == Money.parse("480 JPY")
    assert Template.parse("x{{ days_left }}y").evaluate(KNOWN) == "x9y"
    assert Template.parse("plain").evaluate({}) == "plain"


@pytest.mark.parametrize("text", ["account.password | replace('-', '')", "account.password[-4:]"])
def test_a_secret_is_not_worked_on(text: str) -> None:
    with pytest.raises(ExpressionError):
        Template.parse(f"{{{{ {text} }}}}").evaluate(KNOWN)


def test_a_secret_stands_alone() -> None:
    assert isinstance(Template.parse("{{ account.password }}").evaluate(KNOWN), Secret)
    with pytest.raises(ExpressionError, match="stands alone"):
        Template.parse("x{{ account.password }}").evaluate(KNOWN)


@pytest.mark.parametrize("text", ["{{ a", "a }}", "{% for x in y %}", "{{ }}"])
def test_broken_templates(text: str) -> None:
    with pytest.raises(ExpressionError):
        Template.parse(text)


def test_arguments_are_split_at_outer_commas() -> None:
    assert split_arguments("plan.price, 'a, b', (1, 2)") == ["plan.price", " 'a, b'", " (1, 2)"]
