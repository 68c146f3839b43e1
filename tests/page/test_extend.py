"""`extend` renews by one click that costs nothing, or by none, and tells which."""

from __future__ import annotations

import pytest

from runner.page.problems import Missing, NeedsOwner, Problem, Seen, Stopped, Unexpected
from tests.page.conftest import Practice, Wallet

EXTEND = """
step_time: 1800 ms
signals:
  signed_in: {text: Sign out}
  maintenance: {text: Down for maintenance}
renew:
  - extend: {click: pause, done: {text: is paused}, within: 2 seconds}
"""
NAMES = "pause: {role: button, name: Pause service}"
REVIEW = "<form method=post action=/pause><button>Pause service</button></form>"


def ready(practice: Practice, page: str = REVIEW, answer: str = "It is paused.") -> Wallet:
    practice.site.pages |= {"/": page, "/pause": answer}
    practice.flow(EXTEND, NAMES)
    return Wallet()


def pauses(practice: Practice) -> int:
    return sum(path == "/pause" for path, _ in practice.site.posts)


def test_it_asks_stores_the_intent_and_clicks_once(practice: Practice) -> None:
    wallet = ready(practice)
    practice.play("renew", till=wallet)
    assert wallet.events == ["free", "intent", "done"]
    assert (wallet.asked, pauses(practice)) == ([], 1)


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        (REVIEW + "<label><input type=checkbox checked> Add Device Protection</label>", NeedsOwner),
        (REVIEW + "<p>It is paused.</p>", Unexpected),
        (REVIEW.replace("<button>", "<button disabled>"), Missing),
        ("<p>Down for maintenance</p>", Seen),
    ],
)
def test_a_page_that_is_not_as_it_should_be_is_left_alone(
    practice: Practice, page: str, problem: type[Problem]
) -> None:
    wallet = ready(practice, page)
    with pytest.raises(problem):
        practice.play("renew", till=wallet)
    assert (wallet.events, pauses(practice)) == ([], 0)


def test_nothing_is_clicked_where_the_answer_is_no(practice: Practice) -> None:
    wallet = ready(practice)
    wallet.refuse = Stopped("this plan has a price", "needs_you")
    with pytest.raises(Stopped):
        practice.play("renew", till=wallet)
    assert (wallet.events, pauses(practice)) == (["free"], 0)


def test_nothing_is_clicked_in_other_phases(practice: Practice) -> None:
    ready(practice)
    with pytest.raises(Stopped):
        practice.play("renew", till=None)
    assert pauses(practice) == 0


def test_without_an_answer_the_end_is_unknown(practice: Practice) -> None:
    wallet = ready(practice, answer="…")
    with pytest.raises(Missing):
        practice.play("renew", till=wallet)
    assert wallet.events == ["free", "intent", "unknown"]
    assert pauses(practice) == 1
