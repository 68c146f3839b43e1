"""Who may see a live page: the first browser that pressed the link's button, until it is over."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from runner.challenge.handoff import Asked, HandOff
from runner.challenge.handoff_hands import Hands
from runner.web.app import create_app
from runner.web.handoff import HandOffs
from runner.web.links import Links
from runner.web.pages import Pages
from tests.web.serving import ask, on_a_port


class Clock:
    now = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Waiting:
    """One live page that waits; `path` leads to it, closing `offer` ends it."""

    def __init__(self, base: str) -> None:
        self.clock, self.pages = Clock(), Pages(base)
        self.all = HandOffs(Links(b"key", self.clock), self.pages)
        self.app = create_app(self.all.routes(), self.pages)
        self.offer = ExitStack()
        self.port = 0
        self.path = ""

    def press(self, **headers: str) -> Any:
        return ask(self.port, self.path, "POST", **headers)

    @property
    def page(self) -> str:
        return re.sub(r"\.[^/]*$", "", self.path) + "/page"


@contextmanager
def waiting(base: str = "http://127.0.0.1:1") -> Iterator[Waiting]:
    here = Waiting(base)

    async def made() -> HandOff:
        until = here.clock.now + timedelta(minutes=15)
        asked = Asked("my<account>", "Site", "human_check", "<b>a check</b>", "run-1", until)
        live: Any = SimpleNamespace()  # no test here looks at the page itself
        return HandOff(asked, live)

    hand_off = asyncio.run(made())
    hands = Hands(hand_off.live, lambda _: None)
    with on_a_port(here.app) as here.port, here.offer:
        link = here.offer.enter_context(here.all.offered(hand_off, hands))
        here.path = link.removeprefix(here.pages.base)
        yield here


def test_the_first_to_press_has_it() -> None:
    with waiting() as here:
        status, _, body = ask(here.port, here.path)
        assert status == 200
        assert "my&lt;account&gt;" in body
        assert ask(here.port, here.page)[0] == 403
        status, headers, _ = here.press()
        assert (status, headers["location"]) == (303, here.page)
        cookie = headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert "Path=/hand-off/" in cookie
        assert "Secure" not in cookie
        mine = cookie.partition(";")[0]
        status, _, body = ask(here.port, here.page, Cookie=mine)
        assert status == 200
        assert "&lt;b&gt;a check&lt;/b&gt;" in body
        assert here.press(Cookie=mine)[0] == 303
        for cookie in ("", "kigen=x", mine[:-1], re.sub("=.*", "=", mine)):
            assert here.press(Cookie=cookie)[0] == 403
            assert ask(here.port, here.page, Cookie=cookie)[0] == 403


def test_over_tls_in_a_folder() -> None:
    with waiting("https://home.example/kigen/") as here:
        _, _, body = ask(here.port, here.path, Host="home.example")
        assert f'action="/kigen{here.path}"' in body
        _, headers, _ = here.press(Host="home.example")
        assert headers["location"] == f"/kigen{here.page}"
        assert "Secure" in headers["set-cookie"]
        assert "Path=/kigen/hand-off/" in headers["set-cookie"]


def test_no_link_lives_longer_than_its_time() -> None:
    with waiting() as here:
        here.clock.now += timedelta(minutes=15)
        assert ask(here.port, here.path)[0] == 410
        assert here.press()[0] == 410


def test_a_link_dies_with_its_hand_off() -> None:
    with waiting() as here:
        cookie = here.press()[1]["set-cookie"].partition(";")[0]
        here.offer.close()
        assert ask(here.port, here.path)[0] == 410
        assert ask(here.port, here.page, Cookie=cookie)[0] == 410


@pytest.mark.parametrize("token", ["x", "a.b.c", "..", "a.1.c", "%2e%2e"])
def test_a_guess_leads_nowhere(token: str) -> None:
    with waiting() as here:
        status, _, body = ask(here.port, f"/hand-off/{token}")
        assert status in (404, 410)
        assert "Site" not in body


def test_the_socket_is_for_the_same_browser_and_for_our_own_page() -> None:
    with waiting() as here:
        cookie = here.press()[1]["set-cookie"].partition(";")[0]
        url = f"ws://127.0.0.1:{here.port}{here.page.removesuffix('page')}live"
        ours = f"http://127.0.0.1:{here.port}"
        for headers in (
            {"Origin": ours},
            {"Origin": ours, "Cookie": cookie[:-1]},
            {"Origin": "https://evil.example", "Cookie": cookie},
            {"Origin": "null", "Cookie": cookie},
            {"Cookie": cookie},
        ):
            with pytest.raises(InvalidStatus) as refused, connect(url, additional_headers=headers):
                pass
            assert refused.value.response.status_code == 403
