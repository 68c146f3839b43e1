"""Somebody who reads the dashboard while a soak goes on: an owner's browser, and the owner's programs."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, Request, build_opener

if TYPE_CHECKING:
    from .place import Place

PAGES = ("/", "/runs", "/inbox", "/settings", "/access")
FOLLOWED = (r'href="(/lines/[^"#]+)"', r'href="(/runs/[0-9a-f]+)"')
"""Of the pages' links, the first line that is shown and the last run are read, too."""
FOR_PROGRAMS = ("/api/v1/lines", "/api/v1/runs", "/metrics")
_PATIENCE = 60.0


class Reader:
    """Signs in once, as its owner would, and reads everything each time that it is asked to."""

    def __init__(self, place: Place) -> None:
        """Raises OSError and ValueError where nothing is served yet."""
        self._place = place
        self.answers: Counter[int] = Counter()
        """How often each status came."""
        link = self._command("dashboard").split()[0]
        self._base = urljoin(link, "/").rstrip("/")
        self._browser = _opener(HTTPCookieProcessor(CookieJar()))
        form = dict(re.findall(r'name="(csrf)" value="([^"]+)"', self._read(self._browser, link)))
        self._read(self._browser, link, urlencode(form).encode())
        token = self._command("dashboard", "token", "soak").split()[-1]
        self._program = _opener()
        self._program.addheaders = [("Authorization", f"Bearer {token}")]
        self._calendar = self._command("dashboard", "token", "phone", "--for", "calendar").split()[
            -1
        ]

    def read(self) -> None:
        """Every kind of page, what programs fetch, and the calendar."""
        pages = [self._read(self._browser, self._base + path) for path in PAGES]
        for link in FOLLOWED:
            found = re.search(link, "".join(pages))
            if found:
                self._read(self._browser, self._base + found[1])
        for path in FOR_PROGRAMS:
            self._read(self._program, self._base + path)
        self._read(_opener(), self._calendar)

    def _read(self, by: OpenerDirector, address: str, form: bytes | None = None) -> str:
        request = Request(address, form, {"Origin": self._base} if form else {})  # noqa: S310  http
        try:
            with by.open(request, timeout=_PATIENCE) as answer:
                self.answers[answer.status] += 1
                return str(answer.read().decode())
        except HTTPError as refused:
            self.answers[refused.code] += 1
            return ""
        except OSError:
            self.answers[0] += 1
            return ""

    def _command(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "runner", *words],
            cwd=self._place.workspace,
            env=self._place.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ValueError(done.stderr)
        return done.stdout


def _opener(*handlers: HTTPCookieProcessor) -> OpenerDirector:
    """Whatever proxy this machine has: this machine is asked."""
    return build_opener(ProxyHandler({}), *handlers)
