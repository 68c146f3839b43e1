"""Settling an account: a line's own settings before its account's, before the defaults."""

from __future__ import annotations

from typing import TypeVar

from runner.config.file import AccountEntry, LineEntry, Settings
from runner.config.hand_off import HandOff
from runner.config.model import DEADLINE, Account, Caps, Escalate, Line, Policy

_Keyed = TypeVar("_Keyed", Policy, Caps)


def settle(name: str, entry: AccountEntry, defaults: Settings) -> Account:
    """The account with all that it and its lines take from elsewhere.

    `policy` and `caps` are merged key by key. A `plan` is taken whole, so that no price is ever
    paired with another plan's name.
    """
    policy = _merged(defaults.policy, entry.policy)
    caps = _merged(defaults.caps, entry.caps) or Caps()
    plan = entry.plan or defaults.plan
    lines = entry.lines or {name: None}
    codes = entry.codes if entry.codes is not None else defaults.codes
    notify = entry.notify if entry.notify is not None else defaults.notify
    return Account(
        name=name,
        flow=entry.flow or name,
        at=entry.at or defaults.at or "live",
        credentials=entry.credentials,
        codes=tuple(codes or ()),
        lines=tuple(
            Line(
                name=line_name,
                title=line.title,
                policy=_merged(policy, line.policy),
                plan=line.plan or plan,
                caps=_merged(caps, line.caps) or caps,
                how=line.how,
                last_paid_on=line.last_paid_on,
            )
            for line_name, line in ((key, one or LineEntry()) for key, one in lines.items())
        ),
        schedule=entry.schedule or defaults.schedule,
        notify=None if notify is None else tuple(notify),
        deadline=entry.deadline or defaults.deadline or DEADLINE,
        caps=caps,
        avoid=None if entry.avoid is None else tuple(entry.avoid),
        escalate=entry.escalate or defaults.escalate or Escalate(),
        hand_off=_hand_off(defaults.hand_off if entry.hand_off is None else entry.hand_off),
    )


def _hand_off(given: HandOff | bool | None) -> HandOff | None:
    return HandOff() if given is True else given or None


def _merged(below: _Keyed | None, above: _Keyed | None) -> _Keyed | None:
    """The keys of both, those of `above` first."""
    if below is None or above is None:
        return above or below
    own = {key: getattr(above, key) for key in above.model_fields_set}
    return below.model_copy(update=own)
