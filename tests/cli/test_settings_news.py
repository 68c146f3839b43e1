"""Files that stay wrong while a daemon goes on by older ones are news; a file that is being edited is none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runner.cli.settings_news import MOST, tell_of_settings
from runner.config.live import Settings
from runner.config.secrets import Secrets
from runner.config.workspace import Workspace
from runner.ledger.ledger import Ledger
from runner.ledger.records import Letter
from runner.notify.messages import LANGUAGES, Message, compose
from runner.notify.payload import from_payload
from runner.values.secret import Redactor
from tests.cli.conftest import CONFIG

NOW = datetime(2026, 11, 21, 3, 4, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TARGETS = "notify: {targets: {chat: {url: env:CHAT}}}\n"
WRONG = TARGETS + CONFIG.replace("schedule:", "shedule:")


class World:
    """A daemon's settings and outbox, with a clock that stands still."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.now, self.folder, self.redactor = NOW, folder, Redactor()
        self.ledger = Ledger.open(home / "ledger.db", clock=lambda: self.now)
        self.begin()

    def begin(self, config: str = TARGETS + CONFIG) -> None:
        """A daemon begins with these settings."""
        (self.folder / "config.yaml").write_text(config)
        self.settings = Settings(Workspace.open(self.folder), lambda: self.now)

    def after(self, time: timedelta, config: str | None = None) -> list[Letter]:
        """What is put in by the look after some time, at files that say this by then."""
        self.now += time
        if config is not None:
            (self.folder / "config.yaml").write_text(config)
        before = {letter.id for letter in self.ledger.outbox.list()}
        self.settings.refresh()
        secrets = Secrets({}, self.folder, self.folder, self.redactor)
        tell_of_settings(self.settings, secrets, self.ledger, self.now)
        return [letter for letter in self.ledger.outbox.list() if letter.id not in before]

    def sent(self, letters: list[Letter]) -> None:
        for letter in letters:
            claimed = self.ledger.outbox.claim(letter.id, 60)
            assert claimed is not None
            self.ledger.outbox.sent(claimed)


@pytest.fixture
def world(workspace: Path, home: Path) -> Iterator[World]:
    home.mkdir(mode=0o700)
    made = World(workspace, home)
    with made.ledger:
        yield made


def written(letter: Letter, language: str = "en") -> Message:
    return compose(from_payload(letter.payload), language)


def events(letters: list[Letter]) -> list[tuple[str, str]]:
    return [(letter.target, letter.event) for letter in letters]


def test_what_stays_wrong_is_told_once_and_its_end_too(world: World) -> None:
    assert world.after(MINUTE, WRONG) == []
    assert world.after(9 * MINUTE) == []
    told = world.after(MINUTE)
    assert events(told) == [("chat", "settings_wrong")]
    world.sent(told)
    for _ in range(3):
        assert world.after(MINUTE) == []
    assert world.after(MINUTE, "accounts: [") == [], "the same trouble, though not the same mistake"
    over = world.after(MINUTE, TARGETS + CONFIG)
    assert events(over) == [("chat", "works_again")]
    assert world.after(DAY) == []
    told_of = "You were told of this on November 21, 2026 12:15: mistakes in the settings."
    assert told_of in written(over[0]).body


def test_a_half_saved_file_is_no_news(world: World) -> None:
    for _ in range(4):
        assert world.after(MINUTE, WRONG) == []
        assert world.after(8 * MINUTE) == []
        assert world.after(MINUTE, TARGETS + CONFIG) == []


def test_it_is_told_again_at_the_pace_of_the_target(world: World) -> None:
    world.after(MINUTE, WRONG)
    (first,) = world.after(11 * MINUTE)
    assert world.after(DAY) == [], "the first one still waits to be sent"
    world.sent([first])
    (second,) = world.after(MINUTE)
    world.sent([second])
    assert second.payload["since"] == first.payload["since"]
    assert world.after(DAY / 2) == []
    assert len(world.after(DAY / 2)) == 1


def test_the_next_trouble_is_told_at_once(world: World) -> None:
    world.after(MINUTE, WRONG)
    world.sent(world.after(11 * MINUTE))
    world.after(MINUTE, TARGETS + CONFIG)
    world.after(MINUTE, WRONG)
    assert events(world.after(11 * MINUTE)) == [("chat", "settings_wrong")]


