"""The dashboard beside the runs of `kigen serve`: it may come late, and never stops them."""

from __future__ import annotations

import asyncio
import http.client
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from loguru import logger

from runner.browser.rotation import rotate
from runner.browser.vault import Vault
from runner.cli.served_dashboard import address_of, dashboard_served
from runner.config.home import Home
from runner.config.live import Settings
from runner.config.secrets import Unresolved
from runner.config.workspace import Workspace
from runner.ledger.ledger import Ledger
from runner.values.secret import Redactor
from runner.web.links import Links, key_for
from runner.web.login import sign_in_link
from runner.web.serve import listening
from tests.web.desks import NoRuns


@pytest.fixture
def said() -> Iterator[list[str]]:
    found: list[str] = []
    sink = logger.add(lambda line: found.append(str(line)), format="{level} {message}")
    yield found
    logger.remove(sink)


class Place:
    """A home and a workspace."""

    def __init__(self, folder: Path, config: str) -> None:
        (folder / "config.yaml").write_text(f"accounts: {{}}\n{config}\n")
        self.settings = Settings(Workspace.open(folder))
        self.home = Home(folder / "home")
        self.ledger = Ledger.open(self.home.ledger)

    def served(self):  # type: ignore[no-untyped-def]  # what it gives is said by the function itself
        return dashboard_served(
            self.settings, self.ledger, self.home, Redactor(), NoRuns(),
            lambda: datetime.now(UTC), again=0.05,
        )  # fmt: skip


async def address(place: Place) -> str:
    async with asyncio.timeout(60):
        while (found := address_of(place.home)) is None:  # noqa: ASYNC110  a file tells it
            await asyncio.sleep(0.02)
    return found


def status(base: str, path: str = "/login") -> int:
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=60)
    connection.request("GET", path)
    return connection.getresponse().status


def test_an_address_that_is_taken_is_tried_again_and_told_once(
    tmp_path: Path, said: list[str]
) -> None:
    taken = listening("127.0.0.1", 0)
    port = taken.getsockname()[1]
    place = Place(tmp_path, f"dashboard: {{listen: '127.0.0.1:{port}'}}")

    async def all_of_it() -> None:
        async with place.served():
            await asyncio.sleep(0.3)  # time to say it more than once
            assert address_of(place.home) is None
            taken.close()
            base = await address(place)
            assert base == f"http://127.0.0.1:{port}"
            assert await asyncio.to_thread(status, base) == 200
        assert address_of(place.home) is None

    asyncio.run(all_of_it())
    place.ledger.close()
    errors = [line for line in said if line.startswith("ERROR")]
    assert len(errors) == 1
    assert "is tried again" in errors[0]


@pytest.mark.parametrize("config", ["dashboard: false", "dashboard: {listen: '127.0.0.1:0'}"])
def test_a_key_that_can_not_be_had_stops_no_run(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch, config: str
) -> None:
    place = Place(tmp_path, config)
    monkeypatch.setenv("KIGEN_KEY", "no key")

    async def all_of_it() -> None:
        async with place.served():
            assert address_of(place.home) is None

    asyncio.run(all_of_it())
    place.ledger.close()
    assert any("the dashboard is not served" in line for line in said) == ("false" not in config)


def test_a_password_that_can_not_be_had_is_a_mistake(tmp_path: Path) -> None:
    place = Place(tmp_path, "dashboard: {listen: '127.0.0.1:0', password: env:NOT_THERE}")

    async def all_of_it() -> None:
        async with place.served():
            pytest.fail("it was served")

    with pytest.raises(Unresolved, match="NOT_THERE"):
        asyncio.run(all_of_it())
    place.ledger.close()


def test_a_key_that_was_changed_meanwhile_holds_for_links(tmp_path: Path) -> None:
    """`kigen keys rotate` beside `kigen serve`: `kigen dashboard` and messages sign by the new one."""
    place = Place(tmp_path, "dashboard: {listen: '127.0.0.1:0'}")
    vault = Vault(place.home.folder, {})

    def link(base: str) -> str:
        now = datetime.now(UTC)
        links = Links(key_for("sign-in link", vault.keys.all()[0]), lambda: now)
        return urlsplit(sign_in_link(links, "", base, now)).path

    async def all_of_it() -> None:
        async with place.served():
            base = await address(place)
            before = link(base)
            assert await asyncio.to_thread(status, base, before) == 200
            rotate(vault)
            assert await asyncio.to_thread(status, base, link(base)) == 200
            assert await asyncio.to_thread(status, base, before) == 410

    asyncio.run(all_of_it())
    place.ledger.close()
