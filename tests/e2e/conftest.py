"""Homes for whole runs. One practice portal is served for all tests of a process, and reset."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.sandbox import control
from runner.sandbox.record import record_of
from tests.e2e.world import World
from tests.providers.record import note_played


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What a provider's class of `EverySite` says of itself."""
    for name, key in (("page", "ends_at"), ("met", "troubles")):
        if name in metafunc.fixturenames and hasattr(metafunc.cls, key):
            metafunc.parametrize(name, getattr(metafunc.cls, key), ids=str)


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
