"""An accessibility tree without what the page says: roles, states and known labels stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from runner.page.trial.labels import Labels

ROLES = frozenset({
    "alert", "alertdialog", "application", "article", "banner", "blockquote", "button",
    "caption", "cell", "checkbox", "code", "columnheader", "combobox", "complementary",
    "contentinfo", "definition", "deletion", "dialog", "directory", "document", "emphasis",
    "feed", "figure", "form", "generic", "grid", "gridcell", "group", "heading", "iframe",
    "img", "insertion", "link", "list", "listbox", "listitem", "log", "main", "mark", "marquee",
    "math", "menu", "menubar", "menuitem", "menuitemcheckbox", "menuitemradio", "meter",
    "navigation", "none", "note", "option", "paragraph", "presentation", "progressbar", "radio",
    "radiogroup", "region", "row", "rowgroup", "rowheader", "scrollbar", "search", "searchbox",
    "separator", "slider", "spinbutton", "status", "strong", "subscript", "suggestion",
    "superscript", "switch", "tab", "table", "tablist", "tabpanel", "term", "text", "textbox",
    "time", "timer", "toolbar", "tooltip", "tree", "treegrid", "treeitem",
})  # fmt: skip
BOXES = frozenset({"textbox", "searchbox", "spinbutton", "combobox"})
"""What is in them was typed, by the owner or by the site for them: not even its shape is shown."""
_HEAD = re.compile(r"(/?[a-z]+)(?: (\".*\"|/.*/))?((?: \[[a-z]+(?:=[a-z0-9]+)?\])*)", re.DOTALL)
_STATE = re.compile(
    r"\[(?:level=[1-9]|checked(?:=mixed)?|disabled|expanded|active|selected|pressed(?:=mixed)?)\]"
)


def scrubbed(snapshot: str, labels: Labels) -> str:
    """A tree as Playwright writes it, scrubbed."""
    try:
        tree = yaml.safe_load(snapshot)
    except (yaml.YAMLError, RecursionError):
        return "(the tree could not be read)"
    return "\n".join(_items(tree, labels, ""))


def _items(found: Any, labels: Labels, indent: str) -> Iterator[str]:
    for item in found if isinstance(found, list) else [found]:
        if isinstance(item, dict):
            for key, value in item.items():
                yield from _node(str(key), value, labels, indent)
        elif item is not None:
            yield from _node(str(item), None, labels, indent)


def _node(key: str, value: Any, labels: Labels, indent: str) -> Iterator[str]:
    head = _HEAD.fullmatch(key)
    role = head[1] if head else ""
    if role.startswith("/"):
        if role == "/url":
            yield f"{indent}- /url: {labels.address(str(value))}"
        return
    if head is None or role not in ROLES:
        yield f"{indent}- element: {labels.text(key)}"
        yield from _items(value, labels, indent + "  ")
        return
    name = f' "{labels.text(head[2][1:-1])}"' if head[2] else ""
    states = "".join(f" {state}" for state in _STATE.findall(head[3]))
    line = f"{indent}- {role}{name}{states}"
    if value is None:
        yield line
    elif isinstance(value, list):
        yield f"{line}:"
        yield from _items(value, labels, indent + "  ")
    else:
        yield f"{line}: {'…' if role in BOXES else labels.text(str(value))}"
