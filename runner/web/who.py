"""Who asks, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Scope(StrEnum):
    """What a token is for."""

    CALENDAR = "calendar"
    READ = "read"
    ACT = "act"


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who was let in: as `session`, by a `proxy`, or with a `token`.

    `bound` is what their forms' tokens are bound to: nobody else's are the same.
    """

    name: str
    how: str
    scope: Scope = Scope.ACT
    bound: str = field(default="", repr=False)
