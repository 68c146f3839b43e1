"""A command that was called in a way that can't be followed."""

from __future__ import annotations


class WrongCall(ValueError):
    """What is wrong with the call, and `hint`: how to call it instead."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint
