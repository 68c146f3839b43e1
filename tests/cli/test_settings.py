"""A daemon's settings: read again when they change, and the last good ones kept."""

from __future__ import annotations

from pathlib import Path

from runner.config.live import Settings
from runner.config.workspace import Workspace


def names(settings: Settings) -> list[str]:
    return [account.name for account, _ in settings.accounts]


def test_the_last_good_version_holds(workspace: Path) -> None:
    config = workspace / "config.yaml"
    settings, good = Settings(Workspace.open(workspace)), config.read_text()
    config.write_text(good.replace("second:", "third:"))
    settings.refresh()
    assert names(settings) == ["first", "third"]
    for wrong in ("accounts: [", good.replace("flow: docomo", "flow: docmo"), ""):
        config.write_text(wrong)
        settings.refresh()
        assert names(settings) == ["first", "third"]
    config.unlink()
    settings.refresh()
    assert names(settings) == ["first", "third"]
    config.write_text(good.replace("Asia/Tokyo", "Europe/Berlin"))
    settings.refresh()
    assert (names(settings), settings.zone.key) == (["first", "second"], "Europe/Berlin")


def test_a_flow_of_ones_own_is_read_again(workspace: Path) -> None:
    settings = Settings(Workspace.open(workspace))
    before = settings.workspace
    settings.refresh()
    assert settings.workspace is before
    (workspace / "flows").mkdir()
    (workspace / "flows" / "docomo.yaml").write_text("flow: docomo\n")
    settings.refresh()
    assert settings.workspace is before  # it is wrong
    (workspace / "flows" / "docomo.yaml").unlink()
    settings.refresh()
    assert settings.workspace is not before
