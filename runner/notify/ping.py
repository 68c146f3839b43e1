"""A call to an address that waits for it: a service that tells the owner when the calls cease.

Such services take a plain GET: https://healthchecks.io/docs/http_api/.
"""

from __future__ import annotations

import threading
from http import HTTPStatus
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from runner.notify.mask import masker
from runner.values.secret import Secret

TIME_LIMIT = 10.0
"""Seconds that a call may take, all redirects together."""
WEB = ("http", "https")


def ping(url: Secret, time_limit: float = TIME_LIMIT) -> str | None:
    """Call the address. None: the service has heard it; else why not, without the address."""
    if (wrong := wrong_with(url)) is not None:
        return wrong
    answers: list[str | None] = []
    # A daemon thread: names are looked up, and slow answers read, without any limit of their own.
    thread = threading.Thread(
        target=lambda: answers.append(_call(url, time_limit)), name="ping", daemon=True
    )
    thread.start()
    thread.join(time_limit)
    return answers[0] if answers else f"no answer within {time_limit:g} s"


def wrong_with(url: Secret) -> str | None:
    """Why this is no address to call, without the address; None where it may be one."""
    text = url.reveal().strip()
    try:
        parts = urlsplit(text)
        named = parts.hostname and (parts.port or True)
    except ValueError:
        return "its address can't be read"
    if parts.scheme not in WEB:
        return "its address does not begin with https:// or http://"
    if not named or any(sign.isspace() for sign in text):
        return "its address names no host" if not named else "its address has a space in it"
    return None


def _call(url: Secret, time_limit: float) -> str | None:
    try:
        request = Request(url.reveal().strip(), headers={"User-Agent": "kigen"})  # noqa: S310  # checked
        with build_opener(_Redirects).open(request, timeout=time_limit):
            return None
    except HTTPError as refusal:
        with refusal:
            return f"the answer was {refusal.code} {_phrase(refusal.code)}".rstrip()
    except URLError as error:
        return masker(url).mask(str(error.reason))
    except TimeoutError:
        return f"no answer within {time_limit:g} s"
    except Exception as error:  # its text may be a part of the address
        return f"the call is not possible ({type(error).__name__})"


class _Redirects(HTTPRedirectHandler):
    """Redirects are followed over the web, and never from https down to http."""

    max_redirections = 5

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        to = urlsplit(newurl).scheme
        if to not in WEB or (req.type == "https" and to != "https"):
            raise URLError(f"it sends on from {req.type} to {to}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _phrase(code: int) -> str:
    try:
        return HTTPStatus(code).phrase
    except ValueError:
        return ""
