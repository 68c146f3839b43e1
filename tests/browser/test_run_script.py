"""The script at the root, with a stand-in for Python that notes what it is asked to do."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .processes import wait_until

RUN = Path(__file__).parents[2] / "run"
NEEDED = ("sh", "id", "cmp", "cp", "mv", "rm", "mkdir", "sleep", "cat")

# Also what it installs as .venv/bin/python and .venv/bin/kigen: each call is one noted line.
PYTHON = """#!/bin/sh
if [ "$1" = - ]; then exec "{real}" "$@"; fi
if [ "$1" = -c ]; then echo "{self}"; exit; fi
printf '%s|%s|%s\\n' "${{0##*/}}" "$KIGEN_WORKSPACE" "$*" >>"{noted}"
case "$*" in
"-m venv "*)
    mkdir -p "$3/bin"
    cp "$0" "$3/bin/python"
    cp "$0" "$3/bin/kigen" ;;
*require-hashes*)
    while [ -e "{slow}" ]; do sleep 0.1; done
    [ ! -e "{broken}" ] ;;
*browser.setup*) echo "{browser}" ;;
esac
"""


class Place:
    """A copy of the project, as far as the script sees it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "my kigen"
        self.noted, self.slow, self.broken = (folder / name for name in ("noted", "slow", "broken"))
        self.bin = folder / "bin"
        self.bin.mkdir()
        for name in NEEDED:
            found = shutil.which(name)
            assert found is not None
            (self.bin / name).symlink_to(found)
        self.browser = self.bin / "sh"
        self.root.mkdir()
        shutil.copy(RUN, self.root)
        for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
            (self.root / name).write_text(f"{name} 1\n")
        self.python = self.bin / "python3"
        self.python.write_text(
            PYTHON.format(
                real=sys.executable,
                self=self.python,
                noted=self.noted,
                slow=self.slow,
                broken=self.broken,
                browser=self.browser,
            )
        )
        self.python.chmod(0o755)

    def start(self, *arguments: str, cwd: Path = Path("/")) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(self.root / "run"), *arguments],
            cwd=cwd,
            env={"PATH": str(self.bin), "HOME": str(self.root)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, cwd: Path = Path("/")) -> tuple[int, str]:
        process = self.start(*arguments, cwd=cwd)
        _, said = process.communicate(timeout=30)
        return process.returncode, said

    def notes(self) -> list[str]:
        """What was called since the last look, by its first words."""
        lines = self.noted.read_text().splitlines() if self.noted.exists() else []
        self.noted.unlink(missing_ok=True)
        return [name_of(line) for line in lines]


def name_of(line: str) -> str:
    program, workspace, arguments = line.split("|")
    for word in ("venv", "require-hashes", "no-build-isolation", "compileall", "browser.setup"):
        if word in arguments:
            return word
    return f"{program} in {Path(workspace).name}: {arguments}"


SET_UP = ["venv", "require-hashes", "no-build-isolation", "compileall"]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_the_first_start_sets_up_and_the_next_does_nothing_more(place: Place) -> None:
    code, said = place.run("flow", "docomo")
    hand_over = "kigen in my kigen: run flow docomo"
    assert (code, place.notes()) == (0, [*SET_UP, "browser.setup", hand_over])
    assert "Making .venv" in said
    assert place.run("flow", "docomo") == (0, "")
    assert place.notes() == [hand_over]


def test_it_works_from_any_folder_and_through_a_relative_path(place: Place, tmp_path: Path) -> None:
    place.run("kigen", "status", "--json")
    place.notes()
    process = subprocess.run(
        ["sh", "run", "kigen", "status", "a b"], cwd=place.root, env={"PATH": str(place.bin)}
    )
    assert process.returncode == 0
    assert place.notes() == ["kigen in my kigen: status a b"]
    assert place.run("kigen", "status", cwd=tmp_path)[0] == 0


def test_a_workspace_of_ones_own_is_respected(place: Place, tmp_path: Path) -> None:
    env = {"PATH": str(place.bin), "KIGEN_WORKSPACE": "/somewhere/mine"}
    subprocess.run([place.root / "run", "kigen", "status"], env=env, check=True)
    assert place.notes()[-1] == "kigen in mine: status"


