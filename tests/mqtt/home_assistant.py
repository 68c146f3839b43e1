"""A real Home Assistant, run by a Python that has it: `home_assistant.py PORT FOLDER`.

It listens to the broker, with nothing set up but MQTT. Each line on standard input is answered by one
line of JSON: what it has made of what it heard. It knows nothing of kigen.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

# This file is run by another Python, which has Home Assistant; this project's own knows no types of it.
from homeassistant import bootstrap, runner  # type: ignore[import-not-found]
from homeassistant.helpers import (  # type: ignore[import-not-found]
    device_registry,
)

ENTRY = {
    "created_at": "2026-01-01T00:00:00+00:00", "modified_at": "2026-01-01T00:00:00+00:00",
    "data": {"broker": "127.0.0.1", "discovery": True, "discovery_prefix": "homeassistant"},
    "disabled_by": None, "discovery_keys": {}, "domain": "mqtt", "entry_id": "broker",
    "minor_version": 2, "options": {}, "pref_disable_new_entities": False,
    "pref_disable_polling": False, "source": "user", "title": "broker", "unique_id": None,
    "version": 1,
}  # fmt: skip


def prepare(folder: Path, port: int) -> None:
    """Write the settings, as if somebody had clicked through them."""
    (folder / ".storage").mkdir(parents=True)
    (folder / "configuration.yaml").write_text("homeassistant: {time_zone: Asia/Tokyo}\n")
    entry = {**ENTRY, "data": {**ENTRY["data"], "port": port}}  # type: ignore[dict-item]
    stored = {
        "version": 1,
        "minor_version": 4,
        "key": "core.config_entries",
        "data": {"entries": [entry]},
    }
    (folder / ".storage/core.config_entries").write_text(json.dumps(stored))


def seen(hass: Any) -> dict[str, Any]:
    """Names of devices, and entities with their states, units and classes."""
    entities = {
        one.entity_id: [
            one.state,
            one.attributes.get("unit_of_measurement"),
            one.attributes.get("device_class"),
        ]
        for one in hass.states.async_all(("sensor", "binary_sensor"))
    }
    devices = sorted(one.name for one in device_registry.async_get(hass).devices.values())
    return {"devices": devices, "entities": entities}


async def main(port: int, folder: Path) -> None:
    prepare(folder, port)
    hass = await bootstrap.async_setup_hass(
        runner.RuntimeConfig(config_dir=str(folder), skip_pip=True)
    )
    await hass.async_start()
    while await asyncio.to_thread(sys.stdin.readline):
        await hass.async_block_till_done()
        print(json.dumps(seen(hass)), flush=True)
    await hass.async_stop()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
