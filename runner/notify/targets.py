"""Where messages go: the targets of an owner, and what each wants to hear of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from runner.config.events import CHOICE
from runner.notify.events import BESIDE_A_DIGEST, DEFAULT_EVENTS, PASSING, Event
from runner.notify.quiet import QuietHours
from runner.values.secret import Secret


@dataclass(frozen=True, slots=True)
class Target:
    """One address that gets messages.

    `url` finds the Apprise address when it is needed, so that it is never stored. `events` are those
    that it hears of at once; None: `DEFAULT_EVENTS`, or with a digest `BESIDE_A_DIGEST`. `accounts`
    None: every account. Trouble that goes on is told again after `repeat`.
    Raises ValueError for an unknown event.
    """

    name: str
    url: Callable[[], Secret]
    events: frozenset[str] | None = None
    language: str = "en"
    accounts: frozenset[str] | None = None
    has_digest: bool = False
    quiet: QuietHours | None = None
    repeat: timedelta = timedelta(days=1)

    def __post_init__(self) -> None:
        unknown = (self.events or frozenset()).difference(CHOICE)
        if unknown:
            raise ValueError(
                f"target {self.name!r} names events that do not exist: {', '.join(sorted(unknown))}"
            )

    def hears_of(self, event: Event, *, lasting: bool = False) -> bool:
        """Tell whether this target wants the event. A test is always wanted: somebody asked.

        `lasting`: it tells of trouble that did not pass by itself.
        """
        if event.name == "test":
            return True
        at_once = self.at_once
        if lasting and self.events is None:
            at_once |= PASSING
        return event.name in at_once and self.knows(event.account)

    def knows(self, account: str) -> bool:
        """Whether it is told of an account."""
        return self.accounts is None or account in self.accounts

    @property
    def at_once(self) -> frozenset[str]:
        """The events that do not wait for a digest."""
        if self.events is not None:
            return self.events
        return BESIDE_A_DIGEST if self.has_digest else DEFAULT_EVENTS

    def held_back(self, event: Event, moment: datetime) -> datetime | None:
        """Until when the event is kept from it; None: it may go out."""
        return None if self.quiet is None else self.quiet.hold(event, moment)

    def in_time(self, event: Event, moment: datetime) -> bool:
        """Whether the event reaches it before it is over."""
        held = self.held_back(event, moment)
        return held is None or event.until is None or held < event.until
