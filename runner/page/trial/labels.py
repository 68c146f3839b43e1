"""What a flow and its selectors name themselves: the only texts of a site that may be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from runner.flow.library import Site
from runner.flow.model import fits
from runner.flow.scalars import Pattern, Text, Words
from runner.flow.selectors import HOW
from runner.flow.walk import steps, words
from runner.values.shapes import Known, portal_words, shape, words_of

_HOLE = re.compile(r"\{\{.*?\}\}")
_ESCAPE = re.compile(r"\\[a-zA-Z]")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_ADDRESS = re.compile(r"https?://[^\s\"'{}]+")
_SEGMENT = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Labels:
    """What may stay of a site's texts and addresses."""

    known: Known
    segments: frozenset[str]
    hosts: tuple[str, ...]

    def text(self, text: str) -> str:
        """A text of the page, without what it says."""
        return self.known.clean(text)

    def address(self, url: str) -> str:
        """An address: the flow's own hosts, and of the path what the flow itself names. What stands
        behind `?` or `#` is where sites put tokens."""
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            return shape(url)
        known = fits(host, self.hosts)
        path = "/".join(
            segment if segment in self.segments else shape(segment)
            for segment in parts.path.split("/")
        )
        more = "?…" if parts.query else ""
        more += "#…" if parts.fragment else ""
        scheme = f"{parts.scheme}://" if parts.scheme in ("http", "https") else ""
        return f"{scheme}{host if known else shape(host)}{path}{more}"


def labels_of(site: Site, never: Iterable[str]) -> Labels:
    """The labels of a flow and of those whose parts it uses. `never` are the owner's own texts."""
    sites = list(_sites(site))
    found = [text for one in sites for text in _texts(one)]
    segments = {
        segment
        for text in found
        for url in (*_ADDRESS.findall(text), *([text] if "\\/" in text else []))
        for segment in _SEGMENT.findall(url.replace("\\/", "/"))
    }
    hosts = tuple(host for one in sites for host in one.flow.hosts)
    own = list(never)
    return Labels(
        Known(portal_words() | words_of(found), own),
        frozenset(segments) - {text.strip() for text in own},
        hosts,
    )


def _sites(site: Site) -> Iterator[Site]:
    yield site
    for other in site.others.values():
        yield from _sites(other)


def _texts(site: Site) -> Iterator[str]:
    flow = site.flow
    yield flow.title
    yield from (need.title for need in flow.needs.values() if need.title)
    yield from (plan.title for plan in flow.plans.values() if plan.title)
    conditions = [*flow.signals.values(), *(interrupt.when for interrupt in flow.interrupts)]
    for part in (*conditions, *(step.args for _, step in steps(flow))):
        for _, word in words(part):
            if isinstance(word, Pattern | Words):
                yield _ESCAPE.sub(" ", _HOLE.sub(" ", str(word)))
            elif isinstance(word, Text) and _ADDRESS.match(str(word)):
                yield _HOLE.sub(" ", str(word))
    for candidates in site.selectors.selectors.values():
        for candidate in candidates:
            for key in (*HOW, "name", "has_text"):
                value = getattr(candidate, key)
                if key == "css" and value is not None:
                    yield from (a or b for a, b in _QUOTED.findall(str(value)))
                elif isinstance(value, Words):
                    yield _ESCAPE.sub(" ", _HOLE.sub(" ", str(value)))
