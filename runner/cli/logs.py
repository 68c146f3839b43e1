"""Logs of the program: lines for people on standard error, JSON lines in a file of the owner's.

Every record passes the redactor as a whole: its message, what was bound to it, and the text of its
exception. Values of variables are never written.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
import unicodedata
from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loguru import Record

    from runner.values.secret import Redactor

FILE = "kigen.jsonl"
LARGEST = "10 MB"
KEEP = timedelta(days=30)


def set_up(
    folder: Path,
    redactor: Redactor,
    *,
    shown: str = "warning",
    written: str = "info",
    keep: timedelta = KEEP,
    largest: str = LARGEST,
) -> None:
    """Begin to log: to standard error from the gravity `shown` on, to the file from `written` on.

    Files are rotated when they are `largest`, and removed when they are older than `keep`.
    """
    from loguru import logger

    def dressed(record: Record) -> None:
        record["extra"] = {"json": _as_json(record, redactor), "line": _as_line(record, redactor)}
        # Where the file can't be written, loguru shows the record as it is.
        record["message"], record["exception"] = redactor.mask(record["message"]), None

    logger.remove()
    logger.configure(patcher=dressed)
    logger.add(
        sys.stderr,
        level=shown.upper(),
        format=lambda _: "{extra[line]}\n",
        colorize=False,
        backtrace=False,
        diagnose=False,
    )
    logger.add(
        folder / FILE,
        level=written.upper(),
        format=lambda _: "{extra[json]}\n",
        rotation=largest,
        retention=keep,
        opener=_private,
        encoding="utf-8",
        backtrace=False,
        diagnose=False,
    )
    logging.basicConfig(handlers=[_Forward()], level=logging.WARNING, force=True)


def write_fault(error: Exception, words: list[str]) -> Path:
    """Put the traceback of a fault of the program into the log; gives the log's file.

    Of the words on the command line only the command's name is kept: the others may be anything.
    """
    from loguru import logger

    from runner.cli.redaction import REDACTOR
    from runner.config.home import home

    folder = home(os.environ).logs
    set_up(folder, REDACTOR, shown="critical")
    logger.opt(exception=error).error("fault in `kigen {}`", _command(words))
    return folder / FILE


def _command(words: list[str]) -> str:
    from runner.cli.commands import COMMANDS

    return next((word for word in words if word in COMMANDS), "?")


def _as_json(record: Record, redactor: Redactor) -> str:
    entry: dict[str, Any] = {
        "at": record["time"].astimezone(UTC).isoformat(timespec="milliseconds"),
        "level": record["level"].name.lower(),
        "message": record["message"],
        "where": f"{record['name']}:{record['line']}",
    }
    entry |= {name: value for name, value in record["extra"].items() if name not in entry}
    if (raised := record["exception"]) is not None:
        entry["exception"] = "".join(
            traceback.format_exception(raised.type, raised.value, raised.traceback)
        )
    masked = {name: redactor.mask(_text(value)) for name, value in entry.items()}
    return redactor.mask(json.dumps(masked, ensure_ascii=False))


def _as_line(record: Record, redactor: Redactor) -> str:
    text = redactor.mask(record["message"])
    return f"{record['level'].name.lower()}: {_in_one_piece(text)}"


def _in_one_piece(text: str) -> str:
    """A message for the terminal: no sign of it steers that, and only its first line begins at the
    margin, so that none can pass for another record."""
    lines = ("".join(_plain(sign) for sign in line) for line in text.splitlines())
    return "\n    ".join(lines)


def _plain(sign: str) -> str:
    control = unicodedata.category(sign) in ("Cc", "Cf") and sign != "\t"
    return sign.encode("unicode_escape").decode() if control else sign


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


class _Forward(logging.Handler):
    """Hands on what libraries log, so that it is masked and kept like all else."""

    def emit(self, record: logging.LogRecord) -> None:
        from loguru import logger

        level = record.levelname if record.levelname in _LEVELS else "WARNING"
        logger.opt(exception=record.exc_info).bind(source=record.name).log(
            level, "{}", record.getMessage()
        )


_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
