"""Runs as reports tell of them: one that renewed a line, one that met a page it does not know."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from runner.ledger.records import Move
from runner.ledger.states import State
from runner.page.evidence import StepRecord
from runner.renewal.outcome import LineResult, RenewalResult, RunResult
from runner.values.data import DataVolume
from runner.values.money import Money

START = datetime(2026, 11, 21, 7, 44, 26, tzinfo=UTC)
PRICE = Money(Decimal(1100), "JPY")
MISSING = "nothing on the page matches `left`"


def png(width: int = 320, height: int = 180, grey: int = 230) -> bytes:
    """A picture of one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    rows = (b"\0" + bytes([grey]) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def example(folder: Path) -> dict[str, Any]:
    """A run that renewed a line, as `write_report` takes it; its pictures lie in the folder."""
    before = {
        "balance": Money(Decimal(3200), "JPY"),
        "expires_on": date(2026, 11, 24),
        "days_left": 3,
        "data_left": DataVolume.parse("215 MB"),
        "phone": "090-0000-4649",
    }
    after = before | {
        "balance": Money(Decimal(2100), "JPY"),
        "expires_on": date(2026, 12, 31),
        "days_left": 40,
        "data_left": DataVolume.parse("1.21 GB"),
    }
    line = LineResult(
        "data",
        "Data SIM in the router",
        before,
        after,
        "`days_left <= 5` holds (days_left = 3)",
        RenewalResult("r1", "verified", "1GB", PRICE, "20261121000001"),
        "renewed",
        "renewed for 1100 JPY: the history shows it, and the data has grown",
    )
    result = RunResult(
        "home",
        "docomo",
        "NTT docomo",
        START,
        "01KAJ7M7P3",
        "renewed",
        line.message,
        lines=[line],
        notes=["signed in"],
        seconds=8.4,
    )
    steps = [
        StepRecord("login[0]", "goto", 65, at(0.3), 1.2, "ok", "https://www.docomo.ne.jp/mydocomo/"),
        StepRecord("login[1]", "fill", 69, at(1.5), 0.3, "ok"),
        StepRecord("login[2]", "click", 75, at(1.8), 0.9, "ok"),
        StepRecord(
            "interrupts[0].do[0]", "one_time_code", 48, at(2.1), 0.6, "ok", "typed into 6 boxes"
        ),
        StepRecord("read[0]", "if", 79, at(2.9), 0.4, "ok", "then"),
        StepRecord("read[0].if.then[0]", "goto", 81, at(2.9), 0.4, "ok"),
        StepRecord("read[1]", "extract", 83, at(3.3), 0.4, "ok", "data_left: 215 MB"),
        StepRecord("renew[0]", "choose_plan", 93, at(3.9), 0.5, "ok", "1GB追加オプション for 1100 JPY"),
        StepRecord("renew[1]", "hover", 94, at(4.4), 0.0, "skipped", "not shown"),
        StepRecord(
            "renew[2]", "pay", 109, at(4.6), 2.2, "ok", "the site took the order",
            "01-confirmation.png",
        ),
        StepRecord("renew[3]", "screenshot", 111, at(6.8), 0.1, "ok", "03-receipt.png", "03-receipt.png"),
        StepRecord("history[0]", "extract_all", 125, at(7.2), 0.3, "ok", "rows: 1"),
    ]  # fmt: skip
    went = [
        (3.8, "planned", "`days_left <= 5` holds (days_left = 3)"),
        (4.6, "approved", "the price on the page is 1100 JPY, as agreed"),
        (4.7, "committing", "the paying click comes next"),
        (6.8, "confirmed", "the site took the order"),
        (8.0, "verified", "the history shows it, and the data has grown"),
    ]
    moves = {
        "r1": [
            Move("r1", number, at(seconds), None, State(state), why, None, "01KAJ7M7P3", PRICE)
            for number, (seconds, state, why) in enumerate(went, 1)
        ]
    }
    pictures = ["01-confirmation.png", "02-top_page.png", "03-receipt.png"]
    for number, name in enumerate(pictures):
        (folder / name).write_bytes(png(grey=200 + 20 * number))
    return {"result": result, "steps": steps, "moves": moves, "pictures": pictures}


def failed(folder: Path) -> dict[str, Any]:
    """A run that met a page which it does not know."""
    whole = example(folder)
    result: RunResult = whole["result"]
    steps = [*whole["steps"][:6], StepRecord("read[1]", "extract", 83, at(3.3), 5.0, "failed")]
    steps[-1].note = MISSING
    steps[-1].picture = "01-failure.png"
    (folder / "01-failure.png").write_bytes(png())
    (folder / "page.yaml").write_text(
        '# https://www.docomo.ne.jp/\n- heading "お知らせ" [level=1]\n'
    )
    (folder / "console.txt").write_text("error: Failed to load resource: 404\n")
    (folder / "requests.txt").write_text("\n")
    cut = replace(
        result,
        outcome="changed",
        message=MISSING,
        hint="run `kigen flows check docomo` and look at the picture",
        step="read[1]",
        where="docomo.yaml:83",
        lines=[LineResult("data", "Data SIM in the router", outcome="changed", message=MISSING)],
    )
    return {"result": cut, "steps": steps, "moves": {}, "pictures": ["01-failure.png"]}
