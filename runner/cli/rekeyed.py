"""Pages that go by the home's present key."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from runner.browser.keys import Keys, NoKey
from runner.config.secrets import Unresolved

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class Rekeyed:
    """An application that is made anew when the key has changed. `kigen keys rotate` may change it at
    any time, and from then on `kigen dashboard` and the links in messages go by the new one."""

    def __init__(self, keys: Keys, make: Callable[[bytes], ASGIApp]) -> None:
        """Raises NoKey, and what `make` raises."""
        self._keys, self._make = keys, make
        self._version = keys.version
        self._key = keys.all()[0]
        self._app = make(self._key)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._keys.version != self._version:
            self._renew()
        await self._app(scope, receive, send)

    def _renew(self) -> None:
        version = self._keys.version
        try:
            key = self._keys.all()[0]
            if key != self._key:
                self._app, self._key = self._make(key), key
        except (NoKey, Unresolved):  # the pages stay as they were; the next request asks again
            return
        self._version = version
