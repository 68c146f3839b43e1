"""A browser as its owner has it, in front of a household's dashboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.dashboard.visitor import Served, at_a_port

expect.set_options(timeout=30_000)  # milliseconds, for a busy machine


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One dashboard for all tests of a process."""
    with at_a_port(tmp_path_factory.mktemp("showcase"), every=18) as served:
        yield served


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    """One for a test that changes what is on it."""
    with at_a_port(tmp_path, every=18) as served:
        yield served
