"""All that is to stand at the broker: a device and a state for each line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from runner.mqtt.discovery import discovery_of
from runner.mqtt.names import Topics, id_of
from runner.mqtt.states import state_of
from runner.views.lines import LineNow


def messages(
    lines: Iterable[LineNow],
    topics: Topics,
    now: datetime,
    zone: ZoneInfo,
    version: str,
    before: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """What is to be said, by topic. `zone`: the owner's; `version`: kigen's own.

    `before`: what was said last. It stands for lines of which a run goes on: nobody wants to be told
    that the last outcome is not known, every time that something runs.
    """
    found, today = {}, now.astimezone(zone).date()
    for one in lines:
        line = id_of(one.account.name, one.line.name)
        state = topics.state(line)
        said = (before or {}).get(state) if _goes_on(one, now) else None
        found[topics.discovery(line)] = discovery_of(one, topics, version)
        found[state] = said or state_of(one, today)
    return found


def _goes_on(one: LineNow, now: datetime) -> bool:
    run = one.last_run
    return run is not None and run.outcome is None and run.deadline_at > now
