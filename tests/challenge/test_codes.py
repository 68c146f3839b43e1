"""Codes come from the sources in their order; a used one is not handed out again."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runner.challenge.codes import CodeSources, NoCode, Source, find_code
from runner.challenge.sources import CommandSource, FileSource, PromptSource, TotpSource
from runner.values.secret import Redactor, Secret

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@dataclass
class Phone:
    """Gives one text after another."""

    texts: list[str | None]
    name: str = "phone"
    asked: int = field(default=0)

    async def text(self, since: datetime) -> str | None:
        self.asked += 1
        return self.texts.pop(0) if len(self.texts) > 1 else self.texts[0]


async def _at_once(_: float) -> None:
    await asyncio.sleep(0)


def get(*sources: Source, digits: int = 6, pattern: str | None = None, within: float = 0.5) -> str:
    codes = CodeSources(sources, Redactor(), _at_once)
    found = asyncio.run(codes.get(digits=digits, pattern=pattern, since=NOW, within=within))
    return found.reveal()


@pytest.mark.parametrize(
    ("text", "digits", "code"),
    [
        ("【dアカウント】セキュリティコード：123456 他人には教えないでください", 6, "123456"),
        ("１２３４５６", 6, "123456"),
        ("au ID 確認コード 4321", 4, "4321"),
        ("Your code is 123456. Call 0120800000 if it was not you.", 6, "123456"),
        ("1234567", 6, None),
        ("code 123456 or 654321", 6, None),
        ("123456 … again: 123456", 6, "123456"),
        ("no code here", 6, None),
    ],
)
def test_the_code_in_a_message(text: str, digits: int, code: str | None) -> None:
    assert find_code(text, digits) == code


def test_a_pattern_says_which_number_is_the_code() -> None:
    text = "code 111111, receipt 222222"
    assert find_code(text, 6, r"receipt (\d+)") == "222222"
    assert find_code(text, 6, r"invoice (\d+)") is None


def test_sources_are_asked_in_their_order_until_one_has_a_code() -> None:
    assert get(Phone([None]), Phone(["234567"])) == "234567"
    first, second = Phone(["123456"]), Phone(["234567"])
    assert get(first, second) == "123456"
    assert second.asked == 0


def test_a_code_that_comes_late_is_waited_for() -> None:
    assert get(Phone([None, None, None, "123456"])) == "123456"


def test_a_used_code_is_not_handed_out_again() -> None:
    redactor = Redactor()
    codes = CodeSources([Phone(["123456", "123456", "654321"])], redactor, _at_once)

    async def twice() -> list[str]:
        found = [await codes.get(digits=6, pattern=None, since=NOW, within=0.5) for _ in range(2)]
        return [code.reveal() for code in found]

    assert asyncio.run(twice()) == ["123456", "654321"]
    assert "123456" not in redactor.mask("the code was 123456")


def test_without_a_code_in_time_it_says_where_it_looked_and_why() -> None:
    broken = CommandSource([sys.executable, "-c", "raise SystemExit(3)"], dict(os.environ))
    with pytest.raises(NoCode, match="ended with 3"):
        get(Phone([None]), broken, within=1.0)
    with pytest.raises(NoCode, match="no `codes:`"):
        get()


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")]
)
def test_an_authenticator_keeps_to_rfc_6238(seconds: int, code: str) -> None:
    """The test vectors of RFC 6238, appendix B, cut to six digits; spaces and lower case are taken."""
    secret = "gezd gnbv gy3t qojq gezd gnbv gy3t qojq"
    now = datetime.fromtimestamp(seconds, UTC)
    assert get(TotpSource(lambda: Secret(secret), lambda: now)) == code


def test_a_short_secret_is_taken_and_a_wrong_one_is_told() -> None:
    assert len(get(TotpSource(lambda: Secret("JBSWY3DPEHPK3PXP"), lambda: NOW))) == 6
    with pytest.raises(NoCode, match="not base32"):
        get(TotpSource(lambda: Secret("not a secret 189"), lambda: NOW), within=0.1)


def test_a_command_knows_since_when_and_its_pattern_is_used() -> None:
    words = [
        sys.executable,
        "-c",
        "import os; print('to 999999:', os.environ['KIGEN_SINCE'][:4] + '56')",
    ]
    source = CommandSource(words, dict(os.environ), re.compile(r": (\d+)"))
    assert get(source, within=5) == "202656"


def test_only_a_file_written_since_the_request_counts(tmp_path: Path) -> None:
    file = tmp_path / "code.txt"
    source = FileSource(file)
    assert asyncio.run(source.text(NOW)) is None
    file.write_text("code 123456\n")
    os.utime(file, (NOW.timestamp() - 5, NOW.timestamp() - 5))
    assert asyncio.run(source.text(NOW)) is None
    later = (NOW + timedelta(seconds=5)).timestamp()
    os.utime(file, (later, later))
    assert asyncio.run(source.text(NOW)) == "code 123456"


def test_the_terminal_is_asked_once() -> None:
    questions: list[str] = []

    def ask(question: str) -> str:
        questions.append(question)
        if len(questions) > 1:
            raise EOFError
        return "123456"

    assert get(PromptSource("Code: ", ask), within=5) == "123456"
    assert questions[0] == "Code: "
