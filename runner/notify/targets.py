"""Where messages go: the targets of an owner, and what each wants to hear of."""

from collections.abc import Callable
from dataclasses import dataclass

from runner.notify.events import DEFAULT_EVENTS, EVENTS, Event
from runner.values.secret import Secret


@dataclass(frozen=True, slots=True)
class Target:
    """One address that gets messages.

    `url` finds the Apprise address when it is needed, so that it is never stored. `events` None:
    `DEFAULT_EVENTS`. `accounts` None: every account. Raises ValueError for an unknown event.
    """

    name: str
    url: Callable[[], Secret]
    events: frozenset[str] | None = None
    language: str = "en"
    accounts: frozenset[str] | None = None

    def __post_init__(self) -> None:
        unknown = (self.events or frozenset()).difference(EVENTS)
        if unknown:
            raise ValueError(
                f"target {self.name!r} names events that do not exist: {', '.join(sorted(unknown))}"
            )

    def hears_of(self, event: Event) -> bool:
        """Tell whether this target wants the event. A test is always wanted: somebody asked."""
        if event.name == "test":
            return True
        wanted = DEFAULT_EVENTS if self.events is None else self.events
        return event.name in wanted and (self.accounts is None or event.account in self.accounts)
