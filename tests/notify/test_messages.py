from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.notify.events import EVENTS, Event, LineFact
from runner.notify.messages import LANGUAGES, Message, compose

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ENDS = [name for name in EVENTS if name != "digest"]


def own(folder: Path, language: str, event: str, text: str) -> Path:
    (folder / language).mkdir(parents=True, exist_ok=True)
    (folder / language / f"{event}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ENDS)
def test_every_event_has_its_text(name: str, language: str, renewed: Event) -> None:
    full = compose(replace(renewed, name=name, run_id="run-7"), language)
    bare = compose(Event(name, "家族", "ドコモ", NOW), language)

    for message in (full, bare):
        assert "ドコモ" in message.title
        assert "家族" in message.title
        assert "{" not in message.title + message.body
        assert "None" not in message.body
        assert "\n\n\n" not in message.body
        assert not message.body.startswith("\n")
    for fact in ("080-1234-5678", "1,550", "550", "R-2026-77", "3.25", "30", "run-7"):
        assert fact in full.body
    for fact in ("Balance and date are read.", "Nothing to do.", "http://127.0.0.1:8080/run/7"):
        assert fact in full.body
    assert "R-2026-77" not in bare.body


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_events_of_a_language_say_the_same(language: str) -> None:
    titles = {compose(Event(name, "main", "docomo", NOW), language).title for name in ENDS}

    assert len(titles) == len(ENDS)


def test_a_message_reads_like_this(renewed: Event) -> None:
    message = compose(replace(renewed, title="docomo", account="main"), "en")

    assert message.title == "docomo (main): renewed"
    assert message.body.startswith(
        "The renewal is done, and the site confirms it.\nBalance and date are read.\n\n"
        "080-1234-5678\n  Balance: ¥1,550\n  Valid until: "
    )
    assert "(30 days left)" in message.body
    assert "Renewal: done and checked" in message.body


def test_a_japanese_message_reads_like_this(renewed: Event) -> None:
    message = compose(renewed, "ja")

    assert message.title == "ドコモ（家族）：更新が完了しました"
    assert "2026年12月21日（あと30日）" in message.body
    assert "更新の状態：支払い・反映を確認済み" in message.body


def test_what_a_run_has_said_is_told_in_the_language_of_the_target(renewed: Event) -> None:
    said = replace(
        renewed,
        name="too_expensive",
        message="the page asks 600 JPY; agreed is 550 JPY; nothing was paid",
        action="an own word",
    )

    message = compose(said, "ja")

    assert (
        "ページの金額は600円ですが、取り決めは550円です。支払いは行っていません\n" in message.body
    )
    assert "an own word\n" in message.body
    assert said.message is not None
    assert said.message in compose(said, "en").body


@pytest.mark.parametrize(
    ("days", "words"),
    [(2, "2 days left"), (1, "1 day left"), (0, "ends today"), (-3, "expired")],
)
def test_days_are_told_as_people_do(days: int, words: str, renewed: Event) -> None:
    line = replace(renewed.lines[0], days_left=days)

    assert words in compose(replace(renewed, lines=(line,)), "en").body


def test_nothing_left_is_shown_too(renewed: Event) -> None:
    balance = renewed.lines[0].balance
    assert balance is not None
    empty = LineFact("1", balance=replace(balance, amount=balance.amount * 0))

    assert "Balance: ¥0" in compose(replace(renewed, lines=(empty,)), "en").body


def test_an_own_template_wins(tmp_path: Path, renewed: Event) -> None:
    text = "{{ account }} ok\n{% for line in lines %}{{ line.name }} {{ line.balance }}{% endfor %}"
    folder = own(tmp_path, "en", "renewed", text)

    assert compose(renewed, "en", folder) == Message("家族 ok", "080-1234-5678 ¥1,550")
    assert compose(renewed, "ja", folder) == compose(renewed, "ja")
    assert compose(replace(renewed, name="failed"), "en", folder).title.endswith("the run failed")


def test_an_own_template_may_use_the_shipped_parts(tmp_path: Path, renewed: Event) -> None:
    folder = own(tmp_path, "en", "renewed", 'Hi\n{% include "_lines.txt" %}')

    assert "Balance: ¥1,550" in compose(renewed, "en", folder).body


def test_a_title_alone_is_a_whole_message(tmp_path: Path, renewed: Event) -> None:
    folder = own(tmp_path, "en", "renewed", "Done: {{ account }}")

    assert compose(renewed, "en", folder) == Message("Done: 家族", "Done: 家族")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Hi\n\n{{ nmae }}", "line 3: 'nmae' is undefined"),
        ("Hi\n{% if %}", "line 2: "),
        ("Hi {{ lines[0].balence }}", "line 1: "),
        ("Hi {{ 1 / 0 }}", "line 1: division by zero"),
        ("Hi {{ ''.__class__.__mro__ }}", "unsafe"),
        ("Hi {{ lines.append(1) }}", "not"),
        ("\nThe title is missing", "the first line, the title, is empty"),
        ('Hi {% include "../../secret.txt" %}', "secret.txt"),
    ],
)
def test_a_broken_template_does_not_lose_the_message(
    tmp_path: Path, renewed: Event, text: str, reason: str
) -> None:
    (tmp_path / "secret.txt").write_text("hush")
    folder = own(tmp_path / "templates", "en", "renewed", text)

    message = compose(renewed, "en", folder)

    standard = compose(renewed, "en")
    assert message.title == standard.title
    assert message.body.startswith(standard.body)
    note = message.body.removeprefix(standard.body)
    assert "Your own template" in note
    assert "en/renewed.txt" in note
    assert reason in note
    assert "hush" not in message.body


def test_a_template_that_is_no_text_does_not_lose_the_message(
    tmp_path: Path, renewed: Event
) -> None:
    own(tmp_path, "ja", "renewed", "")
    (tmp_path / "ja" / "renewed.txt").write_bytes("更新".encode("shift_jis"))

    assert "標準の文面" in compose(renewed, "ja", tmp_path).body


def test_values_are_never_taken_for_templates(renewed: Event) -> None:
    message = compose(replace(renewed, message="{{ 7 * 7 }} <b>"), "en")

    assert "{{ 7 * 7 }} <b>" in message.body


def test_an_unknown_language_is_named(renewed: Event) -> None:
    with pytest.raises(ValueError, match=r"no such language: 'tlh'; languages are en, ja"):
        compose(renewed, "tlh")


@pytest.mark.parametrize(
    ("language", "idle"),
    [("en", "nothing to do"), ("ja", "特に"), ("zh-CN", "无需"), ("zh-TW", "不需要")],
)
def test_nobody_who_is_to_act_is_told_to_do_nothing(language: str, idle: str) -> None:
    """A renewal that stays inactive past its time asks its owner to call the provider."""
    waits = Event("renewal_pending", "家族", "ドコモ", NOW, message="paid")
    assert idle in compose(waits, language).body
    asks = replace(waits, action="ask the provider, then say it")
    assert idle not in compose(asks, language).body
    assert "\nask the provider, then say it\n" in compose(asks, language).body
