"""How often somebody may ask. Whoever shows a right key is never slowed for the mistakes of others."""

from __future__ import annotations

import ipaddress
import time
from collections import deque
from collections.abc import Callable

MINUTE = 60.0
MOST_NAMES = 4096
"""Names that are kept in mind at a time; of more, those that were quiet longest are forgotten."""


class Rate:
    """At most so many a minute, for each name."""

    def __init__(self, most: int, seconds: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds = most, seconds
        self._times: dict[str, deque[float]] = {}

    def allow(self, name: str) -> bool:
        """Whether one more may be."""
        now = self._seconds()
        times = self._times.pop(name, None) or deque(maxlen=self._most)
        self._times[name] = times  # the ones that asked last stand at the end
        if len(self._times) > MOST_NAMES:
            del self._times[next(iter(self._times))]
        if len(times) == self._most and times[0] > now - MINUTE:
            return False
        times.append(now)
        return True


def block_of(address: str) -> str:
    """The name that an address counts under: one household has a whole /64 of IPv6."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
