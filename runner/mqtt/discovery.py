"""A line as a device that Home Assistant discovers: one message with all its sensors.

The form is that of https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload; classes,
units and state classes go together as in
https://developers.home-assistant.io/docs/core/entity/sensor#available-device-classes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from runner.ledger.records import OUTCOMES
from runner.mqtt.names import Topics, id_of, name_of
from runner.mqtt.states import gibibytes
from runner.views.lines import LineNow

STALE = 2 * 24 * 60 * 60
"""Seconds. What was not said again within them is not shown as if it were of today: it may be that
nothing runs any more, and without a daemon the broker can't know."""

Component = dict[str, Any]


def discovery_of(now: LineNow, topics: Topics, version: str) -> str:
    """The message, as JSON. A sensor is left out where the line has shown no such thing."""
    line = id_of(now.account.name, now.line.name)
    unique = topics.unique(line)
    return json.dumps(
        {
            "device": {
                "identifiers": [unique],
                "name": name_of(now),
                "manufacturer": now.account.flow,
                "model": now.account.name,
                "sw_version": version,
            },
            "origin": {"name": "kigen", "sw_version": version},
            "availability_topic": topics.status,
            "state_topic": topics.state(line),
            "qos": 1,
            "components": {
                name: {
                    "platform": "sensor",
                    "unique_id": f"{unique}_{name}",
                    "value_template": f"{{{{ value_json.{name} }}}}",
                    **component,
                }
                for name, component in _components(now, topics.state(line))
            },
        },
        ensure_ascii=False,
    )


def _components(now: LineNow, state: str) -> Iterator[tuple[str, Component]]:
    """The sensors, each named as its value in the state."""
    yield (
        "days_left",
        {
            "name": "Days left",
            "device_class": "duration",
            "unit_of_measurement": "d",
            "state_class": "measurement",
            "suggested_display_precision": 0,
            "expire_after": STALE,
        },
    )
    yield "expires_on", {"name": "Expires on", "device_class": "date"}
    balance = now.reading.balance if now.reading is not None else None
    if balance is not None:
        yield (
            "balance",
            {
                "name": "Balance",
                "device_class": "monetary",
                "unit_of_measurement": balance.currency,
                "state_class": "total",
            },
        )
    if now.reading is not None and gibibytes(now.reading.data_left) is not None:
        yield (
            "data_left",
            {
                "name": "Data left",
                "device_class": "data_size",
                "unit_of_measurement": "GiB",
                "state_class": "measurement",
                "suggested_display_precision": 2,
            },
        )
    yield (
        "last_outcome",
        {"name": "Last outcome", "device_class": "enum", "options": list(OUTCOMES)},
    )
    yield "last_run", {"name": "Last run", "device_class": "timestamp"}
    yield "next_run", {"name": "Next run", "device_class": "timestamp"}
    yield (
        "problem",
        {
            "platform": "binary_sensor",
            "name": "Problem",
            "device_class": "problem",
            "json_attributes_topic": state,
            "json_attributes_template": "{{ {'danger': value_json.danger} | tojson }}",
            "expire_after": STALE,
        },
    )
