"""Live pages that wait for their owner: noted for other processes, such as the one of the dashboard.

A note holds nothing by which the page could be reached: its link is signed by whoever has the home's key.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.browser.files import write_private

if TYPE_CHECKING:
    from runner.challenge.handoff import HandOff

FOLDER = "hand-offs"


@dataclass(frozen=True, slots=True)
class Offer:
    """A page that waits until a moment. `base`: the address under which its run serves it."""

    id: str
    account: str
    title: str
    need: str
    message: str
    run_id: str
    until: datetime
    base: str


class Offers:
    """The live pages of one home."""

    def __init__(self, home: Path, clock: Callable[[], datetime]) -> None:
        self._folder, self._clock = home / FOLDER, clock

    @contextmanager
    def noted(self, hand_off: HandOff, base: str) -> Iterator[None]:
        """Others know of it meanwhile."""
        asked = hand_off.asked
        offer = Offer(
            hand_off.id, asked.account, asked.title, asked.need, asked.message, asked.run_id,
            asked.until.astimezone(UTC), base,
        )  # fmt: skip
        self.all()  # sweeps what a run has left behind that was killed
        file = self._folder / f"{offer.id}.json"
        until = {"until": offer.until.isoformat()}
        write_private(file, json.dumps(asdict(offer) | until).encode())
        try:
            yield
        finally:
            file.unlink(missing_ok=True)

    def all(self) -> list[Offer]:
        """Those whose time is not over, the first to end first. A run that was killed may have left one."""
        found = []
        for file in self._folder.glob("*.json"):
            offer = _read(file)
            if offer is not None and offer.until > self._clock():
                found.append(offer)
                continue
            with suppress(FileNotFoundError):
                file.unlink()
        return sorted(found, key=lambda offer: offer.until)

    def get(self, id: str) -> Offer | None:
        """The one of this id, while it waits."""
        return next((offer for offer in self.all() if offer.id == id), None)


def _read(file: Path) -> Offer | None:
    try:
        given: dict[str, Any] = json.loads(file.read_bytes())
        return Offer(**(given | {"until": datetime.fromisoformat(given["until"])}))
    except (OSError, ValueError, TypeError, KeyError):
        return None
