"""What is to be done with a line now, by what was read of it. A pure function: runs act on it, and
`kigen plan` asks it about days to come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runner.config.model import Line
from runner.flow.model import Flow
from runner.renewal.news import AUTOMATIC, MEND_IT, SWITCH_OFF, payment_trouble, renews_itself
from runner.renewal.policy import PolicyUnclear, decide, facts
from runner.renewal.quiet import QuietHours, last_day


@dataclass(frozen=True)
class Course:
    """How a run goes on with a line: `outcome` None, it is to be renewed; else how it ends.

    `why` are the figures that decided. `wait`: it is due, and held back until then. `shown`: the
    owner is to see the page.
    """

    outcome: str | None
    message: str = ""
    hint: str | None = None
    once: str | None = None
    why: str = ""
    wait: datetime | None = None
    shown: bool = False


def course_of(
    line: Line,
    flow: Flow,
    reading: Mapping[str, Any],
    now: datetime,
    quiet: QuietHours,
    *,
    read_only: bool = False,
    dry_run: bool = False,
    paused: str | None = None,
) -> Course:
    """What is to be done with a line for which nothing is open. `now` is aware.

    `paused`: why it is left as it is.
    """
    if paused is not None:
        return Course("read_only", f"{paused}: it was read, and is not renewed")
    today = now.astimezone(quiet.zone).date()
    if (told := payment_trouble(reading)) is not None:
        return Course("needs_you", told, MEND_IT, f"{line.name}/{told}/{today}", shown=True)
    if line.policy is None or line.policy.when is None:
        return Course("read_only", "read; no policy says when to renew it")
    try:
        decision = decide(line.policy.when, facts(reading, today))
    except PolicyUnclear as unclear:
        return Course("needs_you", str(unclear))
    why = decision.why
    if read_only:
        told = "read only, as asked" + (": it is due" if decision.due else "")
        return Course("read_only", told, why=why)
    if not decision.due:
        return Course("nothing_due", "nothing is due", why=why)
    if not flow.renew:
        told = "it is due, but this flow can't renew: renew it by hand"
        return Course("needs_you", told, why=why)
    if line.plan is None:
        told = "it is due, but no plan is set for it in config.yaml"
        return Course("needs_you", told, why=why)
    if renews_itself(reading):
        once = f"{line.name}/automatic"
        return Course("needs_you", AUTOMATIC, SWITCH_OFF, once, why)
    wait = None if dry_run else quiet.hold_payment(now, last_day(reading, today))
    if wait is not None:
        return Course("maintenance", held_back(quiet, wait), why=why, wait=wait)
    return Course(None, why=why)


def held_back(quiet: QuietHours, until: datetime) -> str:
    """What is said of a line that is due in the provider's quiet hours."""
    return (
        f"it is due, and waits: the provider is better left alone until {quiet.text(until)}; "
        "it is paid by a run after that"
    )
