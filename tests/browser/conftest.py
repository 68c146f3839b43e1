"""The browser that is here: tests that need one fail without, they are not passed over."""

import os

import pytest

from runner.browser.find import Browser, find


@pytest.fixture(scope="session")
def here() -> Browser:
    return find(None, False, os.environ)
