"""What is light stays light: heavy libraries load when first needed, and usual texts read fast."""

import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from runner.values.context import ReadAs
from runner.values.read import read

HEAVY = ("dateparser", "babel", "price_parser", "phonenumbers")


@pytest.mark.parametrize("module", ["money", "data", "secret", "read", "format"])
def test_importing_loads_no_heavy_library(module: str) -> None:
    code = f"import sys, runner.values.{module}; print([m for m in {HEAVY} if m in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("date", "2026年11月20日"),
        ("money", "2,345円"),
        ("data", "残り3.25GB"),
        ("date", "20 Nov 2026"),
    ],
)
def test_usual_texts_read_in_well_under_5_ms(kind: str, text: str) -> None:
    how = ReadAs(datetime(2026, 11, 21, tzinfo=UTC), "ja-JP")
    read(kind, text, how)
    times = []
    for _ in range(20):
        started = time.perf_counter()
        read(kind, text, how)
        times.append(time.perf_counter() - started)
    # The best of several: another program on the machine says nothing about this one.
    assert min(times) < 0.002
