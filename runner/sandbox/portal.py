"""What a practice portal is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Protocol

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
