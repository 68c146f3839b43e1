"""Forms come from our own pages: other sites can send a browser here, but not with its token."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import FormData

if TYPE_CHECKING:
    from starlette.requests import Request

FIELD = "csrf"
HEADER = "x-csrf-token"
SAFE = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing (RFC 9110, 9.2.1)."""


class Csrf:
    """Makes and checks the tokens. `key` is of this use alone."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, bound: str) -> str:
        """The token of one session: `bound` is nobody else's."""
        made = hmac.new(self._key, bound.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()

    def right(self, given: str, bound: str) -> bool:
        """Whether it is the token of this session."""
        ours = self.token(bound).encode()
        return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), ours)


async def given(request: Request) -> str:
    """The token that came with a request: in a header, else in its form's hidden field."""
    if (token := request.headers.get(HEADER)) is not None:
        return token
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return ""
    async with request.form(max_files=0, max_fields=100) as form:
        return _text(form)


def _text(form: FormData) -> str:
    value = form.get(FIELD, "")
    return value if isinstance(value, str) else ""


def from_elsewhere(request: Request, base: str) -> bool:
    """Whether a browser says that another site's page has sent this (Fetch Metadata, RFC 6454)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return True
    origin = request.headers.get("origin")
    if origin is None or (origin == "null" and site == "same-origin"):
        return False
    parts = urlsplit(base)
    here = request.headers.get("host", "")
    return origin not in (
        f"{parts.scheme}://{parts.netloc}",
        f"{request.scope.get('scheme', 'http')}://{here}",
    )
