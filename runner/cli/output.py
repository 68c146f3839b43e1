"""Standard streams that are there, and take every sign, whatever the terminal or the file can hold."""

from __future__ import annotations

import codecs
import os
import sys

_ESCAPED = "kigen"


def open_what_is_closed() -> None:
    """Let the null device stand in for standard streams that are closed (`2>&-` in a crontab), before
    anything else is opened: a file would take the number of one, and with it what is written there."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)
    os.close(number)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r", closefd=False))


def take_every_sign() -> None:
    """Print what standard output can't hold as JSON would write it, `\\u671f`, for tables and for JSON
    alike: nobody must miss how a payment ended for the sake of a sign. UTF-8 holds all but halves of
    surrogate pairs."""
    codecs.register_error(_ESCAPED, _escaped)
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors=_ESCAPED)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    pairs = zip(units[::2], units[1::2], strict=True)
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in pairs), error.end
