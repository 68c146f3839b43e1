"""A secret that stands in the wrong place, anywhere in config.yaml, is in no message about it."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from runner.config.workspace import Workspace
from runner.flow.library import Library
from runner.flow.mistakes import Mistake, Mistakes
from runner.flow.private import resembles, secretive

HERE = Path(__file__).parent
PASSWORD = "swordfish"
TOKENS = (
    *("hunter2-hunter2", "tgram://123456:AbCdEf/1", "83412907", "JBSWYDPEHPKPXPAB"),
    "https://me:abc@x.jp",
)
CONFIG = """\
language: ja
timezone: Asia/Tokyo
defaults:
  policy: {when: days_left <= 7, approve: above 3000 JPY, approve_within: 2 days}
  escalate: {within: 5 days, notify: [phone]}
accounts:
  example:
    at: live
    credentials: {id: taro, password: "env:PASSWORD", pin: {command: [pass, show]}}
    codes:
      - totp: file:totp
      - mail: {server: imap.example.com, user: taro, password: "env:MAIL", from: example}
        pattern: code (x)
      - webhook: {token: "env:TOKEN", from: example}
      - command: [print, code]
      - prompt: true
    lines:
      main: {title: Mine, plan: {name: 1GB, price: 1100 JPY}, caps: {renewal: 2000 JPY}}
    schedule: daily at 09:30
    notify: [phone]
    avoid: ["daily at 01:00..05:00"]
    deadline: 5 minutes
    hand_off: {wait: 5 minutes}
  other: {flow: example, schedule: {cron: "30 9 * * *"}, credentials: {id: a, password: "env:P"}}
caps: {month: 9000 JPY}
notify:
  targets:
    phone: {url: "env:PHONE", events: [renewed], accounts: [example], quiet: "22:00..07:00"}
    mail: {url: "env:MAIL", digest: "daily at 08:00", repeat: 2 days}
