"""All practice portals. A new one is one folder with `portal.PORTAL`, and its name here.

A portal is imported when it is asked for, and gets its first state then.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from runner.sandbox.books import Books
from runner.sandbox.errors import UnknownName
from runner.sandbox.portal import Portal

NAMES = (
    "ahamo",
    "airalo",
    "au",
    "bank",
    "docomo",
    "giffgaff",
    "google-fi",
    "hoshi-mobile",
    "iijmio",
    "linemo",
    "mineo",
    "povo",
    "rakuten-mobile",
    "softbank",
    "softbank-prepaid",
    "tsubame-pay",
    "ultra-mobile",
    "web-billing",
    "ymobile",
)


def named(name: str) -> Portal:
    """The portal of this name; its practice account is called the same."""
    if name not in NAMES:
        raise UnknownName("portal", name, NAMES)
    portal: Portal = import_module(f"runner.sandbox.{name.replace('-', '_')}.portal").PORTAL
    return portal


def every() -> list[Portal]:
    """All portals."""
    return [named(name) for name in NAMES]


def hosts() -> tuple[str, ...]:
    """Every host of every portal, each once: some share a site."""
    return tuple(dict.fromkeys(host for portal in every() for host in portal.hosts))


def open_books(home: Path, *portals: Portal) -> Books:
    """The books of this home. These portals (all, if none is named) have a state at least."""
    books = Books(home)
    for portal in portals or every():
        seed(books, portal)
    return books


def seed(books: Books, portal: Portal) -> None:
    """Give a portal that has no state its first one."""
    if books.get(portal.name, "seeded"):
        return
    with books.writing():
        if not books.get(portal.name, "seeded"):
            portal.seed(books)
            books.put(portal.name, seeded=True)
