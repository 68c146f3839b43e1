"""Words that tell whether an amount holds its tax already."""

from __future__ import annotations

import re
from typing import Literal

NET = re.compile(
    r"税抜|税別|税拔|\+ ?税|不含税|excl[a-z.]* (?:of )?(?:tax|vat)|(?:plus|\+) ?(?:tax|vat)", re.I
)
GROSS = re.compile(r"税込|税込み|含税|incl[a-z.]* (?:of )?(?:tax|vat)", re.I)
_ON_TOP = re.compile(
    r"別途.{0,12}税|税.{0,6}別途|(?:表示|記載).{0,8}税(?:抜|別)|税(?:抜|別)(?:表示|価格で)|"
    r"(?:exclu|not includ|before |plus )[a-z]*(?: [a-z]+){0,3} (?:tax|vat)",
    re.I,
)


def tax_of(text: str) -> Literal["net", "gross"] | None:
    """What the words beside an amount say of its tax; `net` where they say both or more is added."""
    if NET.search(text) or _ON_TOP.search(text):
        return "net"
    return "gross" if GROSS.search(text) else None


def adds_tax(text: str) -> str | None:
    """The words of a page by which tax is added to the amounts that it shows; None if it has none."""
    found = _ON_TOP.search(text)
    return found[0] if found else None
