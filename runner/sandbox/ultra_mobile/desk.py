"""The desk of Ultra Mobile's pages."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse

from runner.sandbox import desk
from runner.sandbox.books import Books
from runner.sandbox.desk import Answer
from runner.sandbox.layout import Redesign
from runner.sandbox.ultra_mobile import line
from runner.sandbox.ultra_mobile.line import NAME, NUMBER
from runner.sandbox.ultra_mobile.portal import TEMPLATES, UltraMobile

WWW = "https://www.ultramobile.com"
REDESIGN = Redesign(names={"um-plan": "um-card"}, words={"Buy now": "Pay", "Total": "Due today"})


class Desk(desk.Desk):
    """What its pages share."""

    def __init__(self, books: Books, portal: UltraMobile) -> None:
        super().__init__(
            books,
            NAME,
            templates=[TEMPLATES],
            redesign=REDESIGN,
            cookies={"ultra": "UMSESSION", "step": "UMSTEP"},
            sessions=portal.sessions,
        )
        self.portal = portal
        self._templates.filters |= {"dollars": line.dollars, "us_day": line.us_day}

    def values(self) -> dict[str, Any]:
        """What every page's template may use."""
        return {**super().values(), "number": NUMBER}

    def signed_in(self, request: Request) -> dict[str, Any]:
        """The visitor's session. Raises Answer: others are sent to the sign-in."""
        found = self.session(request, "ultra")
        if found is None:
            raise Answer(RedirectResponse(f"{WWW}/login", 302))
        return found
