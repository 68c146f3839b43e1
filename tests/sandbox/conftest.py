"""One served home for all tests of the room, reset before each; one browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from runner.browser.find import find
from runner.sandbox import control, start
from runner.sandbox.address import Address
from tests.sandbox.visitor import Visitor


@pytest.fixture(scope="session")
def served_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def address(served_home: Path) -> Iterator[Address]:
    with start.starting(served_home) as server:
        yield server.wait()


@pytest.fixture
def home(address: Address, served_home: Path) -> Path:
    control.reset(served_home)
    return served_home


@pytest.fixture
def visitor(address: Address, home: Path) -> Visitor:
    return Visitor(address)


expect.set_options(timeout=30_000)  # milliseconds, for a busy machine


@pytest.fixture(scope="module")  # no longer: a loop left running is in the way of other tests
def chromium(address: Address) -> Iterator[Browser]:
    rules = ", ".join(f"MAP {host}:443 127.0.0.1:{address.port}" for host in address.hosts)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find(None, False, os.environ).path,
            args=[
                f"--host-resolver-rules={rules}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                f"--ignore-certificate-errors-spki-list={address.pin}",
                *(["--no-sandbox"] if os.geteuid() == 0 else []),
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium: Browser, home: Path) -> Iterator[Page]:
    context = chromium.new_context(locale="ja-JP")
    yield context.new_page()
    context.close()