def test_a_daemon_that_begins_anew_tells_that_it_is_over(world: World) -> None:
    """It could not have begun with wrong files."""
    world.after(MINUTE, WRONG)
    world.after(11 * MINUTE)
    world.begin()
    assert events(world.after(MINUTE)) == [("chat", "works_again")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_says_where_and_which_version_holds(world: World, language: str) -> None:
    world.after(MINUTE, WRONG)
    (letter,) = world.after(11 * MINUTE)
    message = written(letter, language)
    assert str(world.folder) in message.title
    line = WRONG.splitlines().index("    shedule: daily at 09:30") + 1
    assert (
        f"config.yaml:{line}:5: unknown key `shedule`; did you mean `schedule`?\n" in message.body
    )
    for moment in ("12:04", "12:05", "12:16"):  # read, wrong since, told; in Tokyo
        assert moment in message.body.replace("下午", "")
    for word in ("`kigen serve`", "`kigen doctor`"):
        assert word in message.body


def test_the_lines_of_the_file_and_known_secrets_stay_at_home(world: World) -> None:
    world.redactor.add("swordfish")
    wrong = WRONG.replace("password: env:FIRST_PASSWORD", "password: hunter2, swordfish: tuna")
    wrong = wrong.replace("daily at 09:30", "hunter3") + "\nbrowser: hunter4\nhunter5: hunter6\n"
    world.after(MINUTE, wrong)
    (letter,) = world.after(11 * MINUTE)
    body = written(letter).body
    assert "config.yaml:" in body
    assert not [word for word in ("hunter", "swordfish", "tuna", "^") if word in body]


def test_a_secret_that_kigen_knows_is_masked_where_a_mistake_repeats_it(world: World) -> None:
    world.redactor.add("languages")
    world.after(MINUTE, TARGETS + "languages: tuna\n" + CONFIG)
    (letter,) = world.after(11 * MINUTE)
    assert "unknown key `•••`; did you mean `language`?" in letter.payload["message"]
    assert "languages" not in str(letter)


def test_of_many_mistakes_some_are_told(world: World) -> None:
    world.after(MINUTE, TARGETS + CONFIG + "".join(f"wrong{n}: 1\n" for n in range(MOST + 2)))
    (letter,) = world.after(11 * MINUTE)
    lines = letter.payload["message"].splitlines()
    assert len(lines) == MOST + 1
    assert lines[-1] == "and 2 more"


def test_files_that_are_gone_are_told_of_without_a_place_in_them(world: World) -> None:
    (world.folder / "config.yaml").unlink()
    world.after(MINUTE)
    (letter,) = world.after(11 * MINUTE)
    assert letter.payload["message"] == "config.yaml:1:1: there is no such file"
    assert world.after(MINUTE, TARGETS + CONFIG.replace("flow: docomo", "flow: dcomo")) == []
    world.sent([letter])
    (letter,) = world.after(DAY)
    assert "there is no flow `dcomo`" in letter.payload["message"]


@pytest.mark.parametrize(
    ("targets", "heard"),
    [
        ("a: {url: env:A}, b: {url: env:B, accounts: [first]}", {"a"}),
        ("a: {url: env:A, accounts: [second, first]}, b: {url: env:B, accounts: [first]}", {"a"}),
        ("a: {url: env:A, accounts: [second]}, b: {url: env:B, accounts: [first]}", {"a", "b"}),
        ("a: {url: env:A, events: [renewed]}, b: {url: env:B, accounts: [first]}", {"b"}),
        ("a: {url: env:A, events: [settings_wrong]}, b: {url: env:B, events: []}", {"a"}),
        ("a: {url: env:A, digest: daily at 08:00}", {"a"}),
        ("", set()),
    ],
)
def test_who_hears_of_every_account_hears_of_it(
    world: World, targets: str, heard: set[str]
) -> None:
    good = f"notify: {{targets: {{{targets}}}}}\n{CONFIG}"
    world.begin(good)
    world.after(MINUTE, good + "oops: 1\n")
    told = world.after(11 * MINUTE)
    assert {letter.target for letter in told} == heard
    assert {letter.target for letter in world.after(MINUTE, good)} == heard
