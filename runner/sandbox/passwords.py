"""Passwords at a sign-in, and the lock after too many wrong ones."""

from __future__ import annotations

import hmac
from typing import Literal

from runner.sandbox.desk import Desk


def refused(
    desk: Desk, given: tuple[str, str], own: tuple[str, str]
) -> Literal["wrong", "locked"] | None:
    """Why this ID with this password is refused; None if both are the account's own."""
    if desk.setting("locked"):
        return "locked"
    (name, password), (right_name, right) = given, own
    if name == right_name and hmac.compare_digest(password.encode(), right.encode()):
        desk.books.put(desk.name, failures=0)
        return None
    desk.books.note(desk.name, "wrong_password")
    return "locked" if desk.count_failure() else "wrong"
