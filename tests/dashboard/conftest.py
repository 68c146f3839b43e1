"""A browser as its owner has it, in front of a household's dashboard."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runner.browser.find import find as find_browser
from tests.dashboard.visitor import Served, at_a_port


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {
        "executable_path": find_browser(None, False, os.environ).path,
        "chromium_sandbox": os.geteuid() != 0,
    }


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
