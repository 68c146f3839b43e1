"""How far a flow is proved, in words: on a live portal by its owner, else on the practice portal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.flow.library import Site
    from runner.ledger.records import Proof

CHANGED = ", changed since"


def proved(site: Site, proofs: Sequence[Proof], shipped: Path, zone: tzinfo) -> str:
    """`live DATE by owner`, `sandbox` or `documented`; with `, changed since` where the files are
    not those that were played. `proofs` are the flow's own, the newest first; `shipped` is the folder
    of what comes with kigen.
    """
    if proofs:
        digest = site.digest
        same = [proof for proof in proofs if proof.digest == digest]
        day = (same or proofs)[0].at.astimezone(zone).date()
        return f"live {day} by owner{'' if same else CHANGED}"
    return _short_of_live(site, shipped)


def _short_of_live(site: Site, shipped: Path) -> str:
    """What the flow says of itself, where it is one that comes with kigen: tests hold that to be so.
    An owner's own flow has no practice portal."""
    if all(file.is_relative_to(shipped) for file in _files(site)):
        return site.flow.proved
    from runner.flow.library import Library, NoSuchFlow
    from runner.flow.mistakes import Mistakes

    try:
        theirs = Library([shipped]).load(site.flow.flow)
    except (NoSuchFlow, Mistakes):
        return "documented"
    said = theirs.flow.proved
    return said if said == "documented" or theirs.digest == site.digest else said + CHANGED


def _files(site: Site) -> Iterator[Path]:
    yield site.source.path
    yield site.selectors_source.path
    for other in site.others.values():
        yield from _files(other)
