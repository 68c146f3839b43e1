"""Wrong files, each with what is said of it beside it: `wrong/NAME.yaml` and `wrong/NAME.txt`."""

from pathlib import Path

import pytest

from runner.config.workspace import Workspace
from runner.flow.mistakes import Mistakes

HERE = Path(__file__).parent
WRONG = sorted((HERE / "wrong").glob("*.yaml"))


def said_of(file: Path, folder: Path) -> str:
    """All that is said of a config.yaml in a workspace that has the example's flow."""
    for kind in ("flows", "selectors"):
        if not (folder / kind).exists():
            (folder / kind).symlink_to(HERE / "site" / kind)
    (folder / "config.yaml").write_bytes(file.read_bytes())
    try:
        found = Mistakes(Workspace.open(folder).mistakes())
    except Mistakes as mistakes:
        found = mistakes
    return str(found).replace(str(folder), "WORKSPACE") + "\n"


@pytest.mark.parametrize("file", WRONG, ids=lambda file: file.stem)
def test_all_mistakes_are_told_as_expected(file: Path, tmp_path: Path) -> None:
    assert said_of(file, tmp_path) == file.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", WRONG, ids=lambda file: file.stem)
def test_a_secret_is_never_repeated(file: Path, tmp_path: Path) -> None:
    said = said_of(file, tmp_path)
    assert "hunter2" not in said
    assert "83412907" not in said


def test_every_fixture_is_wrong(tmp_path: Path) -> None:
    for file in WRONG:
        assert said_of(file, tmp_path).strip(), file.name
