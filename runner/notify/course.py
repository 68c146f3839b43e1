"""How trouble is told of: at once, seldom while nothing changes, and once more when it is over.

What was told is remembered by the letters of the outbox, how long the trouble lasts by the runs of the
ledger; nothing else is kept.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from runner.ledger.records import OUTCOMES
from runner.notify.delivery import post, put
from runner.notify.events import Event
from runner.notify.outbox import Letter, Slot
from runner.notify.targets import Target

WELL = frozenset({"nothing_due", "renewed", "renewal_pending"})
"""Ends of runs after which nothing is wrong with an account any more. `read_only` is none of them: what
stood in the way of a renewal may still do so.
"""

TROUBLE = frozenset(OUTCOMES) - WELL - {"read_only", "busy"}
"""Ends of runs that may come again and again for the same cause."""

SLACK = 8
"""A repetition may come an eighth of its pace too early, or a daily run would miss it every other day:
within its window, it does not begin at the same moment.
"""


class RunFacts(Protocol):
    """A run of the account, as the ledger has it."""

    @property
    def started_at(self) -> datetime: ...
    @property
    def outcome(self) -> str | None: ...
    @property
    def message(self) -> str | None: ...


class Told(Letter, Protocol):
    """A letter, with the time at which it was put into the outbox and what became of it."""

    @property
    def created_at(self) -> datetime: ...
    @property
    def state(self) -> str: ...


class Memory(Slot, Protocol):
    """An outbox that knows what it was given before. The ledger's fits as it is."""

    def told(
        self, target: str, events: Collection[str], account: str, *, limit: int
    ) -> Sequence[Told]:
        """The last letters to a target with these events, about an account, newest first."""


@dataclass(frozen=True, slots=True)
class Course:
    """Trouble that goes on: the first run that it came up in since all was well, and how many had it.

    `begun` is the first of the same outcome, whatever its cause was.
    """

    since: datetime
    times: int
    begun: datetime


_MEMORY = 100
"""Letters that are looked back upon: more than a target gets while one trouble lasts."""


def course_of(event: Event, runs: Sequence[RunFacts]) -> Course:
    """How long an account has had the trouble of an event. `runs` are its last ones, newest first."""
    since, times, begun = event.at, 0, event.at
    for run in runs:
        if run.outcome in WELL:
            break
        if run.outcome == event.name:
            begun = run.started_at
            if run.message == event.message:
                since, times = run.started_at, times + 1
    return Course(since, max(1, times), begun)


def post_end(
    event: Event,
    targets: Mapping[str, Target],
    outbox: Memory,
    runs: Sequence[RunFacts],
    now: datetime,
    *,
    once: str | None = None,
) -> None:
    """Keep the letters that the end of a run calls for.

    `runs`: see `course_of`; the one that has ended is among them. `once`: see `post`; what is told one
    time only needs no pace.
    """
    if event.name in WELL:
        _post_over(event, targets, outbox)
    if event.name not in TROUBLE or once is not None:
        post(event, targets, outbox, once=once)
        return
    course = course_of(event, runs)
    for name, target in targets.items():
        lasting = now - course.begun >= _pace(target)
        if not target.hears_of(event, lasting=lasting):
            continue
        before = _told_before(event, _letters(outbox, name, event))
        if before and not _is_time(before, target, now):
            continue
        if before or lasting:
            since = course.since.astimezone(event.at.tzinfo)
            put(replace(event, since=since, times=course.times), name, outbox)
        else:
            put(event, name, outbox)


def post_lasting(
    event: Event, targets: Mapping[str, Target], outbox: Memory, now: datetime
) -> None:
    """Tell these targets of trouble that no run had, and again at their pace while it lasts. Its `since`
    tells it from the one before.
    """
    since = None if event.since is None else event.since.isoformat()
    for name, target in targets.items():
        last = _last_of(event, name, outbox)
        told = last is not None and last.event == event.name and last.payload.get("since") == since
        if last is None or not told or _is_time([last], target, now):
            put(event, name, outbox)


def post_lasting_over(event: Event, targets: Mapping[str, Target], outbox: Memory) -> None:
    """Tell those who were told by `post_lasting` that it is over; `event` is the one that began it."""
    for name in targets:
        last = _last_of(event, name, outbox)
        if last is not None and last.event == event.name:
            put(_over(event, last), name, outbox)


def _last_of(event: Event, target: str, outbox: Memory) -> Told | None:
    """The last that a target was told of such trouble, or of its end."""
    told = outbox.told(target, {event.name, "works_again"}, event.account, limit=1)
    return next(iter(told), None)


def _over(event: Event, last: Told) -> Event:
    """The event that the trouble of a letter is over."""
    since = last.created_at.astimezone(event.at.tzinfo)
    message = last.payload.get("message")
    return replace(event, name="works_again", outcome=last.event, message=message, since=since)


def _post_over(event: Event, targets: Mapping[str, Target], outbox: Memory) -> None:
    """Tell those who were told of trouble that it is over, unless the event itself tells them."""
    for name, target in targets.items():
        if target.hears_of(event):
            continue
        last = next(iter(_letters(outbox, name, event)), None)
        if last is not None and last.event in TROUBLE:
            put(_over(event, last), name, outbox)


def _letters(outbox: Memory, target: str, event: Event) -> Sequence[Told]:
    """What the target was told of how the account's runs ended, newest first."""
    return outbox.told(target, TROUBLE | WELL | {"works_again"}, event.account, limit=_MEMORY)


def _told_before(event: Event, letters: Sequence[Told]) -> list[Told]:
    """What was told of the same trouble since all was well, newest first."""
    found = []
    for letter in letters:
        if letter.event not in TROUBLE:
            break
        if letter.event == event.name and letter.payload.get("message") == event.message:
            found.append(letter)
    return found


def _is_time(before: Sequence[Told], target: Target, now: datetime) -> bool:
    """Whether it is told of again. What still waits to be sent is not put in twice."""
    waits = any(letter.state == "waiting" for letter in before)
    return not waits and now - before[0].created_at >= _pace(target)


def _pace(target: Target) -> timedelta:
    return target.repeat - target.repeat / SLACK
