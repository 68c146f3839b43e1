"""Sees to it that every message arrives, is tried again, or is shown as undelivered."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from runner.notify.events import Event
from runner.notify.messages import compose
from runner.notify.outbox import L, Outbox, Slot
from runner.notify.payload import from_payload, to_payload
from runner.notify.send import Delivered, Refused, Sender
from runner.notify.targets import Target
from runner.notify.todo import LinkTo, no_link

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    *[timedelta(hours=6)] * 12,
)
"""How long a refused letter waits before each new attempt: three days in all, then no more."""

PICTURE_ATTEMPTS = 3
"""After so many attempts the picture stays behind: it may be what the service refuses."""

CLAIM_SECONDS = 120.0
"""How long a letter is ours while it is sent: more than a sender may take."""

PATIENCE = timedelta(minutes=2)
"""How long one round of deliveries goes on taking letters; the rest waits for the next round."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one letter. `reason` is None for a letter that has arrived."""

    letter: str
    event: str
    target: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One round of deliveries. `waiting` letters were refused and are tried again later."""

    sent: tuple[Fate, ...] = ()
    waiting: tuple[Fate, ...] = ()
    given_up: tuple[Fate, ...] = ()


def post(
    event: Event, targets: Mapping[str, Target], outbox: Slot, *, once: str | None = None
) -> tuple[str, ...]:
    """Keep one letter for each target that hears of the event; return the names of these targets.

    Posting the same event again, for instance after a crash, adds nothing. `once` names the news
    where its other facts may differ: of all events with this name, the first is told.
    """
    listening = tuple(name for name, target in targets.items() if target.hears_of(event))
    for name in listening:
        put(event, name, outbox, once=once)
    return listening


def put(event: Event, target: str, outbox: Slot, *, once: str | None = None) -> None:
    """Keep one letter for a target, whatever it listens to. `once`: see `post`."""
    payload = to_payload(event)
    facts = json.dumps(payload, sort_keys=True).encode()
    what = once or hashlib.sha256(facts).hexdigest()[:32]
    outbox.put(
        key_of(event.name, event.account, what, target),
        event.name,
        target=target,
        payload=payload,
        account=event.account,
        line=event.lines[0].line if len(event.lines) == 1 else None,
        run_id=event.run_id,
    )


def key_of(event: str, account: str, once: str, target: str) -> str:
    """What names a letter for ever: a second one of that name is not kept."""
    return f"{event}/{account}/{once}/{target}"


def deliver(
    outbox: Outbox[L],
    targets: Mapping[str, Target],
    sender: Sender,
    clock: Callable[[], datetime],
    templates: Path | None = None,
    link_to: LinkTo = no_link,
) -> Report:
    """Send what is due. `templates` is the folder of the owner's own templates, if there is one;
    `link_to` makes the links of what can be done about a message.

    A letter that is refused waits longer each time, as `PAUSES` says; after the last pause it is
    given up, and the other targets are told. A letter may arrive twice when its sender dies between
    sending and noting it. In its target's quiet hours it waits for their end, unless it is urgent.
    """
    fates: dict[str, list[Fate]] = {"sent": [], "waiting": [], "given_up": []}
    for letter in _claimed(outbox, targets, clock):
        outcome, reason = _handle(letter, outbox, targets, sender, clock, templates, link_to)
        fates[outcome].append(Fate(letter.id, letter.event, letter.target, reason))
    return Report(**{outcome: tuple(found) for outcome, found in fates.items()})


def _claimed(
    outbox: Outbox[L], targets: Mapping[str, Target], clock: Callable[[], datetime]
) -> Iterator[L]:
    """Claim due letters one at a time, so that none is held back when time is up."""
    end = clock() + PATIENCE
    found = True
    while found:
        found = False
        for waiting in outbox.due(clock(), 50):
            if clock() >= end:
                return
            held = _held_back(waiting, targets, clock())
            if held is not None:
                outbox.hold(waiting, held)
                continue
            letter = outbox.claim(waiting.id, CLAIM_SECONDS)
            if letter is not None:
                found = True
                yield letter


def _held_back(letter: L, targets: Mapping[str, Target], now: datetime) -> datetime | None:
    """Until when quiet hours keep a letter from its target."""
    target = targets.get(letter.target)
    if target is None or target.quiet is None:
        return None
    try:
        return target.held_back(from_payload(letter.payload), now)
    except ValueError:  # what can't be read is given up, whatever the hour
        return None


def _handle(
    letter: L,
    outbox: Outbox[L],
    targets: Mapping[str, Target],
    sender: Sender,
    clock: Callable[[], datetime],
    templates: Path | None,
    link_to: LinkTo,
) -> tuple[str, str | None]:
    target = targets.get(letter.target)
    if target is None:
        reason = f"there is no target named {letter.target!r} in the configuration any more"
        outbox.give_up(letter, reason)
        return "given_up", reason
    try:
        event = from_payload(letter.payload)
    except ValueError as error:
        outbox.give_up(letter, str(error))
        return "given_up", str(error)
    answer = _send(event, target, letter.attempts, sender, templates, link_to)
    if isinstance(answer, Delivered):
        outbox.sent(letter)
        return "sent", None
    if letter.attempts <= len(PAUSES):
        outbox.failed(letter, answer.reason, clock() + PAUSES[letter.attempts - 1])
        return "waiting", answer.reason
    outbox.give_up(letter, answer.reason)
    _tell_the_others(event, target, answer.reason, targets, outbox)
    return "given_up", answer.reason


def _send(
    event: Event,
    target: Target,
    attempt: int,
    sender: Sender,
    templates: Path | None,
    link_to: LinkTo,
) -> Delivered | Refused:
    try:
        url = target.url()
    except Exception as error:  # a locked keyring or a missing variable today may be well tomorrow
        return Refused(f"the address of target {target.name!r} cannot be read: {error}")
    try:
        message = compose(event, target.language, templates, link_to)
    except Exception as error:  # one message that can't be written must not hold up the others
        return Refused(f"the message cannot be written: {type(error).__name__}: {error}")
    picture = event.picture if attempt <= PICTURE_ATTEMPTS else None
    return sender(url, message, picture)


def _tell_the_others(
    event: Event, lost: Target, reason: str, targets: Mapping[str, Target], outbox: Slot
) -> None:
    if event.name == "undelivered":  # news about lost news would never end
        return
    others = {name: target for name, target in targets.items() if name != lost.name}
    news = replace(
        event,
        name="undelivered",
        message=f"{event.name} → {lost.name}: {reason}",
        picture=None,
        digest=None,
    )
    post(news, others, outbox)
