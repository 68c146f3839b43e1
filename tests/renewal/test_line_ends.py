"""Lines of one account: each has its own end, and one's own trouble does not hold up the others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.ledger.ledger import Ledger
from runner.page.problems import Gone, Missing, NeedsOwner, Problem, Seen, Stopped
from runner.renewal.ending import cut_by, line_ends
from runner.renewal.outcome import LineResult, RenewalResult, RunResult
from runner.values.money import Money
from runner.values.secret import Redactor
from tests.page.conftest import Practice, loop_runner, practice, practice_browser, served
from tests.renewal.conftest import Clock
from tests.renewal.shop import FLOW, NAMES, Owner, owner_of

__all__ = ["loop_runner", "practice", "practice_browser", "served"]
GOTO = "read:\n  - goto: https://practice.example.jp/\n"
GONE = "  - expect: {that: line.name != 'gone', else: needs_you, message: There is no such line.}\n"
MOVED = "  - expect: {that: line.name not in '12', message: The page is another one.}\n"

ELSEWHERE = "renew:\n  - expect: {that: line.name != 'main', message: This is another shop.}\n"


@pytest.fixture
def owner(practice: Practice, ledger: Ledger, clock: Clock) -> Owner:
    owner = owner_of(practice, ledger, clock)
    flow = FLOW.replace(GOTO, GOTO + GONE + MOVED)
    practice.flow(flow % {"type": "", "pay_with": ""}, NAMES)
    return owner


def with_lines(owner: Owner, *names: str) -> Owner:
    (first,) = owner.account.lines
    lines = tuple(replace(first, name=name) for name in names)
    owner.account = replace(owner.account, lines=lines)
    return owner


def kept(owner: Owner) -> dict[str, tuple[str, str | None]]:
    """What the ledger has of each line."""
    return {
        line: (end.outcome, end.message)
        for (_, line), end in owner.ledger.line_ends.latest().items()
    }


def test_a_line_that_is_gone_does_not_keep_the_next_one_from_being_renewed(owner: Owner) -> None:
    result = with_lines(owner, "gone", "main").run("needs_you")
    gone, main = result.lines
    assert (gone.outcome, gone.message) == ("needs_you", "There is no such line.")
    assert main.outcome == "renewed"
    assert owner.shop.charges == ["3,000円"]
    assert kept(owner) == {"gone": ("needs_you", gone.message), "main": ("renewed", main.message)}
    assert (result.message, result.step) == ("gone: There is no such line.", "read[1]")
    assert str(result.where).startswith("practice.yaml:")
    assert result.picture == gone.picture
    assert str(result.picture).endswith("failure.png")


def test_a_page_that_is_another_one_for_two_lines_is_so_for_all(owner: Owner) -> None:
    result = with_lines(owner, "1", "2", "main").run("changed")
    assert [(line.line, line.outcome) for line in result.lines] == [
        ("1", "changed"), ("2", "changed"),
    ]  # fmt: skip
    assert owner.shop.charges == []
    assert kept(owner)["main"] == ("changed", "it was not played: The page is another one.")


def test_what_goes_wrong_in_an_order_is_no_trouble_of_one_line(owner: Owner) -> None:
    flow = FLOW.replace("renew:\n", ELSEWHERE)
    owner.practice.flow(flow % {"type": "", "pay_with": ""}, NAMES)
    result = with_lines(owner, "main", "second").run("changed")
    assert [line.line for line in result.lines] == ["main"]
    assert owner.shop.charges == []


@pytest.mark.nightly
def test_after_a_payment_that_nobody_can_tell_no_other_line_is_played(owner: Owner) -> None:
    owner.shop.answer = "<p>少々お待ちください</p>"
    result = with_lines(owner, "main", "second").run("payment_unknown")
    assert [line.line for line in result.lines] == ["main"]
    assert kept(owner)["main"][0] == "payment_unknown"
    outcome, message = kept(owner)["second"]
    assert outcome != "payment_unknown"
    assert str(message).startswith("it was not played: ")


def test_what_ends_the_run_before_the_first_line_is_no_end_of_lines(owner: Owner) -> None:
    owner.practice.site.pages["/"] = "<p>ご利用になれません</p>"
    result = with_lines(owner, "main", "second").run("declined")
    assert (result.lines, kept(owner)) == ([], {})


@pytest.mark.parametrize(
    ("problem", "unplayed"),
    [
        (Seen("maintenance"), "maintenance"),
        (Seen("human_check"), "needs_you"),
        (Missing("`left` was not found"), "changed"),
        (NeedsOwner("no code came"), "needs_you"),
        (Gone("the browser died"), "failed"),
        (Seen("declined"), "failed"),
        (Stopped("1200 JPY is more than agreed", "too_expensive"), "failed"),
    ],
)
def test_what_ends_a_run_is_the_end_of_the_lines_after_it(problem: Problem, unplayed: str) -> None:
    result = RunResult("au", "au", "au", Clock().now)
    result.lines = [
        LineResult("watch", outcome="renewed", message="renewed"), LineResult("car"),
    ]  # fmt: skip
    cut_by(result, problem, Redactor())
    assert result.outcome == problem.ends_as()
    assert line_ends(result, ["watch", "car", "desk"]) == {
        "watch": ("renewed", "renewed"),
        "car": (problem.ends_as(), problem.message),
        "desk": (unplayed, f"it was not played: {problem.message}"),
    }


def test_an_unproved_payment_is_that_of_its_own_line() -> None:
    paid = RenewalResult("1", "renewal_pending", "1GB", Money.parse("550 JPY"), None)
    result = RunResult("au", "au", "au", Clock().now)
    result.lines = [
        LineResult("watch", outcome="renewal_pending", message="paid", renewal=paid),
        LineResult("car"),
    ]
    cut_by(result, Seen("maintenance"), Redactor())
    assert result.outcome == "renewal_pending"
    assert [line.outcome for line in result.lines] == ["renewal_pending", "maintenance"]
