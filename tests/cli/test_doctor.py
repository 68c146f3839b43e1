"""`kigen doctor`: facts of a real machine, and what makes it end with 1."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Kigen


@pytest.mark.browser
def test_a_machine_that_is_fit(process: Kigen, home: Path, tmp_path: Path) -> None:
    process("init", str(tmp_path / "w"))
    said = process("--workspace", str(tmp_path / "w"), "doctor", "--json")
    found = {fact["name"]: fact for fact in said.json()["facts"]}
    assert found["page"]["value"].startswith("drawn in")
    assert found["config"]["ok"]
    assert found["ledger"]["value"] == str(home / "ledger.db")
    assert said.json()["fit"]
    assert said.code == 0


def test_mistakes_in_the_settings_are_essential(kigen: Kigen, workspace: Path) -> None:
    file = workspace / "config.yaml"
    file.write_text(file.read_text().replace("flow: docomo", "flow: docmo", 1))
    said = kigen("doctor")
    assert said.code == 1
    assert "there is no flow `docmo`" in said.out
    assert "did you mean `docomo`?" in said.out
    assert f"{file}:5:" in said.out


def test_an_authenticator_that_can_give_no_codes_is_told_with_its_place(
    kigen: Kigen, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRST_TOTP", "JBSWY3DP0HPK1PXP")
    file = workspace / "config.yaml"
    text = file.read_text().replace(
        "    schedule: daily at 09:30",
        "    codes: [{totp: env:FIRST_TOTP}]\n    schedule: daily at 09:30",
    )
    file.write_text(text)
    said = kigen("doctor")
    assert said.code == 1
    assert f"{file}:9:20" in said.out
    assert "the secret is not base32" in said.out
    assert "JBSW" not in said.out


def test_a_ledger_that_is_broken_is_essential(kigen: Kigen, workspace: Path, home: Path) -> None:
    home.mkdir()
    (home / "ledger.db").write_text("this is no database, but long enough to be taken for one")
    said = kigen("doctor", "--json")
    (ledger,) = (fact for fact in said.json()["facts"] if fact["name"] == "ledger")
    assert (said.code, ledger["ok"], ledger["essential"]) == (1, False, True)
    assert "ledger.db" in ledger["hint"]
