"""`kigen flows list` and `show` tell how far each flow is proved, and since when it has changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runner.config.workspace import shipped
from runner.flow.library import Library
from runner.ledger.ledger import Ledger
from tests.cli.conftest import Kigen


def proved(kigen: Kigen, name: str) -> str:
    return str(kigen("flows", "show", name, "--json").json()["proved"])


def own_copy(workspace: Path, name: str, more: str) -> None:
    """A copy of a shipped flow in the workspace, changed by its owner."""
    (workspace / "flows").mkdir(exist_ok=True)
    text = (shipped() / "flows" / f"{name}.yaml").read_text(encoding="utf-8")
    (workspace / "flows" / f"{name}.yaml").write_text(text + more, encoding="utf-8")


def prove(ledger: Ledger, digest: str, day: datetime) -> None:
    run = ledger.runs.start("first", "docomo", trigger="hand", deadline_at=day + timedelta(hours=1))
    ledger.proofs.add("docomo", digest, "read", run.id)


def test_short_of_a_live_portal(kigen: Kigen, workspace: Path) -> None:
    assert (proved(kigen, "docomo"), proved(kigen, "manual")) == ("sandbox", "documented")
    own_copy(workspace, "docomo", "# mine\n")
    assert proved(kigen, "docomo") == "sandbox, changed since"


def test_a_flow_of_ones_own_is_not_proved_by_its_own_word(kigen: Kigen, workspace: Path) -> None:
    for kind in ("flows", "selectors"):
        (workspace / kind).mkdir()
        text = (shipped() / kind / "docomo.yaml").read_text(encoding="utf-8")
        mine = text.replace("flow: docomo", "flow: mine").replace("site: docomo", "site: mine")
        (workspace / kind / "mine.yaml").write_text(mine, encoding="utf-8")
    assert proved(kigen, "mine") == "documented"


def test_live(kigen: Kigen, workspace: Path, ledger: Ledger) -> None:
    digest = Library([shipped()]).load("docomo").digest
    prove(ledger, digest, datetime.now(UTC))
    day = (datetime.now(UTC) + timedelta(hours=9)).date()  # the workspace's time zone is Tokyo
    assert proved(kigen, "docomo") == f"live {day} by owner"
    assert f"live     read on {day}, this version" in kigen("flows", "show", "docomo").out
    own_copy(workspace, "docomo", "# mine\n")
    assert proved(kigen, "docomo") == f"live {day} by owner, changed since"
    assert "another version" in kigen("flows", "show", "docomo").out


def test_a_changed_selector_counts_too(workspace: Path) -> None:
    before = Library([shipped()]).load("linemo").digest
    (workspace / "selectors").mkdir()
    text = (shipped() / "selectors/softbank-id.yaml").read_text(encoding="utf-8")
    (workspace / "selectors/softbank-id.yaml").write_text(text + "# mine\n", encoding="utf-8")
    assert Library([workspace, shipped()]).load("linemo").digest != before


def test_all_flows_without_a_workspace_or_a_ledger(
    kigen: Kigen, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = {row["flow"]: row["proved"] for row in kigen("flows", "list", "--json").json()}
    assert (told["docomo"], told["manual"]) == ("sandbox", "documented")
    assert not (home / "ledger.db").exists()
