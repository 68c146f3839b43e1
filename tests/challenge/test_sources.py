"""Each source on this machine: an authenticator, a command, a file, the terminal."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runner.challenge.codes import Asked, Unusable
from runner.challenge.sources import CommandSource, FileSource, PromptSource, TotpSource
from runner.values.authenticator import Authenticator
from tests.challenge.sources import first, next_text

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXP"


def totp(text: str, now: datetime = NOW) -> TotpSource:
    return TotpSource(lambda: Authenticator.parse(text), lambda: now)


def test_an_authenticator_gives_the_code_of_the_moment() -> None:
    assert first(totp(SECRET), NOW) == [Authenticator.parse(SECRET).code(NOW)]


def test_an_authenticator_gives_the_next_code_when_its_time_comes() -> None:
    began, loop_began = NOW.replace(second=29, microsecond=900_000), []

    async def two() -> list[str | None]:
        loop = asyncio.get_running_loop()
        loop_began.append(loop.time())

        def clock() -> datetime:
            return began + timedelta(seconds=loop.time() - loop_began[0])

        source = TotpSource(lambda: Authenticator.parse(SECRET), clock)
        found: list[str | None] = []
        async with aclosing(source.texts(Asked(6, began, began))) as texts:
            async for text in texts:
                found.append(text)
                if len(found) == 2:
                    break
        return found

    app = Authenticator.parse(SECRET)
    assert asyncio.run(two()) == [app.code(NOW), app.code(NOW + timedelta(seconds=30))]


def test_an_authenticator_whose_codes_do_not_fit_is_told() -> None:
    address = f"otpauth://totp/x?secret={SECRET}&digits=8"
    with pytest.raises(Unusable, match="8 digits; the page takes 6"):
        first(totp(address), NOW)
    with pytest.raises(Unusable, match="not base32"):
        first(totp("not a secret 189"), NOW)


def test_a_command_knows_since_when_and_its_pattern_is_used() -> None:
    words = [
        sys.executable,
        "-c",
        "import os; print('to 999999:', os.environ['KIGEN_SINCE'][:4] + '56')",
    ]
    source = CommandSource(words, dict(os.environ), re.compile(r": (\d+)"))
    assert first(source, NOW) == ["202656"]


def test_a_command_that_fails_is_told() -> None:
    source = CommandSource([sys.executable, "-c", "raise SystemExit(3)"], dict(os.environ))
    with pytest.raises(ValueError, match="ended with 3"):
        first(source, NOW)


def test_only_a_file_written_since_the_request_counts(tmp_path: Path) -> None:
    file = tmp_path / "code.txt"
    source = FileSource(file)
    assert first(source, NOW) == [None]
    file.write_text("code 123456\n")
    os.utime(file, (NOW.timestamp() - 5, NOW.timestamp() - 5))
    assert first(source, NOW) == [None]
    later = (NOW + timedelta(seconds=5)).timestamp()
    os.utime(file, (later, later))
    assert first(source, NOW, count=2) == ["code 123456", None]


def test_a_file_that_is_no_code_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "code.txt"
    file.write_bytes(b"1" * 70_000)
    with pytest.raises(ValueError, match="too large"):
        first(FileSource(file), NOW)


def test_the_terminal_is_asked_again_only_where_the_answer_was_of_no_use() -> None:
    questions: list[str] = []

    def ask(question: str) -> str:
        questions.append(question)
        return f"{len(questions)}23456"

    source = PromptSource("docomo", ask)
    assert asyncio.run(next_text(source, NOW)) == "123456"
    assert len(questions) == 1
    assert questions[0] == "docomo: the site asks for a code of 6 digits: "
    assert first(PromptSource("docomo", ask), NOW, count=4) == [None, "223456", None, "323456"]


def test_where_nobody_sits_at_the_terminal_nobody_is_asked() -> None:
    def ask(_: str) -> str:
        raise EOFError

    with pytest.raises(Unusable, match="nobody can be asked"):
        asyncio.run(next_text(PromptSource("docomo", ask), NOW))
