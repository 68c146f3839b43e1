"""Homes for whole runs. One practice portal is served for all tests of a process, and reset."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runner.browser.find import find as find_browser
from runner.browser.network import NetworkRules
from runner.sandbox import control
from runner.sandbox.record import record_of
from runner.sandbox.start import find
from tests.e2e.world import World
from tests.providers.record import note_played


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What a provider's class of `EverySite` says of itself."""
    for name, key in (("page", "ends_at"), ("met", "troubles")):
        if name in metafunc.fixturenames and hasattr(metafunc.cls, key):
            metafunc.parametrize(name, getattr(metafunc.cls, key), ids=str)


@pytest.fixture(scope="session")
def served_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("home")
    server = subprocess.Popen(
        [sys.executable, "-m", "runner.sandbox", "serve", "--home", str(home)],
        stdout=subprocess.PIPE,
    )
    assert server.stdout is not None
    assert server.stdout.readline()  # it says its address when it is ready
    yield home
    server.terminate()
    server.wait(10)
    server.stdout.close()


@pytest.fixture(scope="session")
def browser_type_launch_args(served_home: Path) -> dict[str, Any]:
    """A person's browser, by pytest-playwright: it reaches the practice portals and this machine."""
    address = find(served_home)
    assert address is not None
    hosts = tuple((f"{host}:443", f"127.0.0.1:{address.port}") for host in address.hosts)
    rules, *others = NetworkRules(hosts, address.pin).arguments()
    return {
        "executable_path": find_browser(None, False, os.environ).path,
        "args": [f"{rules}, EXCLUDE 127.0.0.1", *others],
        "chromium_sandbox": os.geteuid() != 0,
    }


@pytest.fixture
def world(
    served_home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[World]:
    """A new home where nothing ever ran; the portal as on its first day."""
    for path in served_home.iterdir():
        if path.name == "sandbox":
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    control.reset(served_home)
    record_of(served_home).unlink(missing_ok=True)
    yield _world(served_home, tmp_path, monkeypatch)
    if request.config.getoption("--record-proof"):
        note_played(request.node, served_home)


@pytest.fixture
def lonely(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The same, but nobody serves the portal: the run has to start it, and to end it."""
    return _world(tmp_path / "home", tmp_path, monkeypatch)


def _world(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("KIGEN_HOME", str(home))  # commands that fetch secrets look there
    return World(tmp_path / "workspace", home, dict(os.environ))
