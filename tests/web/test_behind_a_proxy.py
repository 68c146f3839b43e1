"""What the docs say of reverse proxies, word for word, with real Caddy and real nginx."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from runner.challenge.handoff import Asked, HandOff
from runner.challenge.handoff_hands import Hands
from runner.challenge.handoff_live import Frame
from runner.config.dashboard import Dashboard
from runner.web.app import create_app
from runner.web.handoff import HandOffs
from runner.web.links import Links, key_for
from runner.web.login import sign_in_link
from runner.web.pages import Pages
from runner.web.serve import listening, serving
from runner.web.who import Scope
from tests.programs import program
from tests.web.desks import KEY, NOW, Browser, a_desk, a_door, at_the_dashboard
from tests.web.fronts import HOST, KINDS, Front, Kind, Visitor, documented, front

pytestmark = pytest.mark.nightly
PASSWORD = "correct horse battery"
MAI = {"authorization": "Basic bWFpOmh1bnRlcg=="}
EVE = {"authorization": "Basic ZXZlOmh1bnRlcg=="}
"""Two people whom the proxy knows, with the password `hunter`."""
BIG = b"\xff\xd8" + bytes(300_000)


@pytest.fixture(params=KINDS)
def proxy(request: pytest.FixtureRequest, tmp_path: Path) -> Front:
    kind: Kind = request.param
    return front(kind, tmp_path)


@contextmanager
def served(proxy: Front, block: str, folder: str = "", **named: object) -> Iterator[Browser]:
    """The dashboard behind the proxy; gives a browser that is signed in, and goes around the proxy."""
    named = {"from": ["127.0.0.1/32"], **named}
    config = Dashboard.model_validate({"url": f"{proxy.base}{folder}", "proxy": named})
    with a_desk(proxy.folder) as desk:
        door = a_door(desk, config)
        door.password.set(PASSWORD)
        with (
            at_the_dashboard(desk, config, door) as inside,
            proxy.serving(block, 8751, inside.port),
        ):
            yield inside


def csrf(page: str) -> str:
    """The token that a page's forms have."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


def test_signing_in_by_password(proxy: Front) -> None:
    with served(proxy, documented("dashboard.md", proxy.kind)):
        visitor = Visitor(proxy)
        sent_on = visitor.get("/inbox")
        assert (sent_on.status, sent_on.headers["location"]) == (303, "/login?next=%2Finbox")
        form = {"csrf": csrf(visitor.get("/login?next=%2Finbox").body), "next": "/inbox"}
        for headers in ({"origin": "https://evil.example"}, {"sec_fetch_site": "cross-site"}):
            assert visitor.post("/login", form | {"password": PASSWORD}, **headers).status == 403
        assert visitor.post("/login", form | {"password": "wrong"}).status == 401
        let_in = visitor.post("/login", form | {"password": PASSWORD})
        assert (let_in.status, let_in.headers["location"]) == (303, "/inbox")
        cookie = next(
            one for one in let_in.headers.get_all("set-cookie") or [] if one.startswith("__Host-")
        )
        assert re.search("; Secure", cookie, re.IGNORECASE)
        assert "Domain" not in cookie
        page = visitor.get("/")
        assert page.status == 200
        assert page.headers["strict-transport-security"]
        assert f"wss://{HOST}:{proxy.port}" in page.headers["content-security-policy"]
        assert visitor.post("/logout", {"csrf": "no"}).status == 403
        assert visitor.post("/logout", {"csrf": csrf(page.body)}).headers["location"] == "/login"
        assert visitor.get("/").status == 303


def test_links_that_sign_in_big_pictures_and_tokens(proxy: Front) -> None:
    with served(proxy, documented("dashboard.md", proxy.kind)), a_desk(proxy.folder) as desk:
        door = a_door(desk)
        links = Links(key_for("sign-in link", KEY), desk.clock)
        link = sign_in_link(links, door.password.fingerprint(), proxy.base, desk.clock())
        path = link.removeprefix(proxy.base)
        visitor = Visitor(proxy)
        assert f'action="{path}"' in visitor.get(path).body
        assert visitor.post(path, origin="https://evil.example").status == 403
        assert visitor.post(path).status == 303
        assert visitor.get("/").status == 200
        assert Visitor(proxy).post(path).status == 410
        run = desk.ledger.runs.start("phone", "au", trigger="hand", deadline_at=desk.clock())
        kept = desk.home.evidence / f"20261121-120000-phone-{run.id[-6:]}"
        kept.mkdir(parents=True)
        (kept / "page.png").write_bytes(BIG * 10)
        assert visitor.get(f"/runs/{run.id}/files/page.png").body == (BIG * 10).decode("latin-1")
        watch = Visitor(proxy, {"authorization": f"Bearer {door.tokens.make('watch', Scope.READ)}"})
        assert watch.get("/metrics").status == 200
        assert Visitor(proxy).get("/metrics").status == 401


def test_addresses_that_strangers_make_up_count_for_nothing(proxy: Front) -> None:
    with served(proxy, documented("dashboard.md", proxy.kind)) as inside:
        visitor = Visitor(proxy)
        for number in range(125):
            last = visitor.get("/api", x_forwarded_for=f"198.51.100.{number}").status
        assert last == 429
        around = Browser(inside.port).get("/api", x_forwarded_for="198.51.100.1")
        assert around.status == 401  # nothing was counted for an address that was made up


