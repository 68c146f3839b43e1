"""The dashboard on a port, and windows of a real browser in front of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from runner.web.dashboard import dashboard
from runner.web.door import Door
from runner.web.pages import Pages
from runner.web.who import Scope
from tests.dashboard.showcase import showcase
from tests.web.desks import a_door
from tests.web.serving import on_a_port

Scheme = Literal["light", "dark"]

SIZES = {"desk": (1280, 900), "phone": (390, 844)}
PASSWORD = "correct horse battery"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass(frozen=True)
class Served:
    """Where it is served, and what is on it."""

    address: str
    door: Door
    ids: Mapping[str, str]

    def path(self, pattern: str) -> str:
        """The address of a page of `pages`."""
        return self.address + pattern.format(**self.ids)

    def session(self) -> str:
        """A new session's id."""
        return self.door.sessions.begin("owner", self.door.password.fingerprint())


@contextmanager
def at_a_port(folder: Path, *, every: int = 1, played: Path | None = None) -> Iterator[Served]:
    """The showcase, served; `every`: so many days between two readings of a line; `played`: see
    there."""
    with showcase(folder, every=every, played=played) as (desk, ids):
        door = a_door(desk)
        door.password.set(PASSWORD)
        door.tokens.make("grafana", Scope.READ)
        with on_a_port(dashboard(desk, Pages("http://127.0.0.1"), door)) as port:
            yield Served(f"http://127.0.0.1:{port}", door, ids)


@dataclass(frozen=True)
class Window:
    """A page of a browser, and what it complained of."""

    page: Page
    complaints: list[str]

    def walls(self) -> list[str]:
        """What keeps people out of the page that is shown, as axe-core finds it."""
        found = Axe().run(self.page, options={"runOnly": WCAG, "resultTypes": ["violations"]})
        return [
            f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes']][:3]}"
            for one in found.response["violations"]
        ]

    def too_wide(self) -> bool:
        """Whether the page has to be moved sideways to be read."""
        root = "document.documentElement"
        return bool(self.page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"))


@contextmanager
def window(
    browser: Browser,
    served: Served,
    *,
    signed_in: bool = True,
    language: str = "en",
    scheme: Scheme = "light",
    size: str = "desk",
    script: bool = True,
) -> Iterator[Window]:
    """A window of a browser of its own."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale=language,
        timezone_id="Asia/Tokyo",
        color_scheme=scheme,
        has_touch=size == "phone",
        java_script_enabled=script,
        reduced_motion="reduce",
    )
    try:
        if signed_in:
            _give(context, served)
        page, complaints = context.new_page(), list[str]()

        def said(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                complaints.append(f"{message.type}: {message.text}")

        def answered(response: Response) -> None:
            if response.status >= 400 and response.request.resource_type != "document":
                complaints.append(f"{response.status}: {response.url}")

        page.on("console", said)
        page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        page.on("response", answered)
        yield Window(page, complaints)
    finally:
        context.close()


def _give(context: BrowserContext, served: Served) -> None:
    context.add_cookies(
        [{"name": served.door.cookie, "value": served.session(), "url": served.address}]
    )
