"""The one error of reading: a text that is not, for certain, the value that is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_SHOWN = 80


class Unreadable(ValueError):
    """A text that can't be read as a kind of value: never a zero, never a guess.

    `text` is what the page shows, `reason` says why it can't be read. "no value" as the reason
    means that the page shows that there is none: an empty text, or a dash.
    """

    def __init__(self, kind: str, text: str, reason: str) -> None:
        super().__init__(kind, text, reason)
        self.kind, self.text, self.reason = kind, text, reason

    def __str__(self) -> str:
        text = self.text if len(self.text) <= _SHOWN else self.text[:_SHOWN] + "…"
        return f"“{text}” can't be read as {self.kind}: {self.reason}"


class WithoutTax(Unreadable):
    """An amount to which tax is added before it is charged."""


@contextmanager
def reading(kind: str, text: str) -> Iterator[None]:
    """Turns what goes wrong inside into an Unreadable about the whole text as the page shows it."""
    try:
        yield
    except Unreadable as error:
        raise type(error)(kind, text, error.reason) from None
    except (ValueError, ArithmeticError) as error:
        raise Unreadable(kind, text, str(error)) from None
