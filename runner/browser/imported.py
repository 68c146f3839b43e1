"""Sessions out of a person's own browser: the files that cookie exports write.

Three kinds are understood: Playwright's storage state, the Netscape format (`cookies.txt`, as curl and
wget use it), and the JSON lists that browser extensions write. What a file holds for other sites than
the flow's is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runner.browser.saved import Cookie
from runner.flow.model import fits

LARGEST = 10_000_000
"""Bytes. A larger file is no export of cookies."""
_LAST_SECOND = 253_402_300_799
"""The end of the year 9999: a greater expiry is in milliseconds."""
_LONGEST = 4096
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f;]")
_SAME_SITE = {"strict": "Strict", "none": "None", "no_restriction": "None"}
_HTTP_ONLY = "#HttpOnly_"
_EXPORTS = (
    "export the cookies of the site as JSON or as cookies.txt, with an extension of the browser that "
    "you are signed in with"
)


class NotImported(ValueError):
    """A file that no session can be taken from, with a `hint`. It repeats no value of the file."""

    def __init__(self, message: str, hint: str = _EXPORTS) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class Imported:
    """What is of use: a storage `state`; and how many cookies are not, because they are other sites',
    have expired, or are as no browser takes them.
    """

    state: dict[str, Any]
    foreign: int
    over: int
    broken: int

    @property
    def kept(self) -> int:
        """How many cookies are taken over."""
        return len(self.state["cookies"])


def read_export(
    data: bytes, hosts: Collection[str], owns: Callable[[str], bool], now: float
) -> Imported:
    """The session of these hosts in an exported file. `owns` tells the flow's own addresses, `now` is in
    seconds since 1970. Raises NotImported.
    """
    found, origins = _read(_text(data))
    own = [cookie for cookie in found if any(_reaches(cookie["domain"], host) for host in hosts)]
    good = [cookie for cookie in own if _is_taken(cookie)]
    lasting = [cookie for cookie in good if not 0 <= cookie["expires"] <= now]
    if not lasting:
        named = ", ".join(hosts)
        if own:
            raise NotImported(f"all cookies of {named} in it have expired, or are damaged", _AGAIN)
        raise NotImported(f"it holds no cookie of {named}")
    return Imported(
        {"cookies": lasting, "origins": [one for one in origins if owns(one["origin"])]},
        foreign=len(found) - len(own),
        over=len(good) - len(lasting),
        broken=len(own) - len(good),
    )


_AGAIN = "sign in with your own browser, and export them anew"


def _text(data: bytes) -> str:
    if len(data) > LARGEST:
        raise NotImported("it is too large for an export of cookies")
    if data.startswith(b"SQLite format 3"):
        raise NotImported("it is a browser's own database, whose cookies are encrypted")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotImported("it is no text") from None
    if not text.strip():
        raise NotImported("it is empty")
    return text


def _read(text: str) -> tuple[list[Cookie], list[dict[str, Any]]]:
    """All cookies, and the local storage that only Playwright's own files hold."""
    if text.lstrip()[0] not in "[{":
        return list(_lines(text)), []
    try:
        found = json.loads(text)
    except ValueError:
        raise NotImported("it begins like JSON, but can't be read to its end") from None
    cookies = found.get("cookies") if isinstance(found, dict) else found
    if not isinstance(cookies, list):
        raise NotImported("it is JSON, but has no list of cookies")
    origins = found.get("origins", []) if isinstance(found, dict) else []
    return (
        [_cookie(one, f"cookie {number}") for number, one in enumerate(cookies, 1)],
        [_origin(one) for one in (origins if isinstance(origins, list) else [])],
    )


