"""What all tests share: the seed of those that draw what they do."""

from __future__ import annotations

import os
import random

import pytest

SEED = "KIGEN_CHAOS_SEED"


def pytest_configure() -> None:
    """One seed for all processes of a test run; they inherit it."""
    os.environ.setdefault(SEED, str(random.SystemRandom().randrange(10**6)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [one for some in terminalreporter.stats.values() for one in some]
    if any("tests/chaos/" in getattr(one, "nodeid", "") for one in reports):
        terminalreporter.write_line(f"attacks were drawn by {SEED}={os.environ[SEED]}")
