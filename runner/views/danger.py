"""How near a line is to its end, as a word, a colour and an order."""

from __future__ import annotations

from enum import IntEnum

from runner.renewal.outcome import EXIT_CODES

URGENT, SOON = 3, 7
"""Days left, this one included, up to which a line is urgent, or soon to end."""


class Danger(IntEnum):
    """From the greatest. The number is the order in which lines are shown."""

    EXPIRED = 0
    URGENT = 1
    TROUBLE = 2
    SOON = 3
    NOT_READ = 4
    NO_DATE = 5
    FINE = 6
    PAUSED = 7

    @property
    def word(self) -> str:
        """How `kigen status` says it."""
        return self.name.lower().replace("_", " ")

    @property
    def style(self) -> str:
        """Its colour by name: `bad`, `warn`, `good` or `dim`."""
        return _STYLES[self]


_STYLES = {
    Danger.EXPIRED: "bad",
    Danger.URGENT: "bad",
    Danger.TROUBLE: "bad",
    Danger.SOON: "warn",
    Danger.NOT_READ: "warn",
    Danger.NO_DATE: "dim",
    Danger.FINE: "good",
    Danger.PAUSED: "dim",
}
_IN_THE_WAY = frozenset(outcome for outcome, code in EXIT_CODES.items() if code in (1, 3, 4))


def danger_of(
    read: bool, days_left: int | None, outcome: str | None, *, paused: bool = False
) -> Danger:
    """The danger of a line: by its days, or because its last run came to grief; PAUSED where its owner
    has paused it, whatever its days.
    """
    if paused:
        return Danger.PAUSED
    if days_left is not None and days_left < 0:
        return Danger.EXPIRED
    if days_left is not None and days_left <= URGENT:
        return Danger.URGENT
    if outcome in _IN_THE_WAY:
        return Danger.TROUBLE
    if not read:
        return Danger.NOT_READ
    if days_left is None:
        return Danger.NO_DATE
    return Danger.SOON if days_left <= SOON else Danger.FINE
