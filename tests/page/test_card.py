"""`card` types the owner's card into whatever boxes and lists a form has, and covers it."""

from __future__ import annotations

from typing import Any

import pytest

from runner.page.problems import NeedsOwner, WrongHost
from runner.values.secret import Secret
from tests.page.conftest import Practice

FLOW = """
needs: {id: text, password: secret, card_number: card_number, card_expiry: card_expiry, card_cvc: card_cvc}
read:
  - card: {number: number, EXPIRY, cvc: cvc}
  - click: pay
  - wait_for: {text: ok}
"""
NAMES = """
number: {css: "[autocomplete=cc-number]"}
expiry: {css: "[autocomplete=cc-exp]"}
month: {css: "[autocomplete=cc-exp-month]"}
year: {css: "[autocomplete=cc-exp-year]"}
cvc: {css: "[autocomplete=cc-csc]"}
pay: {role: button, name: 支払う}
"""
FORM = """<form method=post action=/paid><input name=number autocomplete=cc-number>{}
<input name=cvc autocomplete=cc-csc><button>支払う</button></form>"""
ONE = "<input name=expiry autocomplete=cc-exp>"
TWO = "<input name=month autocomplete=cc-exp-month><input name=year autocomplete=cc-exp-year>"
LISTS = (
    "<select name=month autocomplete=cc-exp-month><option>--<option value=8>8月<option value=12>12月"
    "</select><select name=year autocomplete=cc-exp-year><option>27<option>39</select>"
)
CARD = {
    "card_number": Secret("4000 0000 0000 0002"),
    "card_expiry": Secret("8 / 2039"),
    "card_cvc": Secret("123"),
}


def typed(practice: Practice, form: str, expiry: str, **card: Any) -> dict[str, str]:
    practice.site.pages |= {"/": FORM.format(form), "/paid": "ok"}
    practice.flow(FLOW.replace("EXPIRY", expiry), NAMES)
    account = {"name": "me", "id": "taro", "password": Secret("hunter2-secret"), **CARD, **card}
    practice.play("read", {"account": account})
    return practice.site.posts[-1][1]


@pytest.mark.parametrize(
    ("form", "expiry", "wanted"),
    [
        (ONE, "expiry: expiry", {"expiry": "08/39"}),
        (TWO, "month: month, year: year", {"month": "08", "year": "2039"}),
        (LISTS, "month: month, year: year", {"month": "8", "year": "39"}),
    ],
)
def test_forms(practice: Practice, form: str, expiry: str, wanted: dict[str, str]) -> None:
    assert typed(practice, form, expiry) == {"number": "4000000000000002", "cvc": "123"} | wanted


def test_a_card_that_the_account_does_not_have(practice: Practice) -> None:
    with pytest.raises(NeedsOwner, match="card_cvc"):
        typed(practice, ONE, "expiry: expiry", card_cvc=None)


def test_a_year_that_is_not_on_the_list(practice: Practice) -> None:
    with pytest.raises(NeedsOwner, match="not on the page's list"):
        typed(practice, LISTS, "month: month, year: year", card_expiry=Secret("08/26"))


def test_no_card_on_another_host(practice: Practice) -> None:
    practice.site.pages["/elsewhere"] = FORM.format(ONE)
    practice.site.pages["/"] = '<iframe src="https://evil.example.com/elsewhere"></iframe>'
    practice.flow(
        FLOW.replace("EXPIRY", "expiry: expiry"),
        NAMES.replace('cc-number]"}', 'cc-number]", frame: iframe}'),
    )
    with pytest.raises(WrongHost):
        practice.play("read", {"account": {"name": "me", **CARD}})
    assert practice.site.posts == []
