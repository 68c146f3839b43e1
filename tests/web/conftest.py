"""One desk for the tests of a file that need nothing in its ledger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runner.web.desk import Desk
from tests.web.desks import Browser, a_desk, at_the_dashboard


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with a_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture
def owner(desk: Desk) -> Iterator[Browser]:
    """A browser that is signed in at a dashboard of its own."""
    with at_the_dashboard(desk) as browser:
        yield browser
