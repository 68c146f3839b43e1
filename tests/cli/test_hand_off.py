"""Live pages of one command share an address, whatever else their accounts want."""

from __future__ import annotations

import asyncio
import io
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

from runner.challenge.handoff import Asked, Ended, NoPerson
from runner.cli.hand_off import LivePages
from runner.cli.progress import Progress
from runner.config.hand_off import HandOff as Settings
from runner.config.home import Home
from runner.notify.events import Event
from runner.values.secret import Redactor
from tests.ports import free_port
from tests.web.serving import ask


class Live:
    """A page that is shown to nobody."""

    def __init__(self) -> None:
        self.closed = asyncio.Event()

    @asynccontextmanager
    async def shown(self) -> AsyncIterator[Live]:
        yield self


def live_pages(home: Path, stack: AsyncExitStack, told: io.StringIO) -> LivePages:
    return LivePages(
        Home(home),
        stack,
        language="en",
        timezone=ZoneInfo("Asia/Tokyo"),
        redactor=Redactor(),
        progress=Progress(told),
    )


async def asking(
    pages: LivePages, name: str, settings: Settings, live: Any, events: asyncio.Queue[Event]
) -> Ended:
    account: Any = SimpleNamespace(name=name, hand_off=settings)
    until = datetime.now(UTC) + timedelta(minutes=5)
    asked = Asked(name, "Site", "human_check", "a check", f"run of {name}", until)

    async def tell(event: Event, _: Any) -> bool:
        events.put_nowait(event)
        return True

    return await pages.ask(account, asked, live, tell)


def test_two_accounts_share_one_address(tmp_path: Path) -> None:
    listen, told = f"127.0.0.1:{free_port()}", io.StringIO()

    async def scene() -> list[Ended]:
        events, lives = asyncio.Queue[Event](), [Live(), Live()]
        waits = [timedelta(minutes=15), timedelta(minutes=5)]
        async with AsyncExitStack() as stack:
            pages = live_pages(tmp_path, stack, told)
            waiting = asyncio.gather(
                *(
                    asking(pages, name, Settings(listen=listen, wait=wait), live, events)
                    for name, wait, live in zip(("one", "two"), waits, lives, strict=True)
                )
            )
            for event in (await events.get(), await events.get()):
                assert event.link is not None
                parts = urlsplit(event.link)
                status, _, body = await asyncio.to_thread(ask, parts.port or 0, parts.path)
                assert (status, event.account in body) == (200, True)
            for live in lives:
                live.closed.set()
            return await waiting

    assert asyncio.run(scene()) == [Ended.DONE, Ended.DONE]
    assert told.getvalue() == "", "it was told, and nobody looks on"


def test_an_address_in_use_is_told(tmp_path: Path) -> None:
    async def scene(listen: str) -> None:
        async with AsyncExitStack() as stack:
            pages = live_pages(tmp_path, stack, io.StringIO())
            with pytest.raises(NoPerson, match=listen):
                await asking(pages, "one", Settings(listen=listen), Live(), asyncio.Queue())

    with socket.create_server(("127.0.0.1", 0)) as taken:
        asyncio.run(scene(f"127.0.0.1:{taken.getsockname()[1]}"))


@pytest.mark.parametrize(
    ("settings", "port", "base"),
    [
        (Settings(), 8750, "http://127.0.0.1:8750"),
        (Settings(listen="127.0.0.1:0"), 41234, "http://127.0.0.1:41234"),
        (Settings(listen="[::1]:8750"), 8750, "http://[::1]:8750"),
        (Settings(url="https://kigen.example/"), 8750, "https://kigen.example/"),
    ],
)
def test_links_begin_with_the_address_that_their_owner_reaches(
    settings: Settings, port: int, base: str
) -> None:
    assert settings.base(port) == base
