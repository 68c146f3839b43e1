"""Signed-in browsers. A session's id is known to its browser alone; its hash is what is kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from runner.web.kept import Kept
from runner.web.who import Who

IDLE = timedelta(days=7)
"""A session that is not used ends."""
LONGEST = timedelta(days=30)
"""Every session ends, however much it is used."""
MOST = 50
"""Sessions at a time. With one more, the one that was not used for longest ends."""
_NOTED_EVERY = timedelta(minutes=10)
"""That a session was used is written down at most so often."""


class LinkUsed(Exception):
    """The sign-in link has been used already."""


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. `digest`: of its id."""

    digest: str
    began_at: datetime
    seen_at: datetime


class Sessions:
    """All sessions of a home; they outlive the process. `folder` is the state folder."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self._kept, self._clock = Kept(folder / "dashboard" / "sessions.json"), clock

    def begin(self, name: str, bound_to: str, link: str | None = None) -> str:
        """A new session; gives its id. It holds while `bound_to`, the fingerprint of the password,
        stays the same. `link`: by which one-time link. Raises LinkUsed."""
        id, now = secrets.token_urlsafe(32), self._clock()
        with self._kept.changed() as kept:
            sessions, links = self._parts(kept)
            if link is not None:
                if link in links:
                    raise LinkUsed
                links[link] = now.isoformat()
            for old in sorted(sessions, key=lambda one: sessions[one]["seen_at"])[: -MOST + 1]:
                del sessions[old]
            sessions[digest(id)] = {
                "name": name, "bound_to": bound_to,
                "began_at": now.isoformat(), "seen_at": now.isoformat(),
            }  # fmt: skip
        return id

    def all(self, bound_to: str) -> list[Session]:
        """Those that hold, the one that was used last first."""
        now = self._clock()
        found = [
            Session(
                key,
                datetime.fromisoformat(one["began_at"]),
                datetime.fromisoformat(one["seen_at"]),
            )
            for key, one in self._kept.read().get("sessions", {}).items()
            if one["bound_to"] == bound_to and _alive(one, now)
        ]
        return sorted(found, key=lambda one: one.seen_at, reverse=True)

    def used(self, link: str) -> bool:
        """Whether a one-time link has begun a session."""
        return link in self._kept.read().get("links", {})

    def who(self, id: str, bound_to: str) -> Who | None:
        """Whose session this is; None where it has ended, or never was."""
        own, now = digest(id), self._clock()
        found = self._kept.read().get("sessions", {}).get(own)
        if found is None or found["bound_to"] != bound_to or not _alive(found, now):
            return None
        if now - datetime.fromisoformat(found["seen_at"]) >= _NOTED_EVERY:
            with self._kept.changed() as kept:
                if own in (sessions := self._parts(kept)[0]):
                    sessions[own]["seen_at"] = now.isoformat()
        return Who(found["name"], "session", bound=own)

    def end(self, id: str) -> None:
        """Sign this browser out."""
        with self._kept.changed() as kept:
            self._parts(kept)[0].pop(digest(id), None)

    def end_all(self) -> None:
        """Sign every browser out."""
        with self._kept.changed() as kept:
            self._parts(kept)[0].clear()

    def _parts(self, kept: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Sessions and used links, without those whose time is over."""
        now = self._clock()
        sessions = {key: one for key, one in kept.get("sessions", {}).items() if _alive(one, now)}
        links = {
            key: at
            for key, at in kept.get("links", {}).items()
            if now - datetime.fromisoformat(at) < LONGEST
        }
        kept["sessions"], kept["links"] = sessions, links
        return sessions, links


def digest(id: str) -> str:
    """What is kept of an id."""
    return hashlib.sha256(id.encode("utf-8", "surrogatepass")).hexdigest()


def _alive(session: dict[str, str], now: datetime) -> bool:
    began, seen = (datetime.fromisoformat(session[key]) for key in ("began_at", "seen_at"))
    return now - began < LONGEST and now - seen < IDLE
