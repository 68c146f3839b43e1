"""Data volumes: how much may be sent and received, with binary units as carriers count them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import total_ordering

UNITS = ("B", "KB", "MB", "GB", "TB")
_CANONICAL = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?) ?(B|KB|MB|GB|TB)", re.ASCII)


@total_ordering
@dataclass(frozen=True, slots=True)
class DataVolume:
    """A number of bytes; None means unlimited, which is more than any number. 1 KB is 1024 bytes."""

    bytes: int | None

    def __post_init__(self) -> None:
        if self.bytes is not None and (type(self.bytes) is not int or self.bytes < 0):
            raise ValueError(f"a data volume is a number of bytes from 0 on, not {self.bytes!r}")

    @classmethod
    def parse(cls, text: str) -> DataVolume:
        """The volume of a canonical text such as `3.25 GB` or `unlimited`. Raises ValueError."""
        text = text.strip()
        if text == "unlimited":
            return cls(None)
        match = _CANONICAL.fullmatch(text)
        if match is None:
            raise ValueError(f"`{text}` is no data volume such as `3.25 GB`")
        return cls.of(Decimal(match[1]), match[2])

    @classmethod
    def of(cls, amount: Decimal, unit: str, *, base: int = 1024) -> DataVolume:
        """So many of a unit, rounded to whole bytes; `base` is how many KB make one MB."""
        exact = amount * base ** UNITS.index(unit)
        return cls(int(exact.to_integral_value(ROUND_HALF_EVEN)))

    def __str__(self) -> str:
        if self.bytes is None:
            return "unlimited"
        amount, unit = self.in_units()
        return f"{amount:f} {unit}"

    def in_units(self) -> tuple[Decimal, str]:
        """The volume in its largest fitting unit, to two decimals: (3.25, "GB").

        Raises ValueError for unlimited.
        """
        if self.bytes is None:
            raise ValueError("unlimited is no number of bytes")
        power = min(max(self.bytes.bit_length() - 1, 0) // 10, len(UNITS) - 1)
        amount = (Decimal(self.bytes) / 1024**power).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
        # `normalize` alone would write 100 as 1E+2.
        return amount.normalize() + 0, UNITS[power]

    def __add__(self, other: DataVolume) -> DataVolume:
        if not isinstance(other, DataVolume):
            return NotImplemented
        if self.bytes is None or other.bytes is None:
            return DataVolume(None)
        return DataVolume(self.bytes + other.bytes)

    def __sub__(self, other: DataVolume) -> DataVolume:
        """What is left. Raises ArithmeticError where there is no such volume."""
        if not isinstance(other, DataVolume):
            return NotImplemented
        if other.bytes is None or (self.bytes is not None and self.bytes < other.bytes):
            raise ArithmeticError(f"{other} can't be taken from {self}")
        return DataVolume(None if self.bytes is None else self.bytes - other.bytes)

    def __lt__(self, other: DataVolume) -> bool:
        if not isinstance(other, DataVolume):
            return NotImplemented
        if self.bytes is None or other.bytes is None:
            return self.bytes is not None
        return self.bytes < other.bytes
