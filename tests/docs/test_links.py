"""Every link of the documents leads somewhere, and every page can be reached from the README."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").rglob("*.md"))]
ROOMS = {
    folder.name for top in (ROOT, ROOT / "runner") for folder in top.iterdir() if folder.is_dir()
}
MADE_UP = "kumo"  # the provider of docs/new-provider.md


def words(page: Path) -> str:
    """A page without its blocks of code."""
    return re.sub(
        r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )


def links(page: Path) -> list[tuple[Path, str]]:
    """Where a page leads to in this repository: files, with what stands behind their `#`."""
    found = re.findall(r"\]\(([^)\s]+)\)|\bsrc=\"([^\"]+)\"", words(page))
    targets = [(inline or picture).partition("#") for inline, picture in found]
    return [
        ((page.parent / file).resolve() if file else page, anchor)
        for file, _, anchor in targets
        if not file.startswith(("https:", "http:"))
    ]


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as GitHub makes them."""
    found: dict[str, int] = {}
    for heading in re.findall(r"^#+ (.+)$", words(page), re.MULTILINE):
        name = re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        again = found[name] = found.get(name, -1) + 1
        if again:
            found[f"{name}-{again}"] = 0
    return set(found)


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_every_link_leads_somewhere(file: Path) -> None:
    lost = [
        f"{target.name}#{anchor}" if anchor else target.name
        for target, anchor in links(file)
        if not target.exists() or (anchor and anchor not in anchors(target))
    ]
    assert lost == []


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_every_file_that_is_named_is_there(file: Path) -> None:
    """Files of the program, by their path from the top or from the room: `renewal/run.py`."""
    code = "\n".join(re.findall(r"`([^`\n]+)`", words(file)))
    named = re.findall(r"(?<![\w./-])([a-z_]+/[\w/.-]*\.(?:py|yaml|json|css|html))\b", code)
    lost = [
        name
        for name in named
        if not re.search(r"[A-Z]{4}", name)
        and MADE_UP not in name
        and name.split("/")[0] in ROOMS
        and not any((folder / name).exists() for folder in (ROOT, ROOT / "runner"))
    ]
    assert lost == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [README]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            waiting += [file for file, _ in links(page) if file.suffix == ".md" and file.exists()]
    assert [page.name for page in PAGES if page not in reached] == []


def test_every_picture_is_shown() -> None:
    shown = {file for page in PAGES for file, _ in links(page)}
    assert set((ROOT / "docs" / "pictures").iterdir()) - shown == set()
