"""`kigen flows update`: newer files come in whole, and nothing of the owner's is ever overwritten."""

from __future__ import annotations

import io
import multiprocessing
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.config.update.plan import Change, plan
from runner.config.update.record import Record
from runner.config.update.release import read_folder
from runner.config.update.replace import replace
from runner.config.workspace import shipped
from tests.cli.conftest import Kigen, Said

NIGHTLY = pytest.mark.nightly
SPAWN = multiprocessing.get_context("spawn")
OWN = "# mine\n"
NEWER = "# newer\n"


def text(place: str) -> str:
    return (shipped() / place).read_text(encoding="utf-8")


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A release in which LINEMO's flow and docomo's selectors are newer."""
    folder = tmp_path / "release"
    for place in ("flows/linemo.yaml", "selectors/linemo.yaml", "flows/docomo.yaml"):
        put(folder, place, text(place) + (NEWER if place == "flows/linemo.yaml" else ""))
    put(folder, "selectors/docomo.yaml", text("selectors/docomo.yaml") + NEWER)
    return folder


def put(folder: Path, place: str, content: str) -> Path:
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / place).write_text(content, encoding="utf-8")
    return folder / place


def update(kigen: Kigen, source: Path, *more: str) -> Said:
    return kigen("flows", "update", str(source), *more)


def files(workspace: Path) -> dict[str, str]:
    return {
        file.relative_to(workspace).as_posix(): file.read_text(encoding="utf-8")
        for file in sorted(workspace.rglob("*"))
        if file.is_file() and file.name != "config.yaml" and ".updates" not in file.parts
    }


def test_newer_files_come_in_with_their_difference(
    kigen: Kigen, workspace: Path, release: Path
) -> None:
    said = update(kigen, release, "--yes")
    assert said.code == 0, said.err
    assert files(workspace) == {
        "flows/linemo.yaml": text("flows/linemo.yaml") + NEWER,
        "selectors/docomo.yaml": text("selectors/docomo.yaml") + NEWER,
    }
    assert "--- flows/linemo.yaml\n+++ flows/linemo.yaml\n@@" in said.out
    assert "\n+# newer\n" in said.out
    assert "2 files are new; 0 are beside yours" in said.out
    assert "Nothing is newer: 4 files looked at, 0 of them yours." in update(kigen, release).out
    put(release, "flows/linemo.yaml", text("flows/linemo.yaml") + "# newest\n")
    said = update(kigen, release, "--yes")
    assert files(workspace)["flows/linemo.yaml"].endswith("# newest\n")
    (backup,) = re.findall(r"What was there before: (.+)", said.out)
    assert (Path(backup) / "flows/linemo.yaml").read_text().endswith(NEWER)
    assert Path(backup).stat().st_mode & 0o777 == 0o700


def test_without_a_word_nothing_is_done(kigen: Kigen, workspace: Path, release: Path) -> None:
    said = update(kigen, release)
    assert (said.code, files(workspace)) == (2, {})
    assert "say it with --yes" in said.err
    assert "+# newer" in said.out


def test_what_the_owner_has_changed_stays(kigen: Kigen, workspace: Path, release: Path) -> None:
    put(workspace, "flows/docomo.yaml", text("flows/docomo.yaml") + OWN)
    before = files(workspace)
    said = update(kigen, release, "--yes")
    after = files(workspace)
    assert said.code == 0, said.err
    assert after["flows/docomo.yaml"] == before["flows/docomo.yaml"]
    assert "selectors/docomo.yaml" not in after, "its selectors go with the flow"
    assert after["selectors/docomo.yaml.new"] == text("selectors/docomo.yaml") + NEWER
    assert "flows/docomo.yaml.new" not in after, "the release has nothing new for it"
    assert after["flows/linemo.yaml"].endswith(NEWER)
    assert "selectors/docomo.yaml: changed by you: the new one is put beside it" in said.out


@NIGHTLY
def test_a_change_after_an_update_is_the_owners_too(
    kigen: Kigen, workspace: Path, release: Path
) -> None:
    update(kigen, release, "--yes")
    mine = put(workspace, "flows/linemo.yaml", text("flows/linemo.yaml") + NEWER + OWN)
    put(release, "flows/linemo.yaml", text("flows/linemo.yaml") + "# newest\n")
    assert update(kigen, release, "--yes").code == 0
    assert mine.read_text().endswith(OWN)
    assert mine.with_name("linemo.yaml.new").read_text().endswith("# newest\n")


@NIGHTLY
def test_without_its_record_every_file_is_the_owners(
    kigen: Kigen, workspace: Path, release: Path
) -> None:
    update(kigen, release, "--yes")
    (workspace / ".updates/installed.json").write_text("{")
    put(release, "flows/linemo.yaml", text("flows/linemo.yaml") + "# newest\n")
    assert update(kigen, release, "--yes").code == 0
    assert files(workspace)["flows/linemo.yaml"].endswith(NEWER)
    assert files(workspace)["flows/linemo.yaml.new"].endswith("# newest\n")


@NIGHTLY
def test_a_link_of_the_owners_is_not_followed(
    kigen: Kigen, workspace: Path, release: Path, tmp_path: Path
) -> None:
    elsewhere = put(tmp_path, "elsewhere.yaml", text("flows/linemo.yaml"))
    (workspace / "flows").mkdir()
    (workspace / "flows/linemo.yaml").symlink_to(elsewhere)
    assert update(kigen, release, "--yes").code == 0
    assert elsewhere.read_text() == text("flows/linemo.yaml")
    assert (workspace / "flows/linemo.yaml.new").read_text().endswith(NEWER)


@pytest.mark.parametrize(
    ("place", "change", "why"),
    [
        ("flows/linemo.yaml", ("\nread:\n", "\nreed:\n"), "release: flows/linemo.yaml"),
        ("selectors/linemo.yaml", ("  agree:", "  agreed:"), "release: flows/linemo.yaml"),
        ("flows/linemo.yaml", ("flow: linemo", "flow: linemo2"), "release: flows/linemo.yaml"),
    ],
)
def test_a_release_with_mistakes_changes_nothing(
    kigen: Kigen, workspace: Path, release: Path, place: str, change: tuple[str, str], why: str
) -> None:
    content = text(place)
    assert change[0] in content
    put(release, place, content.replace(*change))
    said = update(kigen, release, "--yes")
    assert (said.code, files(workspace)) == (2, {})
    assert why in said.err


@NIGHTLY
def test_a_flow_that_would_be_spoilt_by_another_holds_everything_back(
    kigen: Kigen, workspace: Path, release: Path
) -> None:
    """Shared parts: LINEMO's own selectors would be missing for a flow of the owner's."""
    mine = text("flows/linemo.yaml").replace("flow: linemo", "flow: mine\nselectors: linemo")
    put(workspace, "flows/mine.yaml", mine)
    for kind in ("flows", "selectors"):
        now = text(f"{kind}/linemo.yaml")
        put(release, f"{kind}/linemo.yaml", re.sub(r"\bagree\b", "agreed", now))
    said = update(kigen, release, "--yes")
    assert (said.code, list(files(workspace))) == (2, ["flows/mine.yaml"])
    assert "agree" in said.err


@NIGHTLY
def test_new_hosts_are_told(kigen: Kigen, workspace: Path, release: Path) -> None:
    now = text("flows/linemo.yaml")
    put(
        release, "flows/linemo.yaml", re.sub(r"hosts: \[", "hosts: [login.elsewhere.example, ", now)
    )
    said = update(kigen, release)
    assert "linemo types passwords and codes on these hosts" in said.out
    assert "login.elsewhere.example" in said.out.splitlines()[-1]


def test_signs_that_steer_a_terminal_are_spelt_out(
    kigen: Kigen, workspace: Path, release: Path
) -> None:
    change = Change("flows/x.yaml", None, "flow: x\n# \x1b[2J\u202e\n", "replace")
    assert "\\x1b[2J\\u202e" in change.diff()
    assert "\x1b" not in change.diff()


def test_kigens_own_folder_is_not_updated(kigen: Kigen, release: Path) -> None:
    said = kigen("--workspace", str(shipped()), "flows", "update", str(release), "--yes")
    assert said.code == 2
    assert "kigen's own folder" in said.err


def begun(release: Path, workspace: Path, put_: Callable[[Path, Path], object]) -> None:
    changes = plan(read_folder(release), workspace, shipped(), Record.load(workspace))
    replace(changes, workspace, lambda: datetime.now(UTC), put_)


@dataclass
class Failing:
    """Moves so many files to their places, and then something happens."""

    after: int
    happens: Callable[[], object]

    def __call__(self, part: Path, file: Path) -> None:
        if self.after == 0:
            self.happens()
        self.after -= 1
        part.replace(file)


def full() -> None:
    raise OSError("the disk is full")


def killed() -> None:
    os._exit(9)


@pytest.mark.parametrize("after", [1, *(pytest.param(one, marks=NIGHTLY) for one in (0, 2))])
def test_all_or_nothing(kigen: Kigen, workspace: Path, release: Path, after: int) -> None:
    update(kigen, release, "--yes")
    before = files(workspace), Record.load(workspace)
    for place in ("flows/linemo.yaml", "flows/docomo.yaml"):
        put(release, place, text(place) + "# newest\n")
    with pytest.raises(OSError, match="the disk is full"):
        begun(release, workspace, Failing(after, full))
    assert (files(workspace), Record.load(workspace)) == before


class Typed(io.StringIO):
    """A terminal at which this was typed."""

    def isatty(self) -> bool:
        return True


def test_who_says_no_keeps_what_there_is(
    kigen: Kigen, workspace: Path, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As without a terminal; 130 would say that Ctrl-C was pressed."""
    before = files(workspace)
    monkeypatch.setattr(sys, "stdin", Typed("n\n"))
    said = update(kigen, release)
    assert (said.code, files(workspace)) == (2, before)
    assert "nothing was replaced: you said no" in said.err


@pytest.mark.parametrize("after", [0, pytest.param(1, marks=NIGHTLY)])
def test_an_update_that_was_killed_is_taken_back(
    kigen: Kigen, workspace: Path, release: Path, after: int
) -> None:
    update(kigen, release, "--yes")
    before = files(workspace), Record.load(workspace)
    put(release, "flows/linemo.yaml", text("flows/linemo.yaml") + "# newest\n")
    process = SPAWN.Process(target=begun, args=(release, workspace, Failing(after, killed)))
    process.start()
    process.join(60)
    assert process.exitcode == 9
    said = update(kigen, workspace.parent / "nowhere")
    assert "was taken back first" in said.err
    assert (files(workspace), Record.load(workspace)) == before
    assert update(kigen, release, "--yes").code == 0
    assert files(workspace)["flows/linemo.yaml"].endswith("# newest\n")
