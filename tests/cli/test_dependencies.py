"""What pyproject.toml asks for is used: by the program itself, or for a reason that stands here."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
_IMPORT = re.compile(r"^[ ]*(?:import|from) (\w+)", re.MULTILINE)
FOR_OTHERS = {
    "python-multipart": "Starlette reads forms with it",
    "websockets": "uvicorn speaks with live pages through it",
    "tzdata": "zoneinfo finds time zones in it, where the system has none",
}


def imported() -> Iterator[str]:
    """The packages that the program imports, wherever it does."""
    for file in (ROOT / "runner").rglob("*.py"):
        yield from _IMPORT.findall(file.read_text(encoding="utf-8"))


def test_every_dependency_is_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {re.split(r"[\[<>=~! ;]", one)[0].lower() for one in project["dependencies"]}
    owners = packages_distributions()
    used = {
        owner.lower().replace("_", "-")
        for module in set(imported())
        for owner in owners.get(module, ())
    }
    assert named - used == set(FOR_OTHERS)
