"""A workspace as it was read: the same once more, whatever becomes of its files."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.config.workspace import Workspace
from runner.flow.library import Library
from runner.flow.mistakes import Mistakes

CONFIG = """
defaults: {at: sandbox, caps: {renewal: 1500 JPY}}
accounts:
  own:
    flow: own
    credentials: {id: me, password: env:PASSWORD}
    policy: {when: days_left <= 7, approve: above 1000 JPY}
    plan: {name: 1GB, price: 1100 JPY}
  shipped:
    flow: linemo
    credentials: {phone: 090-0000-0000, password: "file:~/password"}
"""
OWN = """\
flow: own
title: Own
hosts: [own.example.jp]
needs: {id: text, password: secret}
plans: {1GB: {price: 1100 JPY}}
signals: {signed_in: {visible: out}}
login: [{goto: "https://own.example.jp/"}]
read: [{use: shared/look}, {call: own_step}]
"""
SHARED = """\
flow: shared
title: Shared
hosts: [own.example.jp]
parts: {look: [{click: out}]}
"""
SELECTORS = "site: SITE\nselectors: {out: {css: a}}\n"
CODE = "async def own_step(page):\n    return '円'\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.yaml").write_text(CONFIG)
    for name, flow in (("own", OWN), ("shared", SHARED)):
        for kind, text in (("flows", flow), ("selectors", SELECTORS.replace("SITE", name))):
            (tmp_path / kind).mkdir(exist_ok=True)
            (tmp_path / kind / f"{name}.yaml").write_text(text)
    (tmp_path / "flows" / "own.py").write_text(CODE, newline="\r\n")
    return tmp_path


def opened(workspace: Workspace) -> dict[str, object]:
    """All that a run goes by."""
    accounts = {name: workspace.account(name) for name in workspace.account_names}
    return {
        "config": workspace.config,
        "folder": workspace.folder,
        **{name: (account, site.digest) for name, (account, site) in accounts.items()},
    }


def everything(folder: Path) -> None:
    for file in (*folder.rglob("*.yaml"), *folder.rglob("*.py")):
        file.write_text("[ half a fi")


def no_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def caps(folder: Path) -> None:
    (folder / "config.yaml").write_text(CONFIG.replace("1500 JPY", "15000 JPY"))


def another_first(folder: Path) -> None:
    """Files of the workspace go before those that come with kigen."""
    for kind in ("flows", "selectors"):
        (folder / kind / "linemo.yaml").write_text("flow: [")


@pytest.mark.parametrize("change", [everything, no_folder, caps, another_first])
def test_its_texts_make_the_same_of_it(folder: Path, change: Callable[[Path], None]) -> None:
    first = Workspace.open(folder)
    before = opened(first)
    change(folder)
    again = Workspace.open(folder, first.texts)
    assert opened(again) == before
    assert again.texts == first.texts


def test_they_are_those_of_its_own_files_alone(folder: Path) -> None:
    workspace = Workspace.open(folder)
    opened(workspace)
    assert sorted(workspace.texts) == [
        "config.yaml", "flows/own.py", "flows/own.yaml", "flows/shared.yaml",
        "selectors/own.yaml", "selectors/shared.yaml",
    ]  # fmt: skip
    assert workspace.texts["flows/own.py"] == CODE.replace("\n", "\r\n")


def test_every_file_is_read_once_whoever_uses_it(folder: Path) -> None:
    library = Library([folder])
    library.load("own")
    (folder / "flows" / "shared.yaml").write_text(SHARED.replace("Shared", "Changed"))
    assert library.load("shared").flow.title == "Shared"
    assert library.texts["flows/shared.yaml"] == SHARED


def test_an_own_step_that_is_no_python_is_told_with_its_place(folder: Path) -> None:
    (folder / "flows" / "own.py").write_text("async def own_step(page):\n    return (\n")
    with pytest.raises(Mistakes) as caught:
        Workspace.open(folder).account("own")
    told = str(caught.value).splitlines()
    assert told[0].startswith(f"{folder}/flows/own.py:2:12: this is not Python: ")
    assert told[1:] == ["        return (", "               ^"]
