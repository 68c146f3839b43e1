"""The same page after a redesign: other ids, other words, other structure; the forms still work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

SHAPES = {"dl": "ul", "dt": "li", "dd": "li", "h1": "p", "h2": "p"}


@dataclass(frozen=True)
class Redesign:
    """What a portal's pages are called before and after: `names` in the markup, `words` in the text."""

    names: Mapping[str, str]
    words: Mapping[str, str]
    shapes: Mapping[str, str] = field(default_factory=lambda: SHAPES)

    def of(self, html: str) -> str:
        """The page as the redesign would leave it."""
        for old, new in {**self.names, **self.words}.items():
            html = html.replace(old, new)
        for old, new in self.shapes.items():
            html = re.sub(rf"<(/?){old}(?=[\s>])", rf"<\1{new}", html)
        return html