def _lines(text: str) -> Iterator[Cookie]:
    """The Netscape format: seven fields a line, with tabs between them."""
    for number, whole in enumerate(text.splitlines(), 1):
        http_only = whole.startswith(_HTTP_ONLY)
        line = whole.removeprefix(_HTTP_ONLY)
        if not line.strip() or (line.startswith("#") and not http_only):
            continue
        fields = line.split("\t")
        if len(fields) != 7:
            raise NotImported(
                f"line {number} has {len(fields)} fields with tabs between them, not the 7 of a "
                "cookies.txt"
            )
        domain, below, path, secure, expires, name, value = fields
        yield _cookie(
            {
                "domain": domain, "hostOnly": below.upper() != "TRUE", "path": path, "name": name,
                "value": value, "expires": expires, "secure": secure.upper() == "TRUE",
                "httpOnly": http_only,
            },
            f"line {number}",
        )  # fmt: skip


def _cookie(found: Any, where: str) -> Cookie:
    """A cookie as Playwright wants it, from any of the ways in which exports write one."""
    if not isinstance(found, Mapping):
        raise NotImported(f"{where} is no cookie")
    for key in ("name", "value", "domain"):
        if not isinstance(found.get(key), str) or (key == "domain" and not found[key].strip(".")):
            raise NotImported(f"{where} has no {key}")
    domain = found["domain"].strip().lower()
    if found.get("hostOnly") is False and not domain.startswith("."):
        domain = f".{domain}"
    if found.get("hostOnly") is True:
        domain = domain.removeprefix(".")
    secure = found.get("secure") is True
    same_site = _SAME_SITE.get(str(found.get("sameSite") or "").lower(), "Lax")
    return {
        "name": found["name"],
        "value": found["value"],
        "domain": domain,
        "path": found.get("path") if str(found.get("path")).startswith("/") else "/",
        "expires": -1 if found.get("session") is True else _expiry(found, where),
        "httpOnly": found.get("httpOnly") is True,
        "secure": secure,
        "sameSite": "Lax" if same_site == "None" and not secure else same_site,
    }


def _expiry(found: Mapping[str, Any], where: str) -> float:
    """Seconds since 1970; -1: it ends with the browser."""
    given = next((found[key] for key in ("expirationDate", "expires") if found.get(key)), None)
    if given is None:
        return -1
    try:
        seconds = float(given)
    except (TypeError, ValueError):
        raise NotImported(f"{where}: its expiry is no number of seconds") from None
    if seconds > _LAST_SECOND:
        seconds /= 1000
    return seconds if 0 < seconds <= _LAST_SECOND else -1


def _is_taken(cookie: Cookie) -> bool:
    """Whether a browser would take it (RFC 6265bis): one that it refuses would spoil all the others."""
    name, value = cookie["name"], cookie["value"]
    if not name or "=" in name or len(name) + len(value) > _LONGEST:
        return False
    if any(_FORBIDDEN.search(text) for text in (name, value, cookie["path"])):
        return False
    if name.startswith("__Host-"):
        return bool(cookie["secure"] and cookie["path"] == "/" and cookie["domain"][0] != ".")
    return bool(cookie["secure"]) or not name.startswith("__Secure-")


def _origin(found: Any) -> dict[str, Any]:
    if not isinstance(found, Mapping) or not isinstance(found.get("origin"), str):
        raise NotImported("its local storage is not as Playwright writes it")
    items = found.get("localStorage", [])
    if not isinstance(items, list) or not all(
        isinstance(item, Mapping)
        and isinstance(item.get("name"), str)
        and isinstance(item.get("value"), str)
        for item in items
    ):
        raise NotImported("its local storage is not as Playwright writes it")
    pairs = [{"name": item["name"], "value": item["value"]} for item in items]
    return {"origin": found["origin"], "localStorage": pairs}


def _reaches(domain: str, pattern: str) -> bool:
    """Whether a browser would send a cookie of this domain to a host of the pattern."""
    if not domain.startswith("."):
        return fits(domain, [pattern])
    base = pattern.removeprefix("*.")
    below = pattern.startswith("*.") and f".{base}" != domain and domain.endswith(f".{base}")
    return below or f".{base}".endswith(domain)
