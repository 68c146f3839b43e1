"""Steering the practice portals and looking into their books, whether or not they are served.

Every function takes the home folder. Mistakes raise `SandboxError` with a message that helps.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from runner.sandbox import faults as _faults
from runner.sandbox.books import Books
from runner.sandbox.errors import BadValue, UnknownName
from runner.sandbox.portals import every, named, open_books, seed


class Sms(NamedTuple):
    """A text message on the practice account's phone."""

    at: datetime
    to: str
    text: str


def reset(home: Path) -> None:
    """Every portal as on its first day: charges, sessions, faults and settings are gone."""
    portals = every()
    with Books(home) as books, books.writing():
        books.empty()
        for portal in portals:
            seed(books, portal)


def set_(home: Path, portal: str, key: str, value: Any = None) -> None:
    """Set the state of a portal or of its account; see `keys`."""
    site = named(portal)
    if key not in site.keys:
        raise UnknownName(f"setting of {portal}", key, site.keys)
    parse = site.keys[key].parse
    if parse is None and value is not None:
        raise BadValue(key, value, "no value")
    with open_books(home, site) as books, books.writing():
        site.set(books, key, parse(key, value) if parse else None)


def keys(portal: str) -> dict[str, str]:
    """What can be set at a portal, and what it means."""
    return {name: key.meaning for name, key in named(portal).keys.items()}


def charges(home: Path) -> list[dict[str, Any]]:
    """Everything charged, oldest first.

    Each with portal, account, line, product, amount (Decimal), currency, at (UTC) and reference.
    """
    with Books(home) as books:
        rows = [dict(row) for row in books.rows("SELECT * FROM charges ORDER BY id")]
    for row in rows:
        del row["id"]
        row["amount"] = Decimal(row["amount"])
        row["at"] = datetime.fromisoformat(row["at"])
    return rows


def events(home: Path) -> list[dict[str, Any]]:
    """What the portals saw, oldest first: {portal, kind, at, detail}."""
    with Books(home) as books:
        rows = [
            dict(row)
            for row in books.rows("SELECT portal, kind, at, detail FROM events ORDER BY id")
        ]
    for row in rows:
        row["at"] = datetime.fromisoformat(row["at"])
    return rows


def fault(home: Path, name: str, **options: Any) -> int:
    """Let something go wrong from now on; gives the fault's number. See `fault_kinds`."""
    kind = _faults.KINDS.get(name)
    sites = [named(options["portal"])] if options.get("portal") else every()
    if kind is not None and not kind.edge and not any(name in site.faults for site in sites):
        raise UnknownName("such fault at this portal", name, sites[0].faults)
    with Books(home) as books:
        return _faults.add(books, name, options)


def faults(home: Path) -> list[dict[str, Any]]:
    """The faults that are switched on: {id, name, options, seen, hits}."""
    with Books(home) as books:
        return _faults.active(books)


def clear_faults(home: Path, number: int | None = None) -> None:
    """Switch one fault off, or all."""
    with Books(home) as books:
        _faults.clear(books, number)


def fault_kinds() -> dict[str, dict[str, str]]:
    """Every kind of fault: {name: {"": meaning, option: meaning}}."""
    return {
        name: {
            "": kind.meaning,
            **{option: key.meaning for option, key in {**_faults.COMMON, **kind.options}.items()},
        }
        for name, kind in _faults.KINDS.items()
    }


def secrets(home: Path, account: str) -> dict[str, str]:
    """What the owner of a practice account knows: id, password, pin."""
    site = named(account)
    with open_books(home, site) as books:
        return site.secrets(books)


def sms(home: Path, account: str) -> Sms | None:
    """The newest text message that was not read yet; it and older ones are read now."""
    return _newest(home, account, mail=False)


def mail(home: Path, account: str) -> Sms | None:
    """The same for the mails of a portal that sends its codes there."""
    return _newest(home, account, mail=True)


def _newest(home: Path, account: str, *, mail: bool) -> Sms | None:
    site = named(account)
    with open_books(home, site) as books, books.writing():
        message = books.last_message(site.name, unread=True)
        if message is None or ("@" in message.recipient) is not mail:
            return None
        books.mark(site.name, "read", message.id)
        return Sms(message.at, message.recipient, site.letter(books, message))


def human_answer(home: Path, portal: str) -> list[int]:
    """The pictures, counted from 0, that a person would pick in the latest image check."""
    site = named(portal)
    with open_books(home, site) as books:
        answer: list[int] = books.get(site.name, "human_answer", [])
        return answer
