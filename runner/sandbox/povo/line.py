"""The practice line: its toppings, and when it is stopped for want of paid ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from runner.sandbox.books import Books
from runner.sandbox.japan import JAPAN

NAME = "povo"
NUMBER = "080-0000-8181"
"""No Japanese mobile number begins with 080-0: it can belong to nobody."""
KEPT = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Topping:
    """What is sold. A day of purchase is not one of its `days`."""

    code: str
    name: str
    price: int
    days: int
    gb: int


TOPPINGS = (
    Topping("1gb", "データ追加1GB（7日間）", 390, 7, 1),
    Topping("3gb", "データ追加3GB（30日間）", 990, 30, 3),
    Topping("20gb", "データ追加20GB（30日間）", 2700, 30, 20),
)


def today(books: Books) -> date:
    """The day in Japan."""
    return books.now(NAME).astimezone(JAPAN).date()


def bought(books: Books) -> list[dict[str, Any]]:
    """All toppings of the line, oldest first: name, price, on, until, gb, reference, done."""
    found: list[dict[str, Any]] = books.get(NAME, "toppings")
    return found


def in_use(books: Books) -> list[dict[str, Any]]:
    """Those that have not run out."""
    now = today(books).isoformat()
    return [one for one in bought(books) if one["until"] >= now and one["gb"]]


def add(books: Books, topping: Topping, price: int, on: date, reference: str) -> None:
    """One more topping. One that costs nothing keeps no line."""
    one = {
        "name": topping.name,
        "price": price,
        "on": on.isoformat(),
        "until": (on + timedelta(days=topping.days)).isoformat(),
        "gb": topping.gb,
        "reference": reference,
        "done": (books.now(NAME) + timedelta(seconds=books.get(NAME, "activation"))).isoformat(),
    }
    books.put(NAME, toppings=[*bought(books), one])


def is_done(books: Books, one: dict[str, Any]) -> bool:
    """Whether an order is through: 注文完了, not 処理中."""
    return datetime.fromisoformat(one["done"]) <= books.now(NAME)


def stops_on(books: Books) -> date:
    """The first day on which the line may be stopped: 180 days, from the day after the last paid
    topping's end.
    """
    paid = [date.fromisoformat(one["until"]) for one in bought(books) if one["price"]]
    end = max(paid, default=date.fromisoformat(books.get(NAME, "since")))
    return end + KEPT + timedelta(days=1)


def start(books: Books, days_ago: int) -> None:
    """The line as it is when its last paid topping, one of seven days, was bought so long ago."""
    on = today(books) - timedelta(days=days_ago)
    books.put(NAME, toppings=[], since=(on - timedelta(days=30)).isoformat())
    add(books, TOPPINGS[0], TOPPINGS[0].price, on, f"P{on:%Y%m%d}01")
    gift = Topping("gift", "【プレゼント】データ追加0.5GB（3日間）", 0, 3, 0)
    add(books, gift, 0, on + timedelta(days=min(5, days_ago)), f"P{on:%Y%m%d}02")
