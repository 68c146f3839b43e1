"""What a line with a monthly contract has used, and what it costs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from runner.sandbox.japan import gb


@dataclass(frozen=True, slots=True)
class Usage:
    """One line in one month. GB and yen; `added` was bought, `carried` is left from the month before."""

    plan: str
    given: str
    used: str
    bill: int
    added: str = "0"
    carried: str = "0"

    def store(self) -> dict[str, Any]:
        """As kept in the books."""
        return asdict(self)

    @property
    def left(self) -> Decimal:
        """GB that can still be used at full speed."""
        had = Decimal(self.given) + Decimal(self.added) + Decimal(self.carried)
        return max(Decimal(0), had - Decimal(self.used))

    def chart(self) -> dict[str, str]:
        """As the data page's own script holds it: texts, and an empty one for nothing."""
        figures = {
            "usedGigaData": Decimal(self.used),
            "remainData": self.left,
            "stepRemainData": Decimal(0),
            "currentGivenData": Decimal(self.given),
            "currentGivenUsedData": min(Decimal(self.used), Decimal(self.given)),
            "currentAdditionalData": Decimal(self.added),
            "currentAdditionalUsedData": max(Decimal(0), Decimal(self.used) - Decimal(self.given)),
        }
        return {name: gb(figure) if figure else "" for name, figure in figures.items()}
