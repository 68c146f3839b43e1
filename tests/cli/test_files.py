"""`init`, `schema`, `flows`: what is written to and read from files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from runner.config.workspace import Workspace
from tests.cli.conftest import Kigen

FLOW = Path(__file__).parents[2] / "flows" / "docomo.yaml"


def commented_in(text: str) -> str:
    """The template with its examples switched on."""
    lines = text.splitlines()
    start = lines.index("accounts: {}")
    body = [
        line.removeprefix("# ") if line.startswith("# ") else line for line in lines[start + 1 :]
    ]
    keys = ("accounts:", "caps:", "notify:", "evidence:", " ")
    return "\n".join(line for line in body if line.startswith(keys))


def test_init_makes_a_workspace_that_works(kigen: Kigen, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "mine"
    said = kigen("init", str(folder))
    assert said.code == 0
    assert Workspace.open(folder).account_names == ()
    assert {file.name for file in folder.iterdir()} == {
        "config.yaml", ".gitignore", "flows", "selectors", "schemas",
    }  # fmt: skip
    assert kigen("status", "--workspace", str(folder)).code == 0
    assert kigen("flows", "lint", "--workspace", str(folder)).code == 0


def test_the_examples_of_a_new_workspace_are_right(kigen: Kigen, tmp_path: Path) -> None:
    kigen("init", str(tmp_path / "w"))
    file = tmp_path / "w" / "config.yaml"
    file.write_text(commented_in(file.read_text()))
    workspace = Workspace.open(tmp_path / "w")
    assert workspace.account_names == ("mine",)
    assert workspace.account("mine")[0].lines[0].title == "grandmother's phone"
    assert list(workspace.config.notify.targets) == ["phone"]


@pytest.mark.parametrize("there", ["config.yaml", ".gitignore", "schemas/flow.json"])
def test_init_overwrites_nothing(kigen: Kigen, tmp_path: Path, there: str) -> None:
    file = tmp_path / there
    file.parent.mkdir(exist_ok=True)
    file.write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    said = kigen("init", str(tmp_path))
    assert said.code == 2
    assert f"{file} is there already; nothing was written" in said.err
    assert sorted(tmp_path.rglob("*")) == before
    assert file.read_text() == "mine"


@pytest.mark.parametrize("kind", ["flow", "selectors", "config"])
def test_schemas(kigen: Kigen, tmp_path: Path, kind: str) -> None:
    printed = kigen("schema", kind).json()
    Draft202012Validator.check_schema(printed)
    assert kigen("schema", kind, "--write", str(tmp_path)).out == ""
    assert json.loads((tmp_path / f"{kind}.json").read_text()) == printed
    assert len(list(tmp_path.iterdir())) == 1
    kigen("schema", "--write", str(tmp_path))
    assert len(list(tmp_path.iterdir())) == 3


def test_flows_that_are_there(kigen: Kigen, workspace: Path) -> None:
    (row,) = (row for row in kigen("flows", "list", "--json").json() if row["flow"] == "docomo")
    assert (row["title"], row["proved"]) == ("NTT docomo", "sandbox")
    shown = kigen("flows", "show", "docomo").out
    assert "password (secret)" in shown
    assert re.search(r"\d  pay  \(memory\)\n", shown)
    phases = kigen("flows", "show", "docomo", "--json").json()["phases"]
    assert list(phases) == [
        "login", "passkey_login", "passkey", "read", "renew", "history",
    ]  # fmt: skip
    assert kigen("flows", "list").out.startswith("flow")


def test_flows_without_a_workspace(
    kigen: Kigen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert "docomo" in kigen("flows", "list").out
    assert kigen("flows", "list", "--workspace", "/nowhere").code == 2


def test_lint_shows_every_mistake_with_its_place(kigen: Kigen, workspace: Path) -> None:
    for folder in ("flows", "selectors"):
        (workspace / folder).mkdir()
    file = workspace / "flows" / "docomo.yaml"
    file.write_text(FLOW.read_text().replace("click: log_in", "click: log_inn"))
    said = kigen("flows", "lint", "docomo")
    assert (said.code, said.out) == (2, "")
    assert f"{file}:" in said.err
    assert "there is no selector `log_inn`" in said.err
    assert "^^^^^^^" in said.err
    assert "did you mean `log_in`?" in said.err
    assert "has mistakes" in kigen("flows", "list").out
