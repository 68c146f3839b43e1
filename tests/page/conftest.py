"""A browser and a practice site for all tests of the page room."""

from __future__ import annotations

import asyncio
import os
import textwrap
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright

from runner.flow.library import Library
from runner.page.by_hand import Helper
from runner.page.evidence import Evidence
from runner.page.given import Till
from runner.page.player import Player
from runner.page.problems import Problem
from runner.page.trial.looking import Looking
from runner.values.money import Money
from runner.values.secret import Redactor, Secret
from tests.page.site import HOSTS, Site, serve

BROWSER = Path("/usr/lib/chromium/chromium-headless-shell")

HEADER = [
    "flow: practice",
    "title: Practice",
    "hosts: [practice.example.jp]",
    "locale: ja-JP",
    "timezone: Asia/Tokyo",
    "currency: JPY",
    "step_time: 3 seconds",
    "needs: {id: text, password: secret}",
    "plans: {1GB: {title: 1GB追加, price: 550 JPY, data: 1 GB}}",
    "signals: {signed_in: {text: ログアウト}}",
    "login: [{goto: https://practice.example.jp/}]",
    "read: [{goto: https://practice.example.jp/}]",
]
"""What a flow of these tests has unless it says otherwise."""


@dataclass
class Wallet:
    """A till that says yes, and remembers what it was asked and told."""

    asked: list[Money] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    refuse: Exception | None = None
    on_intent: Callable[[Page], Awaitable[Any]] | None = None
    """What happens to the page between the last look and the click."""
    page: Page | None = None

    async def approve(self, price: Money, page: Page) -> None:
        self.asked.append(price)
        self.page = page
        if self.refuse is not None:
            raise self.refuse

    async def approve_free(self, page: Page) -> None:
        self.events.append("free")
        self.page = page
        if self.refuse is not None:
            raise self.refuse

    async def intend(self) -> None:
        self.events.append("intent")
        if self.on_intent is not None and self.page is not None:
            await self.on_intent(self.page)

    async def close(self, result: str, reason: str) -> None:
        self.events.append(result)
        self.reasons.append(reason)


@dataclass
class Phone:
    """Hands out codes; `asked` is how it was asked for each."""

    codes: list[str] = field(default_factory=list)
    renews: bool = False
    asked: list[Mapping[str, Any]] = field(default_factory=list)

    async def get(self, **how: Any) -> Secret:
        self.asked.append(how)
        if not self.codes:
            raise LookupError("no code came")
        return Secret(self.codes.pop(0))


@dataclass
class Practice:
    """Writes a flow, opens a page and plays on it."""

    site: Site
    browser: Browser
    runner: asyncio.Runner
    folder: Path
    phone: Phone = field(default_factory=Phone)
    player: Player | None = None
    helper: Helper | None = None
    evidence: Evidence | None = None
    keep_failures: bool = False
    looking: Looking | None = None
    calls: list[tuple[str, datetime, Path | None]] = field(default_factory=list)
    """What the owner was told, until when, with which picture."""

    async def call_owner(self, message: str, until: datetime, picture: Path | None) -> None:
        self.calls.append((message, until, picture))

    def flow(self, text: str, selectors: str = "{}", **files: str) -> None:
        """Write the flow (the header is added where it has none) and its selectors."""
        (self.folder / "flows").mkdir(exist_ok=True)
        (self.folder / "selectors").mkdir(exist_ok=True)
        body = "\n" + textwrap.dedent(text)
        header = [line for line in HEADER if f"\n{line.split(':')[0]}:" not in body]
        (self.folder / "flows/practice.yaml").write_text("\n".join(header) + body)
        names = textwrap.indent(textwrap.dedent(selectors).strip(), "  ")
        (self.folder / "selectors/practice.yaml").write_text(
            f"site: practice\nselectors:\n{names}\n"
        )
        for name, content in files.items():
            (self.folder / "flows" / f"{name}.py").write_text(textwrap.dedent(content))

    def play(
        self, phase: str = "read", more: Mapping[str, Any] | None = None, till: Till | None = None
    ) -> dict[str, Any]:
        """Play a phase from the start page; gives what it extracted, or raises its problem."""
        return self.runner.run(self._play(phase, more or {}, till))

    async def _play(self, phase: str, more: Mapping[str, Any], till: Till | None) -> dict[str, Any]:
        library = Library([self.folder])
        context = await self.browser.new_context(locale="ja-JP", accept_downloads=True)
        try:
            page = await context.new_page()
            await page.goto("https://practice.example.jp/")
            redactor = Redactor()
            self.evidence = Evidence(self.folder / "evidence", redactor, lambda: datetime.now(UTC))
            account = {"name": "me", "id": "taro", "password": Secret("hunter2-secret")}
            self.player = Player(
                page,
                library.load("practice"),
                {"account": account},
                evidence=self.evidence,
                codes=self.phone,
                clock=lambda: datetime.now(UTC),
                helper=self.helper,
                call_owner=self.call_owner,
                looking=self.looking,
            )
            if phase == "login":
                return {"resumed": await self.player.sign_in(resumed=bool(more))}
            return await self.player.phase(phase, {"line": {"name": "main"}, **more}, till)
        except Problem:
            if self.keep_failures:
                await self.player.keep_failure()
            raise
        finally:
            await context.close()


@pytest.fixture(scope="session")
def loop_runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="session")
def served() -> Iterator[Site]:
    site = Site()
    server = serve(site)
    yield site
    server.shutdown()


@pytest.fixture(scope="session")
def practice_browser(loop_runner: asyncio.Runner, served: Site) -> Iterator[Browser]:
    rules = ", ".join(f"MAP {host}:443 127.0.0.1:{served.port}" for host in HOSTS)

    async def start() -> tuple[Any, Browser]:
        playwright = await async_playwright().start()
        return playwright, await playwright.chromium.launch(
            executable_path=BROWSER,
            args=[
                f"--host-resolver-rules={rules}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                f"--ignore-certificate-errors-spki-list={served.pin}",
                *(["--no-sandbox"] if os.geteuid() == 0 else []),
            ],
        )

    playwright, browser = loop_runner.run(start())
    yield browser
    loop_runner.run(browser.close())
    loop_runner.run(playwright.stop())


@pytest.fixture
def practice(
    served: Site, practice_browser: Browser, loop_runner: asyncio.Runner, tmp_path: Path
) -> Iterator[Practice]:
    served.clear()
    served.pages["/"] = "<p>ようこそ</p>"
    yield Practice(served, practice_browser, loop_runner, tmp_path)
    served.clear()