def signing_in(proxy: Front) -> str:
    """The documented settings of a proxy that signs in two people by itself."""
    block = documented("dashboard.md", proxy.kind, signs_in=True)
    if proxy.kind == "caddy":
        words = [program("caddy"), "hash-password", "--plaintext", "hunter"]
        made = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
        return block.replace("mai HASH", f"mai {made}\n        eve {made}")
    users = proxy.folder / "kigen.users"
    users.write_text("mai:{PLAIN}hunter\neve:{PLAIN}hunter\n")
    return block.replace("/etc/nginx/kigen.users", str(users))


def test_whom_the_proxy_has_signed_in(proxy: Front) -> None:
    with served(proxy, signing_in(proxy), users=["mai"]) as inside:
        forged = {"Remote-User": "mai"}
        assert Visitor(proxy).get("/").status == 401
        assert Visitor(proxy, forged).get("/").status == 401
        assert Visitor(proxy, forged | {"authorization": "Basic bWFpOm5v"}).get("/").status == 401
        for headers in (EVE, EVE | forged, EVE | {"remote-user": "mai"}):
            assert Visitor(proxy, headers).get("/").status == 303
        for headers in (MAI, MAI | {"Remote-User": "eve"}):
            mai = Visitor(proxy, headers)
            page = mai.get("/")
            assert page.status == 200
            assert "/logout" not in page.body
            token = re.search(r"x-csrf-token[^A-Za-z0-9]+([\w-]{20,})", page.body, re.IGNORECASE)
            assert token is not None
            assert mai.post("/nowhere", {"csrf": token[1]}).status == 404
            assert mai.post("/nowhere", {"csrf": "no"}).status == 403
            evil = mai.post("/nowhere", {"csrf": token[1]}, origin="https://evil.example")
            assert evil.status == 403
        # Around the proxy: from its own address the header counts, from another one it does not.
        assert _around(inside.port, "127.0.0.1", forged) == 200
        for headers in (forged, forged | {"X-Forwarded-For": "127.0.0.1"}):
            assert _around(inside.port, "127.0.0.2", headers) == 303


def _around(port: int, source: str, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, 60, source_address=(source, 0))
    connection.request("GET", "/", headers=headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_in_a_folder(proxy: Front) -> None:
    block = documented("dashboard.md", proxy.kind)
    if proxy.kind == "caddy":
        block = f"handle_path /kigen/* {{\n{block}}}\n"
    else:
        block = block.replace("location /", "location /kigen/").replace(":8751;", ":8751/;")
    with served(proxy, block, "/kigen"):
        visitor = Visitor(proxy)
        assert visitor.get("/kigen/").headers["location"] == "/kigen/login"
        form = {"csrf": csrf(visitor.get("/kigen/login").body), "password": PASSWORD}
        assert visitor.post("/kigen/login", form).headers["location"] == "/kigen/"
        page = visitor.get("/kigen/")
        assert page.status == 200
        leads = set(re.findall(r'(?:href|src|action|hx-get)="(/[^"]*)"', page.body))
        assert leads
        for path in leads:
            assert path.startswith("/kigen/"), path
            assert visitor.get(path).status == (405 if path == "/kigen/logout" else 200), path


class _Live:
    """A live page with one big picture."""

    async def news(self) -> AsyncIterator[Frame]:
        yield Frame(BIG, 390, 844)
        await asyncio.Event().wait()


def test_live_pages(proxy: Front) -> None:
    async def played() -> None:
        pages = Pages(proxy.base)
        all_ = HandOffs(Links(b"key", lambda: NOW), pages)
        live: Any = _Live()
        asked = Asked("me", "Site", "human_check", "a check", "run-1", NOW + timedelta(minutes=15))
        hand_off = HandOff(asked, live)
        listener = listening("127.0.0.1", 0)
        block, port = documented("hand-off.md", proxy.kind), listener.getsockname()[1]
        async with serving(create_app(all_.routes(), pages), listener):
            with all_.offered(hand_off, Hands(live, lambda _: None)) as link:
                await asyncio.to_thread(_visited, proxy, block, port, link)

    asyncio.run(played())


def _visited(proxy: Front, block: str, port: int, link: str) -> None:
    with proxy.serving(block, 8750, port):
        visitor, other, path = Visitor(proxy), Visitor(proxy), link.removeprefix(proxy.base)
        assert visitor.get(path).status == 200
        pressed = visitor.post(path)
        assert pressed.status == 303
        assert "Secure" in pressed.headers["set-cookie"]
        page = pressed.headers["location"]
        assert visitor.get(page).status == 200
        assert other.post(path).status == 403
        path = f"{page.removesuffix('page')}live"
        for who, origin in ((other, proxy.base), (visitor, "https://evil.example")):
            with pytest.raises(InvalidStatus) as refused, _socket(who, path, origin):
                pass
            assert refused.value.response.status_code == 403
        with _socket(visitor, path, proxy.base) as live:
            assert json.loads(live.recv(60)) == {"is": "size", "width": 390, "height": 844}
            assert live.recv(60) == BIG
            live.send(json.dumps({"say": "give_up"}))
            assert json.loads(live.recv(60)) == {"is": "over", "how": "given_up"}


def _socket(who: Visitor, path: str, origin: str) -> ClientConnection:
    cookies = "; ".join(f"{name}={value}" for name, value in who.cookies.items())
    return connect(
        f"wss://{HOST}:{who.front.port}{path}",
        sock=socket.create_connection(("127.0.0.1", who.front.port), 60),
        ssl=who.front.context,
        additional_headers={"Origin": origin, "Cookie": cookies},
        open_timeout=60,
    )
