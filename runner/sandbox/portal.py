"""What a practice portal is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, ClassVar, Protocol

from runner.sandbox import values
from runner.sandbox.books import Books, Message
from runner.sandbox.values import Key

Scope = MutableMapping[str, Any]
App = Callable[
    [
        Scope,
        Callable[[], Awaitable[MutableMapping[str, Any]]],
        Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ],
    Awaitable[None],
]


KEYS: Mapping[str, Key] = {
    "session_minutes": Key("minutes without a request that end a session", values.count),
    "sign_out": Key("end all sessions"),
    "now": Key("the portal's clock, e.g. 2026-01-31T10:00+09:00, or real", values.moment),
}
"""What can be set of every portal that has sessions."""


class Portal(Protocol):
    """A site with its hosts, its one practice account, and what of it can be steered.

    Portals with the same hosts are one site with several accounts: whichever of them is asked for
    its `app` gives the same. A portal must be cheap to import: whatever serves pages is imported
    in `app` alone.
    """

    @property
    def name(self) -> str:
        """The provider's name: also that of its flow, and of its practice account."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host it answers for, in full."""

    @property
    def keys(self) -> Mapping[str, Key]:
        """What can be set."""

    @property
    def faults(self) -> frozenset[str]:
        """The faults it knows, beside those that befall any site."""

    def seed(self, books: Books) -> None:
        """Write the first state of its account into empty books."""

    def set(self, books: Books, key: str, value: Any) -> None:
        """Set a key to a value that was read already."""

    def secrets(self, books: Books) -> dict[str, str]:
        """What the owner of the account knows: id, password, and the like."""

    def letter(self, books: Books, message: Message) -> str:
        """The words of a text message it sent."""

    def app(self, books: Books) -> App:
        """The site itself."""

    def maintenance(self) -> str:
        """The page, as HTML, that stands in for all others during maintenance."""


class Steered:
    """The part of a portal that is alike in all of them: how it is steered."""

    name: ClassVar[str]
    sessions: ClassVar[tuple[str, ...]] = ()
    """The kinds of tickets that end when the visitor is signed out."""

    def set(self, books: Books, key: str, value: Any) -> None:
        """Set a key to a value that was read already. A portal sees to what only it has."""
        if key == "locked":
            books.put(self.name, locked=value, failures=0)
        elif key == "sign_out":
            books.void(self.name, *self.sessions)
        elif key == "now":
            books.set_now(self.name, value)
        else:
            books.put(self.name, **{key: value})
