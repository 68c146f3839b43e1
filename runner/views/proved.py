"""How far a flow is proved: on a live portal by its owner, else on the practice portal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from runner.flow.library import Site
    from runner.ledger.records import Proof


@dataclass(frozen=True, slots=True)
class Proved:
    """`live`, with its `day`; `sandbox` or `documented`. `changed`: the files are not those that were
    played.
    """

    reach: Literal["live", "sandbox", "documented"]
    day: date | None = None
    changed: bool = False

    def __str__(self) -> str:
        told = self.reach if self.day is None else f"live {self.day} by owner"
        return f"{told}, changed since" if self.changed else told


def proved(site: Site, proofs: Sequence[Proof], shipped: Path, zone: tzinfo) -> Proved:
    """How far. `proofs` are the flow's own, the newest first; `shipped` is the folder of what comes with
    kigen.
    """
    if proofs:
        digest = site.digest
        same = [proof for proof in proofs if proof.digest == digest]
        return Proved("live", (same or proofs)[0].at.astimezone(zone).date(), not same)
    return _short_of_live(site, shipped)


def _short_of_live(site: Site, shipped: Path) -> Proved:
    """What the flow says of itself, where it is one that comes with kigen: tests hold that to be so.
    An owner's own flow has no practice portal."""
    if all(file.is_relative_to(shipped) for file in _files(site)):
        return Proved(site.flow.proved)
    from runner.flow.library import Library, NoSuchFlow
    from runner.flow.mistakes import Mistakes

    try:
        theirs = Library([shipped]).load(site.flow.flow)
    except (NoSuchFlow, Mistakes):
        return Proved("documented")
    said = Proved(theirs.flow.proved)
    same = said.reach == "documented" or theirs.digest == site.digest
    return said if same else replace(said, changed=True)


def _files(site: Site) -> Iterator[Path]:
    yield site.source.path
    yield site.selectors_source.path
    for other in site.others.values():
        yield from _files(other)
