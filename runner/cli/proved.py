"""How far a flow is proved, in words: on a live portal by its owner, else on the practice portal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.flow.library import Library, Site
    from runner.ledger.records import Proof

CHANGED = ", changed since"


def proved(site: Site, proofs: Sequence[Proof], shipped: Library, zone: tzinfo) -> str:
    """`live DATE by owner`, `sandbox` or `documented`; with `, changed since` where the files are
    not those that were played. `proofs` are the flow's own, the newest first.
    """
    digest = site.digest
    same = [proof for proof in proofs if proof.digest == digest]
    if proofs:
        newest = (same or proofs)[0]
        day = newest.at.astimezone(zone).date()
        return f"live {day} by owner{'' if same else CHANGED}"
    return _short_of_live(site, shipped, digest)


def _short_of_live(site: Site, shipped: Library, digest: str) -> str:
    """What the flow says of itself, where it is one that comes with kigen: tests hold that to be so.
    An owner's own flow has no practice portal."""
    from runner.flow.library import NoSuchFlow
    from runner.flow.mistakes import Mistakes

    try:
        theirs = shipped.load(site.flow.flow)
    except (NoSuchFlow, Mistakes):
        return "documented"
    said = theirs.flow.proved
    return said if said == "documented" or theirs.digest == digest else said + CHANGED
