"""What can be made to go wrong, and when.

A fault is switched on in the books and looked for by the server at every occasion it fits. All
faults share the options in `COMMON`; each adds its own. `after` and `count` are counted over the
occasions that match, whichever server process meets them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from runner.sandbox.books import Books
from runner.sandbox.errors import UnknownName
from runner.sandbox.tricks import TRICKS
from runner.sandbox.values import Key, count, one_of, seconds, text

COMMON: Mapping[str, Key] = {
    "portal": Key("only at this portal", text),
    "host": Key("only on hosts that match, e.g. cfg.*", text, "*"),
    "path": Key("only on paths that match, e.g. /mydocomo/*", text, "*"),
    "method": Key("only for this HTTP method, e.g. POST", text, "*"),
    "after": Key("let this many matching occasions pass first", count, 0),
    "count": Key("strike this many times; without it: until cleared", count),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault. `edge` faults befall any portal; the others a portal must know."""

    meaning: str
    edge: bool = False
    options: Mapping[str, Key] = field(default_factory=dict)


KINDS: Mapping[str, Kind] = {
    "slow": Kind(
        "the answer comes late",
        edge=True,
        options={"seconds": Key("how late", seconds, 5.0)},
    ),
    "http": Kind(
        "a bare error page of the web server",
        edge=True,
        options={"status": Key("500, 502 or 503", one_of("500", "502", "503"), "500")},
    ),
    "drop": Kind(
        "the connection breaks. Chromium itself sends a request once more if a kept connection"
        " breaks before an answer begins, also a POST: count=1 may show as an error page",
        edge=True,
        options={
            "when": Key(
                "before (the request is not handled), after (handled, no answer) or middle"
                " (handled, half an answer)",
                one_of("before", "after", "middle"),
                "before",
            )
        },
    ),
    "maintenance": Kind(
        "the portal's maintenance page stands in for every page",
        edge=True,
        options={
            "status": Key("200 or 503", one_of("200", "503"), "503"),
            "says": Key("one line more on the page, e.g. until when it lasts", text),
        },
    ),
    "session_expiry": Kind("the visitor's session is gone from this request on"),
    "human_check": Kind("an image check stands in front of the sign-in until it is solved"),
    "look_alike": Kind(
        "the sign-in leads to a stranger that looks the same and takes everything",
        options={
            "kind": Key(
                "example (docomo's name before its own) or punycode (a Cyrillic letter in it)",
                one_of("example", "punycode"),
                "example",
            ),
            "status": Key(
                "303, or 307: what was sent is sent there too", one_of("303", "307"), "303"
            ),
        },
    ),
    "foreign_frame": Kind("a stranger's sign-in is shown in a frame of the real one"),
    "wrong_code": Kind("right codes are refused as wrong"),
    "changed_layout": Kind("a page has other ids, labels and structure than before"),
    "price": Kind(
        "the confirmation page asks another price than the order page named",
        options={
            "amount": Key("how much", count, 1320),
            "currency": Key("in which currency, e.g. USD", text, "JPY"),
        },
    ),
    "trick": Kind(
        "the order pages try to make people pay more than they meant to",
        options={
            "kind": Key(
                "; ".join(f"{name}: {meaning}" for name, meaning in TRICKS.items()),
                one_of(*TRICKS),
                "addon_aside",
            )
        },
    ),
    "declined": Kind("the last step of an order is refused; nothing is charged"),
    "sold_out": Kind("the product cannot be ordered now"),
    "banner": Kind(
        "something lies over the page a moment after it was shown",
        options={"kind": Key("campaign or survey", one_of("campaign", "survey"), "campaign")},
    ),
}


def add(books: Books, name: str, options: Mapping[str, Any]) -> int:
    """Switch a fault on; gives its number.

    Raises:
        UnknownName: there is no such fault or option.
        BadValue: an option has a value it cannot have.
    """
    if name not in KINDS:
        raise UnknownName("fault", name, KINDS)
    known = {**COMMON, **KINDS[name].options}
    kept = {key: option.default for key, option in known.items()}
    for key, value in options.items():
        if key not in known:
            raise UnknownName(f"option of the fault {name}", key, known)
        parse = known[key].parse
        if value is not None and parse is not None:
            kept[key] = parse(key, value)
    with books.writing() as db:
        made = db.execute(
            "INSERT INTO faults (name, options) VALUES (?, ?)", (name, json.dumps(kept))
        )
    return made.lastrowid or 0


def active(books: Books) -> list[dict[str, Any]]:
    """All faults that are switched on: {id, name, options, seen, hits}."""
    return [
        {**dict(row), "options": json.loads(row["options"])}
        for row in books.rows("SELECT * FROM faults ORDER BY id")
    ]


def clear(books: Books, number: int | None = None) -> None:
    """Switch off one fault, or all."""
    with books.writing() as db:
        if number is None:
            db.execute("DELETE FROM faults")
        else:
            db.execute("DELETE FROM faults WHERE id = ?", (number,))


def strike(
    books: Books, name: str, portals: Collection[str], host: str, path: str, method: str
) -> dict[str, Any] | None:
    """Count an occasion for this fault; its options if it strikes here and now.

    `portals` are those that the request may be for: several share a site before its visitor signs in.
    """
    if not books.rows("SELECT 1 FROM faults WHERE name = ?", name):
        return None
    with books.writing() as db:
        for fault in active(books):
            options = fault["options"]
            if fault["name"] != name or not _fits(options, portals, host, path, method):
                continue
            strikes = fault["seen"] >= options["after"] and (
                options["count"] is None or fault["hits"] < options["count"]
            )
            db.execute(
                "UPDATE faults SET seen = seen + 1, hits = hits + ? WHERE id = ?",
                (int(strikes), fault["id"]),
            )
            if strikes:
                return dict(options)
    return None


def _fits(
    options: Mapping[str, Any], portals: Collection[str], host: str, path: str, method: str
) -> bool:
    return (
        options["portal"] in (None, *portals)
        and fnmatchcase(host, options["host"])
        and fnmatchcase(path, options["path"])
        and fnmatchcase(method, options["method"])
    )
