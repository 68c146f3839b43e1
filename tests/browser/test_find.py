import json
import os
from importlib.util import find_spec
from pathlib import Path

import pytest

from runner.browser.find import BrowserError, cache_folder, find, unpacked_program


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\necho Chromium 1.2.3\n")
    path.chmod(0o755)
    return path


def revision(name: str) -> str:
    spec = find_spec("playwright")
    assert spec is not None
    assert spec.origin is not None
    listed = Path(spec.origin).parent / "driver/package/browsers.json"
    browsers = json.loads(listed.read_text())["browsers"]
    return str(next(one["revision"] for one in browsers if one["name"] == name))


def of_playwright(registry: Path, *, complete: bool = True, number: str | None = None) -> Path:
    number = number or revision("chromium-headless-shell")
    folder = registry / f"chromium_headless_shell-{number}"
    made = program(folder / "chrome-headless-shell-linux64" / "chrome-headless-shell")
    if complete:
        (folder / "INSTALLATION_COMPLETE").touch()
    return made


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path / "home")}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "root"


def test_the_configured_program_comes_before_all_others(
    tmp_path: Path, env: dict[str, str], root: Path
) -> None:
    of_playwright(cache_folder(env, "linux") / "ms-playwright")
    mine = program(tmp_path / "mine" / "google-chrome")
    found = find(mine, False, env, root=root, platform="linux")
    assert (found.path, found.kind, found.source) == (mine, "chrome", "configured")


def test_a_configured_program_may_be_under_the_home_folder(env: dict[str, str]) -> None:
    mine = program(Path(env["HOME"]) / "bin" / "chromium")
    assert find(Path("~/bin/chromium"), False, env).path == mine


def test_a_wrong_configured_program_is_a_mistake_and_not_passed_over(
    tmp_path: Path, env: dict[str, str], root: Path
) -> None:
    program(root / "opt/google/chrome/chrome")
    with pytest.raises(BrowserError, match="nothing/here is not there"):
        find(tmp_path / "nothing/here", False, env, root=root, platform="linux")
    plain = tmp_path / "chrome"
    plain.write_text("no program")
    with pytest.raises(BrowserError, match="not a program"):
        find(plain, False, env, root=root, platform="linux")


def test_a_configured_headless_shell_cannot_show_a_window(
    tmp_path: Path, env: dict[str, str]
) -> None:
    shell = program(tmp_path / "chromium-headless-shell")
    with pytest.raises(BrowserError, match="cannot show a window"):
        find(shell, True, env)


def test_playwrights_own_comes_before_the_systems(env: dict[str, str], root: Path) -> None:
    program(root / "usr/lib/chromium/chromium-headless-shell")
    own = of_playwright(cache_folder(env, "linux") / "ms-playwright")
    found = find(None, False, env, root=root, platform="linux")
    assert (found.path, found.kind, found.source) == (own, "headless-shell", "playwright")


def test_playwrights_folder_may_be_elsewhere(
    tmp_path: Path, env: dict[str, str], root: Path
) -> None:
    own = of_playwright(tmp_path / "elsewhere")
    env["PLAYWRIGHT_BROWSERS_PATH"] = str(tmp_path / "elsewhere")
    assert find(None, False, env, root=root, platform="linux").path == own


@pytest.mark.parametrize("case", ["unfinished", "of another version"])
def test_what_playwright_would_not_use_is_not_used(
    case: str, env: dict[str, str], root: Path
) -> None:
    registry = cache_folder(env, "linux") / "ms-playwright"
    if case == "unfinished":
        of_playwright(registry, complete=False)
    else:
        of_playwright(registry, number="1")
    with pytest.raises(BrowserError):
        find(None, False, env, root=root, platform="linux")


def test_the_shell_comes_first_without_a_window_and_never_with_one(
    env: dict[str, str], root: Path
) -> None:
    shell = program(root / "usr/lib/chromium/chromium-headless-shell")
    chrome = program(root / "opt/google/chrome/chrome")
    program(root / "opt/microsoft/msedge/msedge")
    assert find(None, False, env, root=root, platform="linux").path == shell
    headed = find(None, True, env, root=root, platform="linux")
    assert (headed.path, headed.kind, headed.source) == (chrome, "chrome", "system")


def test_an_unpacked_one_comes_last(env: dict[str, str], root: Path) -> None:
    unpacked = program(unpacked_program(env))
    assert find(None, False, env, root=root, platform="linux").source == "unpacked"
    edge = program(root / "opt/microsoft/msedge/msedge")
    assert find(None, False, env, root=root, platform="linux").path == edge
    assert unpacked.exists()


@pytest.mark.parametrize("where", ["root", "home"])
def test_macos_applications_are_known(where: str, env: dict[str, str], root: Path) -> None:
    folder = root if where == "root" else Path(env["HOME"])
    edge = program(folder / "Applications" / "Microsoft Edge.app/Contents/MacOS/Microsoft Edge")
    found = find(None, True, env, root=root, platform="darwin")
    assert (found.path, found.kind) == (edge, "edge")


def test_without_any_the_message_says_what_to_do(env: dict[str, str], root: Path) -> None:
    with pytest.raises(BrowserError) as failed:
        find(None, False, env, root=root, platform="linux")
    assert "runner.browser.setup" in str(failed.value)
    assert "config.yaml" in str(failed.value)


def test_a_browser_tells_its_version_or_why_not(tmp_path: Path) -> None:
    good = program(tmp_path / "chromium")
    assert find(good, False, os.environ).version() == "Chromium 1.2.3"
    good.write_text("#!/bin/sh\necho 'libnss3.so: cannot open shared object file' >&2\nexit 127\n")
    with pytest.raises(BrowserError, match=r"libnss3\.so"):
        find(good, False, os.environ).version()
