"""What a page fetches: the site's own JSON, the status of documents, and requests that failed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from runner.page.problems import Unreachable
from runner.values.plain import sound

if TYPE_CHECKING:
    from playwright.async_api import Page, Request, Response

_KEPT = 200
"""Failed requests and console lines to keep for a report."""


class Traffic:
    """Listens to the pages of one run. `wanted` are the addresses whose JSON the flow reads."""

    def __init__(self, wanted: list[re.Pattern[str]]) -> None:
        self._wanted = wanted
        self._responses: dict[str, Response] = {}
        self._status: dict[Page, int] = {}
        self.console: list[str] = []
        self.failed: list[str] = []
        self.unauthorized: list[str] = []
        """Requests of the page shown now that the site refused for want of a session (HTTP 401)."""

    def attach(self, page: Page) -> None:
        """Listen to a page from now on."""
        page.on("response", self._on_response)
        page.on("requestfailed", self._on_failed)
        page.on(
            "console", lambda message: self._keep(self.console, f"{message.type}: {message.text}")
        )
        page.on("pageerror", lambda error: self._keep(self.console, f"error: {error}"))

    def forget(self) -> None:
        """Forget the responses seen so far, so that a new phase reads fresh ones."""
        self._responses.clear()

    async def json(self, pattern: re.Pattern[str]) -> Any:
        """The JSON of the last response whose address matches, or None when there was none."""
        response = self._responses.get(pattern.pattern)
        return None if response is None else sound(await response.json())

    def raise_if_down(self, page: Page) -> None:
        """Raises Unreachable when the page is the browser's error page or a server's refusal."""
        if page.url.startswith("chrome-error:"):
            reason = self.failed[-1] if self.failed else "no answer"
            raise Unreachable(f"the site can't be reached: {reason}")
        status = self._status.get(page, 200)
        if status >= 500:
            raise Unreachable(f"the site answers with an error of its own (HTTP {status})")
        if status in (403, 429):
            raise Unreachable(
                f"the site turns this browser away (HTTP {status})",
                hint="runs that are too frequent, or a foreign network, can cause this",
            )

    def _on_response(self, response: Response) -> None:
        request = response.request
        if request.is_navigation_request():
            page = request.frame.page
            if request.frame == page.main_frame:
                self._status[page] = response.status
                self.unauthorized.clear()
                if response.status >= 400:
                    self._keep(
                        self.failed,
                        f"{request.method} {_plain(response.url)}: HTTP {response.status}",
                    )
        elif response.status >= 400:
            self._keep(
                self.failed, f"{request.method} {_plain(response.url)}: HTTP {response.status}"
            )
        if response.status == 401:
            self._keep(self.unauthorized, response.url)
        for pattern in self._wanted:
            if pattern.search(response.url) and response.ok:
                self._responses[pattern.pattern] = response

    def _on_failed(self, request: Request) -> None:
        self._keep(self.failed, f"{request.method} {_plain(request.url)}: {request.failure}")

    @staticmethod
    def _keep(lines: list[str], line: str) -> None:
        lines.append(line[:500])
        del lines[:-_KEPT]


def _plain(url: str) -> str:
    """An address without its query: that is where sites put tokens."""
    return url.split("?", 1)[0].split("#", 1)[0]
