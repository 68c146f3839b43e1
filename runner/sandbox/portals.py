"""All practice portals. A new one is one folder and one entry here."""

from __future__ import annotations

from pathlib import Path

from runner.sandbox.books import Books
from runner.sandbox.docomo.portal import Docomo
from runner.sandbox.errors import UnknownName
from runner.sandbox.portal import Portal

ALL: tuple[Portal, ...] = (Docomo(),)


def named(name: str) -> Portal:
    """The portal of this name."""
    for portal in ALL:
        if portal.name == name:
            return portal
    raise UnknownName("portal", name, [portal.name for portal in ALL])


def of_account(account: str) -> Portal:
    """The portal at which this practice account is."""
    for portal in ALL:
        if portal.account == account:
            return portal
    raise UnknownName("account", account, [portal.account for portal in ALL])


def hosts() -> tuple[str, ...]:
    """Every host of every portal."""
    return tuple(host for portal in ALL for host in portal.hosts)


def open_books(home: Path) -> Books:
    """The books of this home; a portal without state gets its first one."""
    books = Books(home)
    if not all(books.get(portal.name, "seeded") for portal in ALL):
        with books.writing():
            seed(books)
    return books


def seed(books: Books) -> None:
    """Give every portal that has no state its first one."""
    for portal in ALL:
        if not books.get(portal.name, "seeded"):
            portal.seed(books)
            books.put(portal.name, seeded=True)
