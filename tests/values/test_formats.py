"""What sites print, one case a string: see formats.yaml."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from runner.values.context import ReadAs
from runner.values.errors import Unreadable
from runner.values.read import READERS, read, to_json

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
CASES = yaml.safe_load((Path(__file__).parent / "formats.yaml").read_text("utf-8"))


def _fails(case: dict[str, Any]) -> bool:
    return isinstance(case["is"], dict) and "error" in case["is"]


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case['kind']}:{ascii(case['text'])[1:-1]}"
)
def test_what_sites_print(case: dict[str, Any]) -> None:
    how = ReadAs(NOW, case.get("locale", "ja-JP"))
    expected = case["is"]
    if _fails(case):
        with pytest.raises(Unreadable) as caught:
            read(case["kind"], case["text"], how, **case.get("options", {}))
        assert expected["error"] in caught.value.reason
        assert caught.value.kind == case["kind"]
    else:
        assert to_json(read(case["kind"], case["text"], how, **case.get("options", {}))) == expected


def test_every_kind_has_a_case_that_reads() -> None:
    readable = {case["kind"] for case in CASES if not _fails(case)}
    assert readable == set(READERS)


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(ValueError, match="there is no kind `mony`"):
        read("mony", "1円", ReadAs(NOW))


def test_a_moment_without_zone_is_in_the_sites() -> None:
    utc = NOW.astimezone(ZoneInfo("UTC"))
    assert (
        read("datetime", "2022-01-01 00:00:00", ReadAs(utc)).isoformat()
        == "2022-01-01T00:00:00+00:00"
    )


def test_a_leap_day_without_year_is_found_only_near_one() -> None:
    before = datetime(2028, 1, 15, tzinfo=NOW.tzinfo)
    assert read("date", "2月29日", ReadAs(before, "ja-JP")).isoformat() == "2028-02-29"
    with pytest.raises(Unreadable):
        read("date", "2月29日", ReadAs(NOW, "ja-JP"))


def test_new_year_is_crossed_both_ways() -> None:
    january = datetime(2027, 1, 3, tzinfo=NOW.tzinfo)
    assert read("date", "12月28日", ReadAs(january, "ja-JP")).isoformat() == "2026-12-28"
    assert read(
        "date", "翌月末", ReadAs(datetime(2026, 12, 31, tzinfo=NOW.tzinfo), "ja-JP")
    ).isoformat() == ("2027-01-31")


def test_now_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        ReadAs(datetime(2026, 11, 21))
