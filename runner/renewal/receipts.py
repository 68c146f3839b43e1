"""Receipts: what a provider showed and handed out for a payment, kept apart from other evidence.

Evidence of runs makes room after a while; a receipt does not. It is copied into a folder of its own,
and the renewal's row in the ledger names the files.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from loguru import logger

from runner.ledger.records import Move, Renewal
from runner.page.evidence import write_private


def keep_receipts(
    renewal: Renewal,
    moves: Iterable[Move],
    evidence: Path,
    receipts: Path,
    more: Iterable[Path] = (),
) -> tuple[str, ...]:
    """Copy the pictures behind the renewal's moves, and `more`; gives their paths below the state folder.

    `evidence` and `receipts` are the folders of all runs' evidence and of all receipts. What can't be
    copied is left out and logged: a payment is not undone by a full disk.
    """
    folder = receipts / f"{renewal.created_at:%Y%m%d}-{renewal.account}-{renewal.id[-8:]}"
    named = [evidence / move.evidence for move in moves if move.evidence and "/" in move.evidence]
    kept = []
    for file in dict.fromkeys([*named, *more]):
        try:
            data = file.read_bytes()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            target = _free(folder / file.name, data)
            write_private(target, data)
        except FileNotFoundError:
            continue  # its run was cut off before the picture was whole, or it made room long ago
        except OSError as error:
            logger.error("the receipt {} could not be kept: {}", file.name, error.strerror)
        else:
            kept.append(f"{receipts.name}/{folder.name}/{target.name}")
    return tuple(kept)


def _free(target: Path, data: bytes) -> Path:
    """The name itself, or with a number where another run's file has it."""
    number = 1
    free = target
    while free.exists() and free.read_bytes() != data:
        number += 1
        free = target.with_stem(f"{target.stem}-{number}")
    return free
