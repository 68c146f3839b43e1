"""What can be added to the line, for how much, and what a confirmation page says of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

from runner.sandbox.japan import money

PRODUCT = "1GB追加オプション"


@dataclass(frozen=True, slots=True)
class Item:
    """A product on the shelf; `code` stands in addresses."""

    code: str
    name: str
    gb: int
    price: int


LARGER = (Item("3gb", "3GB追加オプション", 3, 3300), Item("5gb", "5GB追加オプション", 5, 5500))
"""On the shelf only where a test puts them there."""

ADD_ON = Item("keep", "データくりこしオプション", 0, 550)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A confirmation page: what is ordered, what is charged for it, and how the page writes that.

    What the order charges is always what the page says to whoever reads all of it.
    """

    product: str
    gb: int
    amount: str
    currency: str = "JPY"
    shown: str = ""
    trick: str = ""

    def __str__(self) -> str:
        """The total as the page shows it."""
        return self.shown or f"{money(self.amount, self.currency)}(税込)"

    def store(self) -> dict[str, Any]:
        """As kept behind the page's token."""
        return asdict(self)

    def dearer(self, by: int) -> Sheet:
        """The same order for so much more."""
        return replace(self, amount=str(Decimal(self.amount) + by))


def sheet_of(item: Item, trick: str = "") -> Sheet:
    """What the confirmation page says of an order, and charges. `trick`: see `tricks`."""
    plain = Sheet(item.name, item.gb, str(item.price), trick=trick)
    tax = item.price // 11
    match trick:
        case "addon":
            return plain.dearer(ADD_ON.price)
        case "net":
            return replace(plain, shown=f"{money(item.price - tax)}(税抜)")
        case "net_note":
            return replace(plain.dearer(item.price // 10), shown=money(item.price))
        case "gross":
            dearer = plain.dearer(item.price // 10)
            return replace(dearer, shown=f"{money(item.price)}(税込{money(dearer.amount)})")
        case "two_amounts":
            return replace(plain, shown=f"{money(item.price)}(2か月目以降は{money(3300)})")
        case "other_product":
            return replace(plain, product=f"{item.name}(毎月自動更新)")
        case _:
            return plain