def test_a_workspace_that_one_stands_in_is_played(place: Place, tmp_path: Path) -> None:
    """Else a practice portal's renewal would be taken for that of one's own line."""
    inner = tmp_path / "lines" / "flows"
    inner.mkdir(parents=True)
    (tmp_path / "lines" / "config.yaml").touch()
    place.run("kigen", "status", cwd=inner)
    assert place.notes()[-1] == "kigen in : status"  # kigen finds it by itself
    place.run("kigen", "status", cwd=tmp_path)
    assert place.notes()[-1] == "kigen in my kigen: status"
    own = place.root / ".config" / "kigen"  # HOME is that folder here
    own.mkdir(parents=True)
    (own / "config.yaml").touch()
    place.run("kigen", "status", cwd=tmp_path)
    assert place.notes()[-1] == "kigen in : status"


def test_a_changed_lock_is_installed_into_the_same_environment(place: Place) -> None:
    place.run("kigen", "status")
    place.notes()
    (place.root / "requirements.lock").write_text("requirements.lock 2\n")
    place.run("kigen", "status")
    assert place.notes()[:-1] == SET_UP[1:]


def test_tests_bring_what_flows_need_too(place: Place) -> None:
    place.run("tests", "-k", "x")
    assert place.notes()[-1] == "python in my kigen: -m pytest -k x"
    place.run("kigen", "status")
    assert place.notes() == ["kigen in my kigen: status"]


@pytest.mark.parametrize("harm", ["moved", "python gone", "half made"])
def test_an_environment_that_cannot_work_is_made_anew(
    place: Place, tmp_path: Path, harm: str
) -> None:
    place.run("kigen", "status")
    place.notes()
    if harm == "moved":
        place.root = place.root.rename(tmp_path / "elsewhere")
    elif harm == "python gone":
        program = place.root / ".venv/bin/python"
        program.unlink()
        program.symlink_to("/nowhere/python3.11")
    else:
        shutil.rmtree(place.root / ".venv/ready")
    place.run("kigen", "status")
    assert place.notes()[:-1] == SET_UP


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_set_up_that_was_cut_off_is_done_again(place: Place, sign: signal.Signals) -> None:
    place.slow.touch()
    process = place.start("kigen", "status")
    assert wait_until(lambda: place.noted.exists() and "require-hashes" in place.noted.read_text())
    os.killpg(process.pid, sign)
    process.communicate()
    place.slow.unlink()
    place.notes()
    assert place.run("kigen", "status")[0] == 0
    assert place.notes() == [*SET_UP, "kigen in my kigen: status"]


def test_a_set_up_that_failed_says_so_and_is_tried_again(place: Place) -> None:
    place.broken.touch()
    code, said = place.run("kigen", "status")
    assert code != 0
    assert "tries again" in said
    assert place.notes() == SET_UP[:2]
    place.broken.unlink()
    assert place.run("kigen", "status")[0] == 0
    assert place.notes()[:-1] == SET_UP


def test_two_at_once_set_up_once(place: Place) -> None:
    place.slow.touch()
    first = place.start("kigen", "first")
    assert wait_until(lambda: place.noted.exists() and "require-hashes" in place.noted.read_text())
    second = place.start("kigen", "second")
    assert second.stderr is not None
    assert "waiting" in second.stderr.readline()
    place.slow.unlink()
    first.communicate(timeout=30)
    second.communicate(timeout=30)
    assert (first.returncode, second.returncode) == (0, 0)
    notes = place.notes()
    assert notes[: len(SET_UP)] == SET_UP
    assert sorted(notes[len(SET_UP) :]) == ["kigen in my kigen: first", "kigen in my kigen: second"]


def test_a_browser_that_was_removed_is_found_or_installed_again(place: Place) -> None:
    place.run("flow", "docomo")
    place.notes()
    place.browser.rename(place.bin / "sh-elsewhere")
    (place.bin / "sh").symlink_to("/nowhere")
    process = subprocess.run(
        ["/bin/sh", place.root / "run", "flow", "docomo"],
        env={"PATH": f"{place.bin}:/bin"},
        stderr=subprocess.DEVNULL,
    )
    assert process.returncode == 0
    assert place.notes()[0] == "browser.setup"


def test_without_python_a_person_learns_what_to_install(place: Place) -> None:
    place.python.unlink()
    code, said = place.run("flow", "docomo")
    assert code == 1
    assert "Python 3.11 or newer" in said
    assert "python3-venv" in said
