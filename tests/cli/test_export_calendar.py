"""`kigen export calendar`: the file that `serve` offers, for those without it."""

from __future__ import annotations

from pathlib import Path

from icalendar import Calendar

from runner.ledger.ledger import Ledger
from tests.cli.conftest import Kigen, read


def test_last_days_in_a_file(workspace: Path, kigen: Kigen, ledger: Ledger) -> None:
    read(ledger, "first", "090-1", 20)
    said = kigen("export", "calendar")
    assert said.code == 0
    (event,) = Calendar.from_ical(said.out).walk("VEVENT")
    assert str(event["summary"]) == "祖母の電話: last day"
    assert kigen("export", "calendar").out == said.out


def test_a_workspace_without_lines_has_an_empty_calendar(workspace: Path, kigen: Kigen) -> None:
    (workspace / "config.yaml").write_text("accounts: {}\n")
    assert list(Calendar.from_ical(kigen("export", "calendar").out).walk("VEVENT")) == []
