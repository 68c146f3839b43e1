"""The owner answers by the links of messages alone: a code, an approval; `serve` goes on by itself."""

from __future__ import annotations

import re
import subprocess
import sys
from urllib.parse import urlencode

import pytest

from tests.browser.processes import wait_until
from tests.e2e.world import World
from tests.notify.servers import Web, web_server
from tests.ports import free_port
from tests.web.serving import Answer, send

LONG = 90.0
"""Seconds that a loaded machine may take for a run to begin, and to come to a question."""


def link(web: Web, words: str) -> str:
    """The link of the first message with these words in its title."""

    def found() -> list[str]:
        texts = [one["message"] for one in web.bodies if words in one["title"]]
        return re.findall(r"(/act/\S+)", "\n".join(texts))

    assert wait_until(lambda: bool(found()), LONG), [one["title"] for one in web.bodies]
    return found()[0]


def press(port: int, path: str, answer: str) -> Answer:
    page = send(port, path)
    assert page.status == 200, page.body
    token = re.search(r'name="csrf" value="([^"]+)"', page.body)
    assert token is not None
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "cookie": page.headers["set-cookie"].partition(";")[0],
    }
    form = urlencode({"csrf": token[1], "answer": answer}).encode()
    return send(port, path, "POST", headers, form)


@pytest.mark.nightly
def test_a_code_and_an_approval_by_link(world: World) -> None:
    port = free_port()
    world.config["codes"] = [{"ask": True}]
    world.config["policy"] = {**world.config["policy"], "approve": "above 0 JPY"}
    world.config["schedule"] = "every 24 hours"
    world.top = {
        "dashboard": {"listen": f"127.0.0.1:{port}", "url": f"http://127.0.0.1:{port}"},
        "notify": {"targets": {"chat": {"url": "env:KIGEN_CHAT", "digest": "daily at 00:00"}}},
    }
    world.write()
    with web_server() as web:
        world.environment["KIGEN_CHAT"] = f"json://127.0.0.1:{web.port}"
        with world.served(LONG):
            asked = link(web, "asks for something")
            code = subprocess.run(
                [sys.executable, "-m", "runner", "sandbox", "sms", "docomo"],
                env=world.environment, capture_output=True, text=True, check=True,
            ).stdout  # fmt: skip
            assert press(port, asked, re.sub(r"\D", "", code)).status == 200
            approving = link(web, "needs you")
            assert send(port, approving).status == 200
            assert world.charges == []
            assert press(port, approving, "approve").status == 200
            assert send(port, approving).status == 410
            assert send(port, asked).status == 410
            assert wait_until(
                lambda: any("docomo): renewed" in one["title"] for one in web.bodies), LONG
            ), [one["title"] for one in web.bodies]
        titles = [one["title"] for one in web.bodies]
        assert len([title for title in titles if title.startswith("Kigen:")]) == 1
        assert any("/runs/" in one["message"] for one in web.bodies)
    assert world.charges == ["1100 JPY"]
    world.nothing_runs()
