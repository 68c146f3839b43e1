"""Why a page could not be played to its end. Each problem names the outcome that it leads to.

Problem
├── Seen          a signal: the page is maintenance, a human check, a wrong password …
├── Missing       nothing on the page matches a selector
├── Ambiguous     more than one element matches
├── Unexpected    an `expect` did not hold
├── Unread        a text could not be read as the value it should be
│   └── Untaxed   … because it is an amount without its tax
├── WrongHost     a secret was about to be typed, or a page opened, outside the flow's hosts
├── Unreachable   the network or the site did not answer
├── NeedsOwner    only the owner can go on: a code, an approval, a choice
├── Stopped       the one who pays said no: too expensive, a cap, a dry run
└── Gone          the page or the browser died
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

SIGNAL_OUTCOMES = {
    "signed_out": "needs_you",
    "wrong_secret": "rejected",
    "locked": "needs_you",
    "wrong_code": "needs_you",
    "passkey_refused": "needs_you",
    "human_check": "needs_you",
    "maintenance": "maintenance",
    "declined": "declined",
    "sold_out": "needs_you",
    "out_of_order": "unreachable",
}
SIGNAL_WORDS = {
    "signed_out": "the site asked to sign in again",
    "wrong_secret": "the site refused the password",
    "locked": "the account is locked at the provider",
    "wrong_code": "the site refused the one-time code",
    "passkey_refused": "the site did not take the passkey",
    "human_check": "the site wants to know that you are human",
    "maintenance": "the site is closed for maintenance",
    "declined": "the payment was declined",
    "sold_out": "the plan is not on sale now",
    "out_of_order": "the site reports an error of its own",
}


class Problem(Exception):
    """Something that ends a phase. `step` is the path of the step, `where` its file and line."""

    outcome: ClassVar[str] = "failed"

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint
        self.step: str | None = None
        self.where: str | None = None
        self.offered = False  # whether it was seen to that a person may solve it
        self.signed_out: bool | None = None  # whether the session has ended; None until looked for

    def ends_as(self) -> str:
        """The outcome of a run that this problem ends."""
        return self.outcome


class Seen(Problem):
    """A signal told what the page is, and perhaps until when."""

    def __init__(self, signal: str, text: str = "", until: datetime | None = None) -> None:
        quoted = f": “{text}”" if text else ""
        ending = f" (until {until:%Y-%m-%d %H:%M %Z})" if until else ""
        super().__init__(SIGNAL_WORDS[signal] + quoted + ending)
        self.signal, self.until = signal, until

    def ends_as(self) -> str:
        return SIGNAL_OUTCOMES[self.signal]


class Missing(Problem):
    """Nothing on the page matches."""

    outcome = "changed"


class NotClicked(Missing):
    """The one click of a renewal was not made: it provably never reached the page."""


class Ambiguous(Problem):
    """More than one element matches, and the selector doesn't say which."""

    outcome = "changed"


class Unexpected(Problem):
    """An `expect` did not hold; it says itself what that means."""

    def __init__(self, message: str, ends_as: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self._ends_as = ends_as

    def ends_as(self) -> str:
        return self._ends_as


class Unread(Problem):
    """A text is not the value that it should be."""

    outcome = "changed"


class Untaxed(Unread):
    """An amount is shown without its tax: what will be charged is not what the page says."""

    outcome = "needs_you"


class WrongHost(Problem):
    """A place that is not the flow's own."""

    outcome = "needs_you"


class Unreachable(Problem):
    """No answer, or an error of the server."""

    outcome = "unreachable"


class Refused(Problem):
    """The site refused this password before."""

    outcome = "rejected"


class NeedsOwner(Problem):
    """Only the owner can go on."""

    outcome = "needs_you"


class Stopped(Problem):
    """Who decides about money said no; `ends_as` is that decision's outcome."""

    def __init__(self, message: str, ends_as: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self._ends_as = ends_as

    def ends_as(self) -> str:
        return self._ends_as


class Gone(Problem):
    """The page, the browser or its driver died."""

    outcome = "failed"
