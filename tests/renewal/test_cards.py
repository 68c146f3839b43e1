"""The owner's card runs out at the end of a month of its provider's calendar."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.flow.library import Library
from runner.flow.model import Flow
from runner.page.problems import NeedsOwner
from runner.renewal.cards import check_cards
from runner.values.secret import Redactor, Secret

ROOT = Path(__file__).parents[2]
CARD = {"card_expiry": Secret("11/26")}


@pytest.fixture(scope="module")
def flow() -> Flow:
    """Of a provider in California, eight hours behind UTC."""
    return Library([ROOT]).load("ultra-mobile").flow


def test_it_is_good_to_the_last_evening_there(flow: Flow) -> None:
    check_cards(flow, CARD, datetime(2026, 12, 1, 7, 59, tzinfo=UTC), Redactor())


def test_then_it_has_run_out(flow: Flow) -> None:
    with pytest.raises(NeedsOwner, match="this card has run out"):
        check_cards(flow, CARD, datetime(2026, 12, 1, 8, 0, tzinfo=UTC), Redactor())
