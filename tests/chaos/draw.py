"""Drawing attacks by chance, so that the same seed draws the same ones."""

from __future__ import annotations

import os
from random import Random

from tests.chaos.instants import INSTANTS
from tests.chaos.victim import Attack

TURNS = 1500
"""About as many turns of its event loop as a run that pays takes."""


def dice(name: str) -> Random:
    """The dice of one test."""
    return Random(f"{os.environ['KIGEN_CHAOS_SEED']} {name}")  # noqa: S311  no secret hangs on it


def any_kill(dice: Random) -> Attack:
    """A kill at any instant: of the whole run, or soon after a named instant."""
    pause = dice.choice([0.0, dice.uniform(0, 0.03)])
    if dice.random() < 0.4:
        return Attack("kill", turns=dice.randrange(1, TURNS), pause=pause)
    turns = dice.choice([0, dice.randrange(1, 60)])
    return Attack("kill", at=dice.choice(list(INSTANTS)), turns=turns, pause=pause)
