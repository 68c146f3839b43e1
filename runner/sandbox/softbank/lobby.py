"""Who is at a site: several accounts share its hosts, and each has a counter of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse

from runner.sandbox.books import Books
from runner.sandbox.desk import Answer, Desk
from runner.sandbox.softbank.brand import Brand
from runner.sandbox.softbank.layout import REDESIGN

if TYPE_CHECKING:
    from runner.sandbox.softbank.carrier import Carrier

COOKIES = {"sso": "SBIDSSO", "my": "MSBSID", "bill": "WCOSID"}


class Counter(Desk):
    """Where the pages of one account are handled."""

    def __init__(self, books: Books, brand: Brand, portal: Carrier) -> None:
        super().__init__(
            books,
            portal.name,
            templates=portal.templates,
            redesign=REDESIGN,
            cookies=COOKIES,
            sessions=portal.sessions,
        )
        self.brand, self.portal = brand, portal

    def values(self) -> dict[str, Any]:
        """What every page's template may use."""
        return {**super().values(), "brand": self.brand}

    def number(self, session: dict[str, Any]) -> str:
        """The line that a visitor looks at: the one that signed in, unless another was chosen."""
        return str(session.get("number", self.portal.numbers[0]))


class Lobby:
    """Finds the counter of a visitor. `front` is where those are handled who are not known yet."""

    def __init__(self, books: Books, brand: Brand, portals: Sequence[Carrier]) -> None:
        self.books, self.brand = books, brand
        self.counters = [Counter(books, brand, portal) for portal in portals]
        self.front = Counter(books, brand, portals[0])
        self.front.names = tuple(portal.name for portal in portals)

    def named(self, name: str) -> Counter:
        """The counter of an account."""
        return next(counter for counter in self.counters if counter.name == name)

    def of_number(self, digits: str) -> Counter | None:
        """The counter of the account that a phone number signs in to."""
        for counter in self.counters:
            if counter.portal.numbers[0].replace("-", "") == digits:
                return counter
        return None

    def visitor(self, request: Request, kind: str = "my") -> tuple[Counter, dict[str, Any]] | None:
        """Whose session a request carries, and what it holds."""
        for counter in self.counters:
            session = counter.session(request, kind)
            if session is not None:
                return counter, session
        return None

    def signed_in(self, request: Request, kind: str = "my") -> tuple[Counter, dict[str, Any]]:
        """Only for visitors who are signed in; others are sent to the sign-in, and back."""
        found = self.visitor(request, kind)
        if found is not None:
            return found
        if request.method == "POST":
            raise Answer(self.front.page(request, "expired.html"))
        host = request.headers.get("host", "").partition(":")[0]
        raise Answer(self.to_sign_in(f"https://{host}{request.url.path}"))

    def to_sign_in(self, back: str) -> RedirectResponse:
        """To the sign-in, which leads back to this address."""
        return RedirectResponse(f"{self.brand.signin}/login.php?rl={quote(back, safe='')}", 302)
