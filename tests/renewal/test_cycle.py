"""The same need is met once; a new one is met again; what looks like the old one is asked about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from runner.flow.expressions import compile_condition
from runner.ledger.ledger import Ledger
from runner.ledger.states import State
from runner.renewal.cycle import Need, need_of
from runner.values.data import DataVolume
from runner.values.money import Money
from runner.values.read import to_json
from tests.renewal.conftest import Clock

GB = DataVolume.parse
WHEN = compile_condition("days_left <= 7 or data_left < 1 GB")
OLD, NEW = date(2026, 11, 24), date(2026, 12, 31)
TOKYO = ZoneInfo("Asia/Tokyo")


class Story:
    """Readings and payments of one line, in order, ten minutes apart."""

    def __init__(self, ledger: Ledger, clock: Clock, run_id: str) -> None:
        self.ledger, self.clock, self.run_id = ledger, clock, run_id
        self.when, self.price = WHEN, Money.parse("1100 JPY")

    def read(self, **reading: Any) -> dict[str, Any]:
        self.clock.move(minutes=10)
        expires = reading.get("expires_on")
        if expires is not None:
            reading["days_left"] = (expires - self.clock().date()).days
        kept = {name: reading.get(name) for name in ("balance", "expires_on", "days_left")}
        self.ledger.readings.add(
            self.run_id, "docomo", "main", data_left=reading.get("data_left"), **kept,
            values={name: to_json(value) for name, value in reading.items()},
        )  # fmt: skip
        return reading

    def need(self, **reading: Any) -> Need:
        found = self.read(**reading)
        return need_of(self.ledger, "docomo", "main", found, self.when, self.clock(), TOKYO)

    def renew(self, **reading: Any) -> Need:
        """Find the need and meet it."""
        need = self.need(**reading)
        assert need.doubt is None
        renewal = self.ledger.renewals.plan(
            self.run_id, "docomo", "main", need.cycle, "1GB", self.price
        )
        for state in (State.APPROVED, State.COMMITTING, State.CONFIRMED, State.VERIFIED):
            self.ledger.renewals.move(renewal.id, state, reason="test", reference="A-1")
        return need


@pytest.fixture
def story(ledger: Ledger, clock: Clock, run_id: str) -> Story:
    return Story(ledger, clock, run_id)


def test_a_need_is_one_until_it_was_seen_to_be_met(story: Story) -> None:
    low = {"expires_on": NEW, "data_left": GB("0.2 GB")}
    assert story.renew(**low).cycle == "expires 2026-12-31"
    assert story.need(**low).cycle == "expires 2026-12-31"  # the site lags behind
    story.read(expires_on=NEW, data_left=GB("1.2 GB"))
    assert story.need(expires_on=NEW, data_left=GB("0.1 GB")) == Need("expires 2026-12-31 #2")


def test_data_used_up_before_the_expiry_is_a_new_need(story: Story) -> None:
    story.renew(expires_on=OLD, data_left=GB("0.2 GB"))
    story.read(expires_on=NEW, data_left=GB("1.2 GB"))
    assert story.need(expires_on=NEW, data_left=GB("0.3 GB")) == Need("expires 2026-12-31")


def test_a_site_that_falls_back_to_an_earlier_expiry_is_in_doubt(story: Story) -> None:
    low = {"expires_on": OLD, "data_left": GB("0.2 GB")}
    story.renew(**low)
    story.read(expires_on=NEW, data_left=GB("1.2 GB"))
    need = story.need(**low)
    assert need.cycle == "expires 2026-11-24 #2"
    assert need.doubt is not None
    assert "gone back from 2026-12-31 to 2026-11-24" in need.doubt
    assert "receipt A-1" in need.doubt
    story.clock.move(days=3)  # however long it lasts
    assert story.need(**low).doubt is not None
    assert story.need(expires_on=OLD, data_left=GB("0.19 GB")).doubt is not None


def test_the_sites_own_count_of_what_was_used_explains_it(story: Story) -> None:
    story.renew(expires_on=OLD, data_left=GB("0.21 GB"), data_used=GB("4.79 GB"))
    story.read(expires_on=NEW, data_left=GB("1.21 GB"), data_used=GB("4.79 GB"))
    stale = {"expires_on": OLD, "data_left": GB("0.21 GB"), "data_used": GB("4.79 GB")}
    assert story.need(**stale).doubt is not None
    some = stale | {"data_used": GB("5.2 GB")}
    assert story.need(**some).doubt is not None
    used_up = stale | {"data_used": GB("5.79 GB")}
    assert story.need(**used_up) == Need("expires 2026-11-24 #2")


def test_the_very_figures_from_before_are_in_doubt_for_a_day(story: Story) -> None:
    """A plan that leaves the expiry as it is: only the amount tells."""
    low = {"expires_on": NEW, "data_left": GB("0.2 GB")}
    story.renew(**low)
    story.read(expires_on=NEW, data_left=GB("1.2 GB"))
    assert "the same figures" in str(story.need(**low).doubt)
    assert story.need(**low | {"data_left": GB("0.19 GB")}).doubt is None
    story.clock.move(hours=24)
    assert story.need(**low) == Need("expires 2026-12-31 #2")


def test_without_an_expiry_the_balance_tells(story: Story) -> None:
    when = compile_condition("balance < 500 JPY")
    yen = Money.parse

    def need(balance: str) -> Need:
        found = story.read(balance=yen(balance))
        return need_of(story.ledger, "docomo", "main", found, when, story.clock(), TOKYO)

    story.renew(balance=yen("120 JPY"))
    assert need("120 JPY") == Need("no expiry")
    need("3120 JPY")
    assert need("120 JPY").doubt is not None
    assert need("90 JPY") == Need("no expiry #2")


ACTIVE = compile_condition("service == 'active'")


def test_a_pause_that_has_ended_by_itself_is_a_new_need_each_time(story: Story) -> None:
    """Such a line shows a date while it is paused, and none when it is to be paused again."""
    story.when, story.price = ACTIVE, Money.parse("0 USD")
    assert story.renew(service="active").cycle == "no expiry"
    assert story.need(service="active") == Need("no expiry"), "not yet seen to be paused"
    ends = story.clock().date() + timedelta(days=92)
    story.read(service="paused", expires_on=ends)
    story.clock.move(days=93)
    assert story.renew(service="active").cycle == "no expiry #2"
    story.read(service="paused", expires_on=story.clock().date() + timedelta(days=92))
    story.clock.move(days=93)
    assert story.need(service="active") == Need("no expiry #3")


def test_a_pause_that_somebody_has_ended_is_asked_about(story: Story) -> None:
    """Its owner may need the line."""
    story.when, story.price = ACTIVE, Money.parse("0 USD")
    story.renew(service="active")
    story.read(service="paused", expires_on=story.clock().date() + timedelta(days=92))
    story.clock.move(days=30)
    assert "has ended before its day" in (story.need(service="active").doubt or "")


def test_a_need_for_minutes_is_met_again_when_they_run_out_again(story: Story) -> None:
    """What a policy asks for beside date, balance and data is remembered with its readings, too."""
    story.when = compile_condition("minutes_left < 10 and tariff_ends > today")
    ends = date(2027, 12, 31)
    assert story.renew(minutes_left=5, tariff_ends=ends) == Need("no expiry")
    story.read(minutes_left=120, tariff_ends=ends)
    story.clock.move(days=3)
    assert story.need(minutes_left=4, tariff_ends=ends) == Need("no expiry #2")


def test_the_day_of_a_reading_is_the_provider_s(story: Story) -> None:
    """Between midnight and 9:00 in Tokyo it is still the day before in UTC: by that day the line is not
    due, and would seem to be in need anew for the rest of its own day.
    """
    story.when = compile_condition("today.day == 1")
    story.clock.now = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    assert story.renew(balance=Money.parse("120 JPY")) == Need("no expiry")
    assert story.need(balance=Money.parse("3120 JPY")) == Need("no expiry")
    story.clock.move(days=1)
    story.read(balance=Money.parse("3000 JPY"))
    story.clock.move(days=30)
    assert story.need(balance=Money.parse("900 JPY")) == Need("no expiry #2")


@pytest.mark.parametrize(("hour", "asked"), [(14, True), (16, False)])
def test_the_last_day_of_a_pause_begins_at_the_provider_s_midnight(
    story: Story, hour: int, asked: bool
) -> None:
    story.when, story.price = ACTIVE, Money.parse("0 JPY")
    story.renew(service="active")
    story.read(service="paused", expires_on=date(2026, 12, 1))
    story.clock.now = datetime(2026, 11, 30, hour, 0, tzinfo=UTC)
    assert (story.need(service="active").doubt is not None) == asked
