"""The practice eSIMs: what is left of each until when, what is sold for it, and what that brings."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from runner.sandbox.books import Books

NAME = "airalo"
JAPAN, EUROPE, TURKEY = "8999900000000000015", "8999900000000000023", "8999900000000000031"
"""ICCIDs begin with 89 and a country's code; 999 is no country's (ITU-T E.164)."""
RATES = {"USD": Decimal(1), "EUR": Decimal(1), "GBP": Decimal("0.8"), "JPY": Decimal(150)}
WRITTEN = {"USD": "${} USD", "EUR": "{} €", "GBP": "£{} GBP", "JPY": "¥{} JPY"}


@dataclass(frozen=True, slots=True)
class Package:
    """A top-up: data for the time that is left, days for the data that is left, or both."""

    code: str
    gb: int
    days: int
    usd: str

    @property
    def title(self) -> str:
        """1 GB - 7 Days"""
        parts = (f"{self.gb} GB" if self.gb else "", f"{self.days} Days" if self.days else "")
        return " - ".join(filter(None, parts))

    @property
    def kind(self) -> str:
        """The heading that it stands under."""
        if self.gb and self.days:
            return "Data and days"
        return "Data only" if self.gb else "Days only"


@dataclass(frozen=True, slots=True)
class Esim:
    """One eSIM. Volumes are in MB, a `total` of 0 has no limit; `until` is a moment in UTC; `coming`
    are top-ups on their way.
    """

    iccid: str
    country: str
    operator: str
    left: int
    total: int
    until: str
    coming: tuple[tuple[str, str], ...] = ()


PACKAGES = {
    JAPAN: (
        Package("moshi-moshi-7days-1gb-topup", 1, 7, "4.50"),
        Package("moshi-moshi-30days-3gb-topup", 3, 30, "8.50"),
        Package("moshi-moshi-1gb-topup", 1, 0, "4.00"),
        Package("moshi-moshi-7days-topup", 0, 7, "2.00"),
    ),
    EUROPE: (
        Package("eurolink-7days-1gb-topup", 1, 7, "5.00"),
        Package("eurolink-30days-3gb-topup", 3, 30, "13.00"),
    ),
    TURKEY: (),
}
CODES = tuple(package.code for packages in PACKAGES.values() for package in packages)


def start(books: Books, *, days: int, left: int) -> None:
    """Three eSIMs; of the first, so many days and MB are left."""

    def until(days: int) -> str:
        return (books.now(NAME) + timedelta(days=days)).isoformat()

    first = Esim(JAPAN, "Japan", "Moshi Moshi", left, max(left, 1024), until(days))
    second = Esim(EUROPE, "Europe", "Eurolink", 2457, 3072, until(21))
    third = Esim(TURKEY, "Turkey", "Merhaba", 0, 0, until(2))
    books.put(NAME, sims={one.iccid: asdict(one) for one in (first, second, third)})


def load(books: Books, iccid: str) -> Esim | None:
    """An eSIM as of now, with every top-up whose time has come; None if there is no such."""
    kept: dict[str, dict[str, Any]] = books.get(NAME, "sims")
    if iccid not in kept:
        return None
    sim = Esim(**{**kept[iccid], "coming": ()})
    now = books.now(NAME)
    for code, at in kept[iccid]["coming"]:
        if datetime.fromisoformat(at) <= now:
            sim = topped_up(sim, package(iccid, code), datetime.fromisoformat(at))
    return sim


def package(iccid: str, code: str) -> Package:
    """What is sold for this eSIM under this code. Raises StopIteration where nothing is."""
    return next(one for one in PACKAGES.get(iccid, ()) if one.code == code)


def topped_up(sim: Esim, bought: Package, at: datetime) -> Esim:
    """An eSIM with what a top-up brings: what was over is lost, the rest adds up."""
    over = datetime.fromisoformat(sim.until) <= at
    left, total = (0, 0) if over else (sim.left, sim.total)
    until = max(at, datetime.fromisoformat(sim.until)) + timedelta(days=bought.days)
    more = bought.gb * 1024
    return replace(sim, left=left + more, total=total + more, until=until.isoformat())


def add(books: Books, iccid: str, code: str) -> None:
    """A top-up that was bought; it is there after the portal's `activation` seconds."""
    sims = books.get(NAME, "sims")
    at = books.now(NAME) + timedelta(seconds=books.get(NAME, "activation"))
    sims[iccid]["coming"] = [*sims[iccid]["coming"], (code, at.isoformat())]
    books.put(NAME, sims=sims)


def state(books: Books, sim: Esim) -> str:
    """In the words of Airalo's API for partners."""
    if datetime.fromisoformat(sim.until) <= books.now(NAME):
        return "EXPIRED"
    return "ACTIVE" if sim.left or not sim.total else "FINISHED"


def price(books: Books, bought: Package) -> Decimal:
    """In the visitor's currency."""
    return in_currency(Decimal(bought.usd), currency(books))


def currency(books: Books) -> str:
    """The visitor's, as the shop takes it to be."""
    return str(books.get(NAME, "currency"))


def in_currency(usd: Decimal, code: str) -> Decimal:
    """An amount of USD in another currency, in its smallest coin."""
    return (usd * RATES[code]).quantize(Decimal(1) if code == "JPY" else Decimal("0.01"))


def written(amount: Decimal, code: str) -> str:
    """$4.50 USD"""
    return WRITTEN[code].format(f"{amount:,}")
