"""What delivery needs of the place where letters are kept. The ledger's outbox fits as it is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar


class Letter(Protocol):
    """A kept message. `attempts` counts the claims, the present one too."""

    @property
    def id(self) -> str: ...
    @property
    def event(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def payload(self) -> Mapping[str, Any]: ...
    @property
    def attempts(self) -> int: ...


class Slot(Protocol):
    """Where letters are put."""

    def put(
        self,
        key: str,
        event: str,
        *,
        target: str,
        payload: Mapping[str, Any],
        account: str | None,
        line: str | None,
        run_id: str | None,
    ) -> object:
        """Keep a letter; a second one with the same key is not kept."""


L = TypeVar("L", bound=Letter)


class Outbox(Slot, Protocol[L]):
    """Where letters are kept until they have arrived or are given up."""

    def due(self, now: datetime, limit: int) -> Sequence[L]:
        """Letters whose time has come and that nobody is sending."""

    def claim(self, letter_id: str, seconds: float) -> L | None:
        """Take a letter, for so long. None: somebody else was quicker."""

    def hold(self, letter: L, until: datetime) -> object:
        """Leave a letter that nobody is sending until then; that is no attempt."""

    def sent(self, letter: L) -> object:
        """It has arrived."""

    def failed(self, letter: L, error: str, next_at: datetime) -> object:
        """It has not; it is due again then."""

    def give_up(self, letter: L, error: str) -> object:
        """It has not, and is not tried again. It stays to be seen as undelivered."""
