"""What all tests share: an environment of their own, and the seed of those that draw what they do."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import sleep
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings

SEED = "KIGEN_CHAOS_SEED"
OWNERS = ("KIGEN_WORKSPACE", "KIGEN_HOME", "KIGEN_KEY")
"""What an owner may have set; tests are about workspaces and homes of their own."""
ZONES = [ZoneInfo(name) for name in ("UTC", "Asia/Tokyo", "Europe/London", "America/Los_Angeles")]
TURNS = [*((time(), zone) for zone in ZONES), (time(9, 30), ZoneInfo("Asia/Tokyo"))]
"""When the practice portals' days begin, and when the accounts of the command line's tests are due."""
LONGEST = timedelta(seconds=90)
"""So long may a test take that must not see one of them come."""


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
    by_night = "not nightly" not in config.option.markexpr
    os.environ.setdefault(SEED, str(random.SystemRandom().randrange(10**6) if by_night else 1))
    _draw(anew=by_night)


def _draw(*, anew: bool) -> None:
    """By day the same examples are played again and again, so that luck decides nothing; at night others
    are looked for. However long one takes: the machine may be busy.
    """
    settings.register_profile(
        "kigen",
        derandomize=not anew,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("kigen")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests that play a person are played with others, they come last: the loop that their browser
    leaves running is in the way of others.
    """
    items.sort(key=lambda item: item.get_closest_marker("by_hand") is not None)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """A test begins with a new day rather than at the end of an old one: portals and runs go by the
    machine's clock, and what is due in two days at first may be due in one halfway through. The same
    holds for the minute in which a daily run is due.
    """
    left = _until_a_turn(datetime.now(UTC))
    if left < LONGEST:
        sleep(left.total_seconds() + 0.1)


def _until_a_turn(now: datetime) -> timedelta:
    days = [(now.astimezone(zone).date(), at, zone) for at, zone in TURNS]
    turns = [datetime.combine(day + timedelta(days=n), *at) for day, *at in days for n in (0, 1)]
    return min(turn - now for turn in turns if turn > now)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [one for some in terminalreporter.stats.values() for one in some]
    if any("tests/chaos/" in getattr(one, "nodeid", "") for one in reports):
        terminalreporter.write_line(f"attacks were drawn by {SEED}={os.environ[SEED]}")


@pytest.fixture
def log() -> Iterator[list[str]]:
    """What is logged meanwhile, from INFO on: the messages alone."""
    from loguru import logger

    lines: list[str] = []
    number = logger.add(lambda text: lines.append(text.record["message"]), level="INFO")
    yield lines
    logger.remove(number)


@pytest.fixture(scope="session")
def served_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of practice portals that are served for all tests of a process."""
    home = tmp_path_factory.mktemp("home")
    server = subprocess.Popen(
        [sys.executable, "-m", "runner.sandbox", "serve", "--home", str(home)],
        stdout=subprocess.PIPE,
    )
    assert server.stdout is not None
    assert server.stdout.readline()  # it says its address when it is ready
    yield home
    server.terminate()
    server.wait(60)
    server.stdout.close()


@pytest.fixture(scope="session")
def browser_type_launch_args(served_home: Path) -> dict[str, Any]:
    """A person's browser, by pytest-playwright: it reaches the practice portals and this machine.

    A process has one for all its tests, whichever asks first: so there is one way to launch it.
    """
    from runner.browser.find import find as find_browser
    from runner.browser.network import NetworkRules
    from runner.sandbox.start import find

    address = find(served_home)
    assert address is not None
    hosts = tuple((f"{host}:443", f"127.0.0.1:{address.port}") for host in address.hosts)
    rules, *others = NetworkRules(hosts, address.pin).arguments()
    return {
        "executable_path": find_browser(None, False, os.environ).path,
        "args": [f"{rules}, EXCLUDE 127.0.0.1", *others],
        "chromium_sandbox": os.geteuid() != 0,
    }
