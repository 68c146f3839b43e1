"""Saved sessions: what a browser must hold so that a site takes it for signed in.

The trusted device is kept apart: the cookies that a flow names under `trusted_device` live longer
than any session, and spare their owner a one-time code.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from runner.browser.keys import NoKey
from runner.browser.vault import Unopened, Vault

SESSIONS, DEVICES = "sessions", "devices"
Cookie = dict[str, Any]


@dataclass
class Saved:
    """What is put into a new browser context. `tabs`: session storage by origin.

    `signed_in_at`: when the site last took it for signed in; None: never, or only the trusted
    device is left. `notes` tell what could not be used.
    """

    state: dict[str, Any] = field(default_factory=lambda: {"cookies": [], "origins": []})
    tabs: dict[str, dict[str, str]] = field(default_factory=dict)
    signed_in_at: datetime | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Kept:
    """One account's session, for showing. Times are None where there is no such thing."""

    account: str
    signed_in_at: datetime | None
    saved_at: datetime | None
    trusted_until: datetime | None
    readable: bool = True


class SavedSessions:
    """The sessions of all accounts, in the vault."""

    def __init__(self, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._vault, self._clock = vault, clock

    def load(self, account: str) -> Saved:
        """What is saved. What can't be opened is set aside and told in `notes`; it never raises."""
        saved = Saved()
        session = self._read(SESSIONS, account, saved.notes)
        if session is not None:
            saved.state, saved.tabs = session["state"], session["tabs"]
            saved.signed_in_at = _moment(session["signed_in_at"])
        device = self._read(DEVICES, account, saved.notes) or []
        now = self._clock().timestamp()
        saved.state["cookies"] += [cookie for cookie in device if not _over(cookie, now)]
        return saved

    def save(self, account: str, saved: Saved, device: Collection[str]) -> None:
        """Keep a session; cookies of the names in `device` are kept apart. Raises NoKey."""
        cookies: list[Cookie] = saved.state["cookies"]
        trusted = [cookie for cookie in cookies if cookie["name"] in device]
        session = {
            "saved_at": self._clock().isoformat(),
            "signed_in_at": saved.signed_in_at and saved.signed_in_at.isoformat(),
            "state": {
                **saved.state,
                "cookies": [cookie for cookie in cookies if cookie["name"] not in device],
            },
            "tabs": saved.tabs,
        }
        self._vault.write(SESSIONS, account, session)
        if trusted != (self._read(DEVICES, account, []) or []):
            if trusted:
                self._vault.write(DEVICES, account, trusted)
            else:
                self._vault.remove(DEVICES, account)

    def reset(self, account: str, *, forget_device: bool) -> bool:
        """Drop a session, and the trusted device only if told so; tells whether anything went."""
        gone = self._vault.remove(SESSIONS, account)
        if forget_device:
            gone |= self._vault.remove(DEVICES, account)
        return gone

    def all(self) -> list[Kept]:
        """What is saved of every account. Raises NoKey."""
        accounts = {*self._vault.names(SESSIONS), *self._vault.names(DEVICES)}
        return [self._kept(account) for account in sorted(accounts)]

    def _kept(self, account: str) -> Kept:
        try:
            session = self._vault.read(SESSIONS, account) or {}
            device = self._vault.read(DEVICES, account) or []
        except Unopened:
            return Kept(account, None, None, None, readable=False)
        until = max((cookie["expires"] for cookie in device), default=None)
        return Kept(
            account,
            _moment(session.get("signed_in_at")),
            _moment(session.get("saved_at")),
            None if until is None or until < 0 else datetime.fromtimestamp(until, UTC),
        )

    def _read(self, kind: str, account: str, notes: list[str]) -> Any:
        try:
            return self._vault.read(kind, account)
        except Unopened as unopened:
            self._vault.set_aside(kind, account)
            notes.append(f"the saved {_WORDS[kind]} was set aside: {unopened}")
        except NoKey as none:
            notes.append(f"the saved {_WORDS[kind]} can't be used: {none}")
        return None


_WORDS: Mapping[str, str] = {SESSIONS: "session", DEVICES: "trusted device"}


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _over(cookie: Cookie, now: float) -> bool:
    return 0 <= float(cookie.get("expires", -1)) <= now
