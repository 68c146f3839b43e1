"""Trouble that goes on is told at its pace, and its end to those who knew of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from runner.ledger.ledger import Ledger
from runner.ledger.records import OUTCOMES, Letter
from runner.notify.course import TROUBLE, WELL, post_end
from runner.notify.delivery import deliver
from runner.notify.events import Event
from runner.notify.messages import LANGUAGES, compose
from runner.notify.payload import from_payload
from runner.notify.send import Delivered
from runner.notify.targets import Target
from runner.values.secret import Secret

from .conftest import Clock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def target(name: str, **wishes: object) -> Target:
    return Target(name, lambda: Secret("json://127.0.0.1"), **wishes)  # type: ignore[arg-type] # free wishes


class Life:
    """An account whose runs end, and its owner's targets."""

    def __init__(self, ledger: Ledger, clock: Clock, *targets: Target) -> None:
        self.ledger, self.clock = ledger, clock
        self.targets = {one.name: one for one in targets}

    def run(self, outcome: str, message: str = "", *, after: timedelta = timedelta()) -> list[str]:
        """A run ends; gives what is told of it: TARGET:EVENT, with the times where there are some."""
        self.clock.wait(after)
        before = {letter.id for letter in self.letters()}
        run = self.ledger.runs.start(
            "main", "docomo", trigger="due", deadline_at=self.clock() + HOUR
        )
        self.clock.wait(timedelta(seconds=20))
        self.ledger.runs.end(run.id, outcome=outcome, message=message)
        event = Event(
            outcome, "main", "docomo", run.started_at, outcome, message=message, run_id=run.id
        )
        runs = self.ledger.runs.list("main", limit=1000)
        post_end(event, self.targets, self.ledger.outbox, runs, self.clock())
        deliver(self.ledger.outbox, self.targets, lambda *_: Delivered(), self.clock)
        new = [letter for letter in self.letters() if letter.id not in before]
        return sorted(_told(letter) for letter in new)

    def letters(self) -> list[Letter]:
        return self.ledger.outbox.list(("waiting", "sent", "given_up"), limit=10_000)


def _told(letter: Letter) -> str:
    times = letter.payload["times"]
    return f"{letter.target}:{letter.event}" + (f"*{times}" if times else "")


@pytest.fixture
def life(ledger: Ledger, clock: Clock) -> Callable[..., Life]:
    return lambda *targets: Life(ledger, clock, *(targets or (target("mail"),)))


def test_every_outcome_is_trouble_or_well_or_tells_nothing() -> None:
    assert set(OUTCOMES) == TROUBLE | WELL | {"read_only", "busy"}
    assert not TROUBLE & WELL


def test_unchanged_trouble_is_told_once_a_day(life: Callable[..., Life]) -> None:
    one = life()
    assert one.run("unreachable", "no route") == ["mail:unreachable"]
    told = [one.run("unreachable", "no route", after=HOUR) for _ in range(48)]
    assert [found for found in told if found] == [
        ["mail:unreachable*22"],
        ["mail:unreachable*43"],
    ]


def test_a_daily_run_somewhere_in_its_window_is_told_daily(life: Callable[..., Life]) -> None:
    one = life()
    one.run("changed", "no balance")
    early, late = DAY - 2 * HOUR, DAY + 2 * HOUR
    told = [one.run("changed", "no balance", after=gap) for gap in (early, late, early, early)]
    assert told == [[f"mail:changed*{times}"] for times in (2, 3, 4, 5)]


def test_what_is_new_is_told_at_once(life: Callable[..., Life]) -> None:
    one = life()
    assert one.run("changed", "no balance") == ["mail:changed"]
    assert one.run("changed", "no last day", after=HOUR) == ["mail:changed"]
    assert one.run("needs_you", "a check", after=HOUR) == ["mail:needs_you"]
    # to and fro between two causes that were told just now is nothing new
    assert one.run("changed", "no balance", after=HOUR) == []
    assert one.run("declined", "the card", after=HOUR) == ["mail:declined"]


def test_the_end_of_trouble_is_told_once_to_those_who_knew(life: Callable[..., Life]) -> None:
    one = life(target("mail"), target("pager", events=frozenset({"failed"})))
    one.run("changed", "no balance")
    one.run("read_only", after=HOUR)
    assert one.run("nothing_due", after=HOUR) == ["mail:works_again"]
    assert one.run("nothing_due", after=HOUR) == []
    assert one.run("changed", "no balance", after=HOUR) == ["mail:changed"]
    assert one.run("renewed", "paid", after=HOUR) == ["mail:renewed"]
    assert one.run("nothing_due", after=HOUR) == []
    assert one.run("failed", "a fault", after=HOUR) == ["mail:failed", "pager:failed"]
    assert one.run("renewed", "paid", after=HOUR) == ["mail:renewed", "pager:works_again"]


def test_only_reading_ends_no_trouble(life: Callable[..., Life]) -> None:
    one = life()
    one.run("too_expensive", "900 JPY")
    assert one.run("read_only", "read", after=HOUR) == []
    assert one.run("too_expensive", "900 JPY", after=HOUR) == []


def test_the_pace_is_the_targets_own(life: Callable[..., Life]) -> None:
    one = life(target("often", repeat=2 * HOUR), target("seldom", repeat=7 * DAY))
    one.run("changed", "x")
    told = [one.run("changed", "x", after=HOUR) for _ in range(5)]
    assert told == [[], ["often:changed*3"], [], ["often:changed*5"], []]


def test_beside_a_digest_passing_trouble_is_told_when_it_stays(life: Callable[..., Life]) -> None:
    one = life(target("mail", has_digest=True), target("all", has_digest=True, events=frozenset()))
    assert one.run("unreachable", "no route") == []
    told = [one.run("unreachable", "no route", after=6 * HOUR) for _ in range(4)]
    assert told == [[], [], [], ["mail:unreachable*5"]]
    assert one.run("unreachable", "another cause", after=HOUR) == ["mail:unreachable*1"]
    assert one.run("nothing_due", after=HOUR) == ["mail:works_again"]
    assert one.run("unreachable", "no route", after=HOUR) == []
    assert one.run("nothing_due", after=HOUR) == []
    assert one.run("renewed", "paid", after=HOUR) == ["mail:renewed"]


def test_what_was_never_sent_is_not_put_in_twice(life: Callable[..., Life]) -> None:
    one = life()
    one.run("changed", "x")
    [letter] = one.letters()
    one.ledger.outbox.put("k", "changed", target="mail", payload=letter.payload, account="main")
    assert one.run("changed", "x", after=2 * DAY) == []
    assert [letter.state for letter in one.letters()] == ["sent", "sent"]


def test_an_account_that_a_target_does_not_know_is_not_told(life: Callable[..., Life]) -> None:
    one = life(target("work", accounts=frozenset({"work"}), has_digest=True))
    assert one.run("unreachable", "x") == []
    assert one.run("unreachable", "x", after=3 * DAY) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_since_when_and_how_often(language: str, life: Callable[..., Life]) -> None:
    one = life()
    began = one.clock().astimezone()
    one.run("changed", "x")
    one.run("changed", "x", after=DAY)
    one.run("nothing_due", after=DAY)
    again, over = (from_payload(letter.payload) for letter in one.letters()[1:])
    assert again.since == began
    text = compose(again, language).body
    assert "2" in text
    assert "21" in text
    assert compose(over, language).title.count("docomo") == 1
    assert "None" not in compose(over, language).body
