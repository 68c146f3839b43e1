"""What each flow is tried with by night. A provider's class says where its portal is to fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from tests.e2e.world import World


@dataclass(frozen=True)
class Trouble:
    """What a portal does to the order, and how the run ends that meets it."""

    outcome: str
    fault: str
    options: dict[str, Any]

    def __str__(self) -> str:
        return "-".join([self.fault, *map(str, self.options.values())])


def trouble(outcome: str, fault: str, **options: Any) -> Trouble:
    """`options` are the fault's own: the page, the price."""
    return Trouble(outcome, fault, options)


@pytest.mark.nightly
class EverySite:
    """Tests of one account with one line, which is due and costs `charge`."""

    charge: ClassVar[str]
    lost: ClassVar[tuple[str, str]]
    """The page that holds the receipt, and whether it is lost before or after the portal has made it."""
    ends_at: ClassVar[tuple[str, ...]]
    """Pages at which a session can end under the order."""
    troubles: ClassVar[tuple[Trouble, ...]]
    """What costs nothing."""
    hurried: ClassVar[bool] = False
    """Whether the flow's own patience is too long for a night, where something never comes."""

    @pytest.fixture
    def site(self, world: World) -> World:
        """The account; a provider's class makes it."""
        raise NotImplementedError

    def test_the_receipt_is_lost_and_the_history_finds_it(self, site: World) -> None:
        if self.hurried:
            site.hurry()
        page, when = self.lost
        site.fault("drop", path=page, when=when)
        site.run("payment_unknown")
        site.clear()
        site.run("renewed")
        assert site.charges == [self.charge]
        assert site.moves()[0][-1] == "verified"

    def test_a_session_that_ends_on_the_way(self, site: World, page: str) -> None:
        site.fault("session_expiry", path=page, count=1)
        told = site.run("renewed")
        assert "signed in again" in " ".join(told.json["notes"])
        assert site.charges == [self.charge]

    def test_what_the_site_says_to_it(self, site: World, met: Trouble) -> None:
        if self.hurried and met.outcome == "changed":
            site.hurry()
        site.fault(met.fault, **met.options)
        site.run(met.outcome)
        assert site.charges == []


@pytest.mark.nightly
class EverySiteWithPassword(EverySite):
    """The same, signed in to by password."""

    def test_a_wrong_password_is_tried_once(self, site: World) -> None:
        site.config["credentials"]["password"] = {"command": ["printf", "not-the-password"]}
        site.run("rejected")
        site.run("rejected")
        assert site.events("wrong_password") == 1
        assert site.charges == []


class MonthlyList(EverySiteWithPassword):
    """The same, where past payments are listed month by month."""

    active_within: ClassVar[tuple[str, str]]
    """What in the flow is replaced, and by what, for data that must show within a moment."""

    @pytest.mark.parametrize(("short", "outcome"), [("no", "renewed"), ("yes", "payment_unknown")])
    def test_only_a_list_that_goes_back_far_enough_proves_that_nothing_was_charged(
        self, site: World, short: str, outcome: str
    ) -> None:
        """On the first of a month, one of this month alone is empty whatever came the day before."""
        site.hurry()
        flow = site.folder / "flows" / f"{site.name}.yaml"
        flow.write_text(flow.read_text().replace(*self.active_within))
        site.set("short_list", short)
        site.fault("drop", path=self.lost[0], when="before")
        site.run("payment_unknown")
        site.clear()
        site.run(outcome)
        assert site.charges == ([self.charge] if outcome == "renewed" else [])


class OrderAtSoftBank(EverySiteWithPassword):
    """Data ordered on the pages that SoftBank's brands share."""

    charge = "550 JPY"
    lost = ("*/order/complete", "after")
    ends_at = ("*/order/confirm",)
    troubles = (
        trouble("declined", "declined"),
        trouble("needs_you", "sold_out"),
        trouble("needs_you", "wrong_code"),
        trouble("maintenance", "maintenance"),
        trouble("too_expensive", "price"),
    )