browser: {parallel: 2, headed: false}
dashboard: {listen: "127.0.0.1:8751", url: "https://kigen.example", proxy: {from: ["10.0.0.1"]}}
mqtt: {url: "env:MQTT", topic: kigen}
ping: {url: "env:PING", every: 5 minutes}
evidence: {keep: 90 days, at_most: 2 GB, trace: never}
logs: {level: info, keep: 30 days}
"""
DATA = yaml.safe_load(CONFIG)
NAMES = {("accounts",), ("accounts", "example", "lines"), ("notify", "targets")}
"""Maps whose keys are names: these are shown on every page."""

Where = tuple[Any, ...]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("workspace")
    for kind in ("flows", "selectors"):
        (made / kind).symlink_to(HERE / "site" / kind)
    return made


@pytest.fixture(scope="module")
def library(folder: Path) -> Library:
    return Library([folder])


def said_of(text: str, folder: Path, library: Library) -> tuple[Mistake, ...]:
    try:
        workspace = Workspace.open(folder, {"config.yaml": text})
        workspace.__dict__["library"] = library  # read once for all
        return tuple(workspace.mistakes())
    except Mistakes as mistakes:
        return mistakes.mistakes


def everything(mistake: Mistake) -> str:
    return f"{mistake} {mistake.shown}"  # as it is shown, and all of a line that is cut off there


def places(data: Any, path: Where = ()) -> Iterator[tuple[Where, Any]]:
    yield path, data
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from places(value, (*path, key))


def with_value(path: Where, value: Any) -> Any:
    data = copy.deepcopy(DATA)
    if not path:
        return value
    at = data
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = value
    return data


def written(data: Any) -> str:
    """All in one line: whatever is wrong, everything else is quoted beside it."""
    return json.dumps(data, ensure_ascii=False)


def slips(secret: str) -> Iterator[tuple[str, Any]]:
    """A secret where a key belongs, and where a map, a list or a truth value does."""
    for path, value in places(DATA):
        if isinstance(value, dict):
            for beside in ("x", None, [secret], *(() if path in NAMES else ({"x": secret},))):
                yield f"a key in {path}: {beside}", with_value((*path, secret), beside)
            for key in value if path not in NAMES else ():
                changed = {secret if one == key else one: kept for one, kept in value.items()}
                yield f"{key} in {path}", with_value(path, changed)
        if isinstance(value, dict | list | bool) and path[-1:] != ("schedule",):  # it may be text
            yield f"in place of {path}", with_value(path, secret)
            yield f"a list in place of {path}", with_value(path, [[secret]])
        if path:
            yield f"a map in place of {path}", with_value(path, {secret: "x"})
    accounts = ("accounts", "example")
    for path in ((*accounts, "credentials", "pin"), (*accounts, "codes", 3)):
        yield f"an argument in {path}", with_value((*path, "command", 1), secret) | {"no key": 1}
    yield "a list with a map", with_value((*accounts, "schedule"), {"cron": [{secret: "x"}]})


def test_the_example_is_right(folder: Path, library: Library) -> None:
    for text in (CONFIG, written(DATA)):
        assert said_of(text, folder, library) == ()


@pytest.mark.parametrize("secret", [PASSWORD, pytest.param(TOKENS[0], marks=pytest.mark.nightly)])
def test_where_a_key_or_something_of_another_kind_belongs(
    secret: str, folder: Path, library: Library
) -> None:
    found = 0
    for what, data in slips(secret):
        told = said_of(written(data), folder, library)
        found += bool(told)
        assert not [one for one in told if secret in everything(one)], what
    assert found > 250


def test_what_looks_like_a_secret_in_place_of_a_value(folder: Path, library: Library) -> None:
    scalars = [path for path, value in places(DATA) if isinstance(value, str | int)]
    for path, secret in zip(scalars, itertools.cycle(TOKENS), strict=False):
        data = with_value(path, secret)
        beside = said_of(written(data | {"no such key": 1}), folder, library)
        assert beside
        for one in (*beside, *said_of(written(data), folder, library)):
            assert secret not in everything(one), path


def test_lines_that_are_no_yaml_and_comments(folder: Path, library: Library) -> None:
    secret, lines = PASSWORD, CONFIG.splitlines()
    broken = (
        *(
            "{0}: {1}: x",
            "{0} {1}: [",
            '{2}"{1}',
            "{2}{1}",
            "{2}{1}: y: z",
            "{2}- {1}",
            "{2}!{1} x",
        ),
        *(
            "{2}*{1}",
            "\t{1}: x",
            "{2}&{1} x: *{1}y",
            "{2}{1}: 1\n{2}{1}: 2",
            "--- {1}",
            "{2}<<: {1}",
        ),
        *("{2}? |\n{2}  {1}\n{2}: x", '{2}? "a\n{2}  {1}": x', "{2}{1}\x01", '{2}x: "{1}\\0"'),
        *("{0}\n{2}langauge: 1 # {1}", "{2}{{{1}: x}}: y", "{2}[{1}]: y", "{2}!{1}!x y: z"),
        '{2}? "{1}\n{2} b"\n{2}: x',
    )
    found = 0
    for number, line in enumerate(lines):
        indent = " " * (len(line) - len(line.lstrip()))
        for way in broken:
            changed = way.format(line, secret, indent).split("\n")
            text = "\n".join([*lines[:number], *changed, *lines[number + 1 :]])
            told = said_of(text, folder, library)
            found += bool(told)
            assert not [one for one in told if secret in everything(one)], (way, line)
    assert found > 450


def test_an_account_that_is_no_account_s_name(folder: Path, library: Library) -> None:
    (told,) = said_of(f"accounts: {{{PASSWORD}: }}", folder, library)
    assert str(told).endswith(
        "config.yaml:1:12: `flow` is missing, and no flow has this account's name\n"
        "    accounts: {•••: }\n"
        "               ^^^\n"
        "    flows: `example`"
    )
    (told,) = said_of("accounts: {exampel: }", folder, library)
    assert (told.shown, told.hint) == ("accounts: {exampel: }", "did you mean `example`?")


@pytest.mark.parametrize("word", ["langauge", "Accounts", "dey", "ulr", "time-zone"])
def test_misspelt_keys_are_shown(word: str) -> None:
    assert resembles(word, ("language", "accounts", "day", "url", "timezone"))


@pytest.mark.parametrize("word", ["hunter2", "swordfish", "day2", "language!", "x", ""])
def test_other_words_are_not(word: str) -> None:
    assert not resembles(word, ("language", "accounts", "day", "url", "timezone"))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "daily at 09:30..10:30",
            "30 9 * * mon-fri",
            "2026-11-31",
            "Asia/Tokio",
            "90days",
            "2000JPY",
        ),
        *("https://kigen.example/a", "imap.example.com:993", "kigen/#", "自宅の回線"),
        "balance < 500 JPY and pionts > 3",
    ],
)
def test_what_is_shown_as_it_stands(text: str) -> None:
    assert list(secretive(text)) == []
