"""The settings as a page: what they mean, what is wrong with them, and none of their secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest

from runner.config.live import Settings
from runner.config.workspace import Workspace
from runner.web.desk import Desk
from runner.web.texts import LANGUAGES, texts
from tests.web.desks import Browser, a_desk, at_the_dashboard
from tests.web.filled import CANARY, filled
from tests.web.serving import text

READ = datetime(2026, 11, 21, 3, 4, tzinfo=UTC)
SECRETS = """
timezone: Asia/Tokyo
caps: {month: 9000 JPY}
mqtt: {url: {command: [echo, "mqtt://me:CANARY@broker.example"]}}
ping: {url: {command: [echo, "https://ping.example/CANARY"]}}
notify:
  targets:
    mail:
      url: {command: [echo, "mailtos://me:CANARY@mail.example"]}
      events: [renewed]
      digest: daily at 08:00
accounts:
  phone:
    flow: docomo
    at: sandbox
    credentials: {id: CANARY-id, password: {command: [pass, CANARY]}}
    codes:
    - {totp: {command: [pass, CANARY]}}
    - {command: [fetch, CANARY]}
    - mail: {server: imap.example, user: CANARY, password: {command: [pass, CANARY]}}
    policy: {when: days_left <= 7}
    plan: {name: 1GB, price: 1100 JPY, coupon: CANARY-coupon}
    schedule: adaptive
    notify: [mail]
  other: {flow: docomo, at: sandbox, credentials: {id: me, password: "env:OTHER"}}
""".replace("CANARY", CANARY)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with a_desk(tmp_path_factory.mktemp("settings"), SECRETS) as desk:
        yield desk


@pytest.fixture(scope="module")
def owner(desk: Desk) -> Iterator[Browser]:
    with at_the_dashboard(desk) as browser:
        yield browser


def test_it_says_what_the_file_means(owner: Browser, desk: Desk) -> None:
    said = text(owner.get("/settings").body)
    for part in (
        str(desk.workspace.folder), "Asia/Tokyo", "¥9,000 a month",
        "Renewed once it has 7 days or less left, with plan “1GB” for ¥1,100.",
        "Runs once a week, and every day in the last fortnight",
        "Runs only when you start it.",
        "id in config.yaml", "password command pass", "password env:OTHER",
        "Codes totp, command, mail", "mail renewed All en daily at 08:00",
        "docomo on the practice portal",
    ):  # fmt: skip
        assert part in said, part


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_holds_no_secret_in_any_language(owner: Browser, language: str) -> None:
    answer = owner.get("/settings", accept_language=language)
    assert answer.status == 200
    assert CANARY not in answer.body
    assert texts(language)["settings_hint"] in answer.body
    assert not re.search(r"\{\w*\}", text(answer.body))


def test_no_page_of_a_full_desk_holds_one(tmp_path: Path) -> None:
    with filled(tmp_path) as desk, at_the_dashboard(desk) as browser:
        lines = re.findall(r'href="(/lines/[^"]+)"', browser.get("/").body)
        assert len(lines) == 4
        for path in ("/", "/settings", *map(unescape, lines)):
            answer = browser.get(path)
            assert answer.status == 200
            assert CANARY not in answer.body, path


class Clock:
    def __init__(self) -> None:
        self.now = READ

    def __call__(self) -> datetime:
        return self.now


WRONG = {
    "accounts: [\n": "config.yaml:",
    SECRETS.replace("flow: docomo", "flow: docmo", 1): "did you mean `docomo`?",
    SECRETS.replace("schedule: adaptive", "schedule: adaptively"): "schedule: adaptively",
    SECRETS + f"  third: {{flow: docomo, credentials: {{password: {CANARY}-plain}}}}\n": "password",
    SECRETS.replace(
        f"[pass, {CANARY}]}}}}\n    codes", f"[pass, {CANARY}]\n    codes"
    ): "config.yaml:",
    SECRETS + f"  third:\n    {CANARY}: x # {CANARY}\n": "unknown key; it is not shown",
    SECRETS + f"{CANARY}: x: y # {CANARY}\n": "a `:` can't stand here",
}
"""Files that are wrong, and what is said of each."""


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Clock]]:
    """A desk whose settings change, with the clock by which they are read."""
    folder, clock = tmp_path_factory.mktemp("changing"), Clock()
    with a_desk(folder, SECRETS) as desk:
        settings = Settings(Workspace.open(folder), clock)
        yield Desk(**{**vars(desk), "settings": settings}), clock


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_mistakes_stand_with_their_lines_and_the_last_good_version_holds(
    changing: tuple[Desk, Clock], number: int
) -> None:
    desk, clock = changing
    wrong, said = list(WRONG.items())[number]
    config = desk.workspace.folder / "config.yaml"
    good = f"Nov 21, 2026 {desk.settings.taken.astimezone(desk.zone):%H:%M}"
    with at_the_dashboard(desk) as browser:
        clock.now += timedelta(hours=1)
        config.write_text(wrong)  # and whoever looks sees it
        page = browser.get("/settings").body
        [shown, *_] = re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
        assert said in unescape(shown)
        assert "^" in shown
        assert CANARY not in page
        assert texts("en")["settings_hold"].format(time=good) in page
        assert "Renewed once it has 7 days" in text(page)
        for path in ("/", "/lines/phone/phone"):
            other = browser.get(path).body
            assert texts("en")["settings_hold"].format(time=good) in other
            assert 'href="/settings">There are mistakes in the settings.' in other
            assert CANARY not in other
        config.write_text(SECRETS + "\n" * number)
        assert texts("en")["settings_wrong"] not in browser.get("/settings").body
        assert texts("en")["settings_wrong"] not in browser.get("/").body


def test_strangers_are_told_of_no_mistake(tmp_path: Path) -> None:
    with a_desk(tmp_path, SECRETS) as desk:
        (tmp_path / "config.yaml").write_text("accounts: [\n")
        desk.settings.refresh()
        with at_the_dashboard(desk) as browser:
            browser.session = ""
            assert texts("en")["settings_wrong"] not in browser.get("/login").body


def test_trouble_is_remembered_from_its_beginning(tmp_path: Path) -> None:
    clock = Clock()
    config = tmp_path / "config.yaml"
    config.write_text(SECRETS)
    settings = Settings(Workspace.open(tmp_path), clock)
    assert settings.trouble is None
    for number in (1, 2):
        clock.now = READ + timedelta(hours=number)
        config.write_text("accounts: [" + " " * number)
        settings.refresh()
        assert settings.trouble is not None
        assert settings.trouble.since == READ + timedelta(hours=1)
        assert settings.trouble.taken == READ
        assert settings.trouble.mistakes[0].place.line == 1
    config.unlink()
    settings.refresh()
    assert settings.trouble is not None
    assert (settings.trouble.mistakes != ()) or settings.trouble.message
    config.write_text(SECRETS)
    clock.now = READ + timedelta(hours=9)
    settings.refresh()
    assert (settings.trouble, settings.taken) == (None, clock.now)
