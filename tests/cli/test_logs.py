"""Logs: masked wherever a secret may be, private, rotated."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import logging, sys
from pathlib import Path
from loguru import logger
from runner.cli.logs import set_up
from runner.values.secret import Redactor, Secret
redactor = Redactor()
redactor.add("pass/word-9")
set_up(Path(sys.argv[1]), redactor, largest="20 KB")
logger.info("typed {}", "pass/word-9")
logger.bind(url="https://x/?p=pass%2Fword-9", secret=Secret("other"), number=3).warning("bound {x}", x=1)
logging.getLogger("library").error("library says %s", "pass/word-9")
try:
    raise ValueError("pass/word-9")
except ValueError:
    password = "pass/word-9"
    logger.exception("raised")
for number in range(int(sys.argv[2])):
    logger.info("{}", "x" * 1000)
"""


def logged(folder: Path, filling: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), str(filling)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stderr


def test_no_secret_is_in_any_record(tmp_path: Path) -> None:
    shown = logged(tmp_path)
    text = (tmp_path / "kigen.jsonl").read_text()
    entries = [json.loads(line) for line in text.splitlines()]
    assert [entry["message"] for entry in entries] == [
        "typed •••", "bound 1", "library says •••", "raised",
    ]  # fmt: skip
    assert entries[1]["url"] == "https://x/?p=•••"
    assert entries[1]["secret"] == "•••"
    assert entries[2]["source"] == "library"
    assert "ValueError: •••" in entries[3]["exception"]
    assert "word-9" not in text
    assert "word-9" not in shown


def test_people_see_warnings_in_plain_lines(tmp_path: Path) -> None:
    lines = logged(tmp_path).splitlines()
    assert lines == ["warning: bound 1", "error: library says •••", "error: raised"]


def test_files_are_rotated_and_private(tmp_path: Path) -> None:
    logged(tmp_path, filling=60)
    files = list(tmp_path.glob("kigen*.jsonl"))
    assert len(files) > 1
    assert max(file.stat().st_size for file in files) < 25_000
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
