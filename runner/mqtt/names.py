"""What lines are called at the broker and in Home Assistant."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from runner.config.monitoring import MqttEntry
from runner.views.lines import LineNow
from runner.views.names import masked

SHOWN = 4
"""Digits of a number that are shown where a line has no title; see `name_of`."""
_NUMBER = re.compile(r"\+?[0-9][0-9 ().-]{5,}[0-9]")


@dataclass(frozen=True, slots=True)
class Topics:
    """Where things stand at the broker."""

    base: str
    prefix: str

    @classmethod
    def of(cls, entry: MqttEntry) -> Topics:
        return cls(entry.topic, entry.discovery_prefix)

    @property
    def status(self) -> str:
        """Whether kigen is there: `online` or `offline`."""
        return f"{self.base}/status"

    def state(self, line: str) -> str:
        """What is known of a line, by its id."""
        return f"{self.base}/{line}/state"

    def discovery(self, line: str) -> str:
        """What Home Assistant learns of it as a device.

        The base is in the name, so that two kigens at one broker do not meet.
        """
        return f"{self.prefix}/device/{self.unique(line)}/config"

    def unique(self, line: str) -> str:
        """An id that no other device has."""
        return f"{self.base.replace('/', '_')}_{line}"


def id_of(account: str, line: str) -> str:
    """The id of a line: the account's name, and a sum that stands for the line's.

    A line is mostly called by its number, and topics are read by everybody at the broker.
    """
    number = hashlib.sha256(f"{account}\n{line}".encode()).hexdigest()[:8]
    return f"{re.sub(r'[^A-Za-z0-9_-]', '_', account)}_{number}"


def name_of(now: LineNow) -> str:
    """What its owner calls it: its title, else the account and the last digits of its number."""
    if now.line.title:
        return masked(now.line.title)
    line, account = now.line.name, now.account.name
    if not _NUMBER.fullmatch(line):
        return line if line == account else f"{account} {masked(line)}"
    return f"{account} …{re.sub(r'[^0-9]', '', line)[-SHOWN:]}"
