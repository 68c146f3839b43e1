"""Policies and schedules in sentences."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from runner.config.model import Account, Caps, Line, Plan
from runner.config.schedule import parse_schedule
from runner.flow.choice import Choice
from runner.flow.expressions import Expression
from runner.values.format import LANGUAGES
from runner.values.money import Money
from runner.views import words as words_module
from runner.views.condition import in_words
from runner.views.policy import policy_in_words, schedule_in_words
from runner.views.words import words
from tests.schedule.lines import account, flow

yen = Money.parse
SITE = flow("softbank-prepaid", "Asia/Tokyo")


def told(
    owned: Account, line: Line | None = None, language: str = "en", caps: Caps | None = None
) -> str:
    return policy_in_words(owned, line or owned.lines[0], SITE, caps or Caps(), language)


def test_a_policy_is_a_sentence() -> None:
    owned = account(
        "softbank-prepaid", "days_left <= 7", "1GB", "1100 JPY", approve="above 2000 JPY"
    )
    line = replace(owned.lines[0], caps=Caps(renewal=yen("1500 JPY")))
    assert told(owned, line) == (
        "Renewed once it has 7 days or less left, with plan “1GB” for ¥1,100. "
        "Above ¥2,000 you are asked first. At most ¥1,500 a renewal."
    )
    assert told(owned, line, "ja") == (
        "残り日数が7日以下になると、プラン「1GB」を1,100円で更新します。"
        "2,000円を超える場合は、先に承認をお願いします。上限：1回の更新につき1,500円。"
    )
    assert told(owned, line, "zh-CN") == (
        "剩余时间不超过 7 天时，以 JP¥1,100 续期套餐“1GB”。"
        "超过 JP¥2,000 时，会先请您批准。上限：每次续期 JP¥1,500。"
    )
    assert told(owned, line, "zh-TW") == (
        "剩餘時間不超過 7 天時，以 ¥1,100 續期方案「1GB」。"
        "超過 ¥2,000 時，會先請您核准。上限：每次續期 ¥1,500。"
    )


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("days_left < 1", "it has less than 1 day left"),
        ("days_left<=1", "it has 1 day or less left"),
        (
            "days_left <= 3 or balance < 500 JPY or data_left < 1 GB",
            "it has 3 days or less left or its balance is below ¥500 or it has less than 1 GB of data left",
        ),
        (
            "days_left <= 3 and minutes_left < 10",
            "it has 3 days or less left and it has less than 10 minutes to talk left",
        ),
        ("days_since_paid >= 150", "its last payment is 150 days or more ago"),
        ("points > 3", "`points > 3` holds"),
        ("days_left <= 2.5", "`days_left <= 2.5` holds"),
        ("balance < 5", "`balance < 5` holds"),
        ("not renewing", "`not renewing` holds"),
        ("days_left <= 3 or points > 3", "it has 3 days or less left or `points > 3` holds"),
        ("a < 1 and (b < 2 or c < 3)", "`a < 1 and (b < 2 or c < 3)` holds"),
        ("a < 1 and b < 2 or c < 3", "`a < 1 and b < 2 or c < 3` holds"),
    ],
)
def test_conditions_are_said_or_stand_as_they_were_written(condition: str, said: str) -> None:
    assert in_words(Expression.parse(condition), "en") == said


def test_what_keeps_a_line_from_being_renewed_is_said() -> None:
    owned = account("softbank-prepaid", "days_left <= 7")
    line = owned.lines[0]
    assert told(owned, replace(line, policy=None)).startswith("Only read")
    assert "No plan is set" in told(owned, replace(line, plan=None))
    unpriced = replace(line, plan=Plan(name="1GB"))
    assert "nothing is paid by itself" in told(owned, unpriced)
    rule = Plan(choose=Choice.parse("cheapest with days >= 30"), price=yen("1500 JPY"))
    assert "“cheapest with days >= 30” finds, for ¥1,500 at most" in told(
        owned, replace(line, plan=rule)
    )
    manual = account("manual", "days_left <= 7")
    site = flow("manual", "Asia/Tokyo")
    assert policy_in_words(manual, manual.lines[0], site, Caps(), "en") == (
        "You renew it yourself. You are reminded once it has 7 days or less left."
    )


def test_all_caps_are_said() -> None:
    month = Caps(day=yen("900 JPY"), month=yen("5000 JPY"))
    owned = account("softbank-prepaid", "days_left <= 7", caps=month, approve="above 0 JPY")
    said = told(owned, caps=Caps(month=yen("9000 JPY")))
    assert "You are asked before every payment." in said
    assert "The account as a whole: at most ¥900 a day, ¥5,000 a month." in said
    assert "All accounts together: at most ¥9,000 a month." in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_schedules_are_sentences(language: str) -> None:
    written = (
        None, "daily at 09:30", "daily at 09:30..10:30", "adaptive", "every 6 hours",
        {"cron": "1 2 * * *"},
    )  # fmt: skip
    parsed = [None if one is None else parse_schedule(one) for one in written]
    said = [schedule_in_words(one, language) for one in parsed]
    assert len(set(said)) == len(written)
    assert not any("{" in one for one in said)


def test_all_languages_have_the_same_words() -> None:
    keys = {language: set(words(language)) for language in LANGUAGES}
    assert all(found == keys["en"] for found in keys.values()), keys
    folder = Path(words_module.__file__).parent / "words"
    for language in LANGUAGES:
        raw = yaml.safe_load((folder / f"{language}.yaml").read_text("utf-8"))
        assert all(isinstance(text, str) and text for text in raw.values())
