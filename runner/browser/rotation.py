"""Changing the key: everything in the vault is sealed anew, and the old key is needed no more.

Killed at any moment, nothing is lost: first both keys are kept, then everything is sealed with the
new one, and only then the old one goes. The next change of the key finishes what was begun.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from runner.browser.keys import VARIABLE, Keys, NoKey, Place, new_key
from runner.browser.vault import PROTECTED, Unopened, Vault, reseal


@dataclass
class Rotated:
    """What was sealed anew, what could not be opened, and where the key is now."""

    place: Place
    sealed: int = 0
    unopened: list[Path] = field(default_factory=list)


def rotate(
    vault: Vault, to: Place | None = None, on_step: Callable[[str], None] = lambda _: None
) -> Rotated:
    """Change the key, and keep the new one in `to` (None: where the old one is). Raises NoKey.

    `on_step` hears of each step before it is taken.
    """
    keys = vault.keys
    with keys.locked(exclusive=True):
        if keys.place is Place.VARIABLE:
            place, known = Place.VARIABLE, keys.all()
            if to not in (None, Place.VARIABLE):
                raise NoKey(f"{VARIABLE} is set, and counts before all else", "unset it first")
            if len(set(known)) < 2:
                raise NoKey(
                    f"the key comes from {VARIABLE}, which only you can change",
                    f"put a new key before the old one in {VARIABLE} (`kigen keys new` prints "
                    "one), call this again, and take the old one away",
                )
        else:
            if to is Place.VARIABLE:
                raise NoKey(
                    f"{VARIABLE} is not set",
                    f"set it to what `kigen keys new` prints: {VARIABLE}=…",
                )
            place = to or keys.place
            known = [new_key(), *keys.stored()]
            on_step("keep both keys")
            keys.store(known, place)
        found = _seal_all(vault, Rotated(place), known, on_step)
        on_step("drop the old key")
        _drop_old(keys, known, place)
    return found


def _seal_all(
    vault: Vault, found: Rotated, known: list[bytes], on_step: Callable[[str], None]
) -> Rotated:
    for kind in PROTECTED:
        for left_over in (vault.home / kind).glob("*.part"):
            left_over.unlink()  # nobody writes now: it is of a process that was killed
    for file in vault.files():
        on_step(f"seal {file.parent.name}/{file.name}")
        try:
            reseal(file, known)
            found.sealed += 1
        except Unopened:
            found.unopened.append(file)
    return found


def _drop_old(keys: Keys, known: list[bytes], place: Place) -> None:
    if place is Place.VARIABLE:
        keys.drop()
    else:
        keys.store(known[:1], place)
