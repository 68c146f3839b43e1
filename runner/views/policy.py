"""When a line is renewed, how and for how much at most; and when its account runs: in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import TYPE_CHECKING

from runner.config.cron import Cron
from runner.config.model import Account, Caps, Line, Policy
from runner.config.schedule import Adaptive, Daily, Schedule
from runner.renewal.by_owner import reminds_when
from runner.values.format import show
from runner.views.condition import in_words
from runner.views.words import words

if TYPE_CHECKING:
    from runner.flow.model import Flow


def policy_in_words(
    account: Account, line: Line, flow: Flow | None, workspace: Caps, language: str
) -> str:
    """All that decides about a line's renewal. `flow` None: it can't be read now."""
    said = words(language)
    if flow is not None and flow.kept_by == "owner":
        return said["by_owner"].format(when=in_words(reminds_when(line), language))
    if line.policy is None or line.policy.when is None:
        return said["read_only"]
    parts = [
        _renewal(line, line.policy, flow, language),
        *_approval(line.policy, language),
        *_caps("at_most", line.caps, language),
        *_caps("at_most_account", account.caps, language),
        *_caps("at_most_workspace", workspace, language),
    ]
    return reduce(lambda a, b: said["joined"].format(a=a, b=b), parts)


def schedule_in_words(schedule: Schedule | None, language: str) -> str:
    """When an account runs by itself. Times are the provider's."""
    said = words(language)
    if schedule is None:
        return said["by_hand"]
    if isinstance(schedule, Cron):
        return said["cron"].format(x=schedule.text)
    if isinstance(schedule, Daily | Adaptive):
        key = "adaptive" if isinstance(schedule, Adaptive) else "daily"
        if isinstance(schedule, Daily) and schedule.start != schedule.end:
            key = "daily_window"
        return said[key].format(start=f"{schedule.start:%H:%M}", end=f"{schedule.end:%H:%M}")
    return said["every"].format(gap=show(schedule.gap, language))


def _renewal(line: Line, policy: Policy, flow: Flow | None, language: str) -> str:
    assert policy.when is not None  # noqa: S101  policy_in_words() has seen to it
    said, when, plan = words(language), in_words(policy.when, language), line.plan
    if flow is not None and not flow.renew:
        return said["cannot"].format(when=when)
    if plan is None:
        return said["no_plan"].format(when=when)
    if plan.price is None:
        return said["unpriced"].format(when=when, plan=plan.known_as)
    key, price = "renewed" if plan.choose is None else "chosen", show(plan.price, language)
    told = said[key].format(when=when, plan=plan.known_as, price=price)
    if plan.tolerance is None:
        return told
    more = said["tolerance"].format(price=show(plan.tolerance, language))
    return said["joined"].format(a=told, b=more)


def _approval(policy: Policy, language: str) -> Iterator[str]:
    above = policy.approve
    if above is not None and above.amount:
        yield words(language)["approve"].format(price=show(above, language))
    elif above is not None:
        yield words(language)["approve_all"]


def _caps(key: str, caps: Caps, language: str) -> Iterator[str]:
    said = words(language)
    named = (("renewal", caps.renewal), ("day", caps.day), ("month", caps.month))
    told = [
        said[name].format(price=show(price, language)) for name, price in named if price is not None
    ]
    if told:
        listed = reduce(lambda a, b: said["list"].format(a=a, b=b), told)
        yield said[key].format(list=listed)
