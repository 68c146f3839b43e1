import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runner.browser.check import Fact, facts, try_page
from runner.browser.find import Browser, BrowserError


def now() -> datetime:
    return datetime.now(UTC)


def by_name(found: list[Fact]) -> dict[str, Fact]:
    return {fact.name: fact for fact in found}


def test_the_facts_of_this_machine(tmp_path: Path, here: Browser) -> None:
    found = by_name(facts(os.environ, tmp_path / "not/yet/made", now))
    assert "Chromium" in found["browser"].value
    assert str(here.path) in found["browser"].value
    assert found["driver"].value.startswith("Node.js v")
    assert found["state folder"].ok
    assert found["clock"].ok
    assert not (tmp_path / "not").exists()


def test_a_wrong_configured_browser_is_one_bad_fact_among_good_ones(tmp_path: Path) -> None:
    found = by_name(facts(os.environ, tmp_path, now, configured=tmp_path / "none"))
    assert not found["browser"].ok
    assert "is not there" in found["browser"].value
    assert found["driver"].ok


def test_a_clock_that_is_behind_is_noticed(tmp_path: Path) -> None:
    found = by_name(facts(os.environ, tmp_path, lambda: datetime(2001, 1, 1, tzinfo=UTC)))
    assert not found["clock"].ok


def test_an_old_browser_is_noticed(tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\necho Chromium 90\n")
    program.chmod(0o755)
    old = now() - timedelta(days=300)
    os.utime(program, (old.timestamp(), old.timestamp()))
    found = by_name(facts(os.environ, tmp_path, now, configured=program))
    assert found["browser"].ok
    assert (found["browser age"].value, found["browser age"].ok) == ("300 days", False)


def test_a_missing_font_is_noticed(tmp_path: Path) -> None:
    lister = tmp_path / "bin" / "fc-list"
    lister.parent.mkdir()
    lister.write_text("#!/bin/sh\n")
    lister.chmod(0o755)
    found = by_name(facts({**os.environ, "PATH": str(lister.parent)}, tmp_path, now))
    assert not found["CJK font"].ok
    lister.write_text("#!/bin/sh\necho 'WenQuanYi Micro Hei,文泉驛微米黑'\n")
    found = by_name(facts({**os.environ, "PATH": str(lister.parent)}, tmp_path, now))
    assert found["CJK font"].value == "WenQuanYi Micro Hei"


@pytest.mark.browser
def test_a_page_is_drawn_with_real_signs(here: Browser) -> None:
    trial = asyncio.run(try_page(here))
    assert trial.glyphs
    assert trial.seconds < 60


@pytest.mark.browser
def test_a_browser_that_draws_nothing_is_told(here: Browser, tmp_path: Path) -> None:
    """It starts, but what should draw its pages ends at once."""
    program = tmp_path / "chromium"
    program.write_text(f'#!/bin/sh\nexec {here.path} "$@" --renderer-cmd-prefix=/bin/false\n')
    program.chmod(0o755)
    with pytest.raises(BrowserError, match="draws no page"):
        asyncio.run(try_page(replace(here, path=program), patience=2))


@pytest.mark.browser
def test_empty_boxes_are_told_from_signs(
    here: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser is given a list of fonts that has none for Japanese."""
    config = tmp_path / "fonts.conf"
    config.write_text(f"<fontconfig><dir>{tmp_path}/none</dir></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))
    assert not asyncio.run(try_page(here)).glyphs
