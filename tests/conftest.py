"""What all tests share: an environment of their own, and the seed of those that draw what they do."""

from __future__ import annotations

import os
import random

import pytest

SEED = "KIGEN_CHAOS_SEED"
OWNERS = ("KIGEN_WORKSPACE", "KIGEN_HOME", "KIGEN_KEY")
"""What an owner may have set; tests are about workspaces and homes of their own."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record-proof",
        action="store_true",
        help="write down which flows the tests have played, for docs/providers.md",
    )


def pytest_configure(config: pytest.Config) -> None:
    """What all processes of a test run inherit: one seed, and nothing of their owner's."""
    if config.getoption("--record-proof") and not hasattr(config, "workerinput"):
        from tests.providers.record import Recorder

        config.pluginmanager.register(Recorder())
    for name in OWNERS:
        os.environ.pop(name, None)
    os.environ.setdefault(SEED, str(random.SystemRandom().randrange(10**6)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [one for some in terminalreporter.stats.values() for one in some]
    if any("tests/chaos/" in getattr(one, "nodeid", "") for one in reports):
        terminalreporter.write_line(f"attacks were drawn by {SEED}={os.environ[SEED]}")
