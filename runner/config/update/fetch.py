"""Fetching a release: a folder, an archive's file, or an address over HTTPS."""

from __future__ import annotations

import ssl
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from runner.config.update.release import (
    LARGEST_ARCHIVE,
    BadRelease,
    check_sum,
    read_archive,
    read_folder,
)

_TIME = 30.0
"""Seconds without a byte after which a server is given up."""
_SUM_AT_MOST = 10_000


def release(source: str, context: ssl.SSLContext | None = None) -> dict[str, str]:
    """The files of a release, by their paths inside it. Raises BadRelease.

    A file `SOURCE.sha256` beside an archive is held against it, where there is one. `context`:
    which certificates are trusted; by default those that the system trusts.
    """
    if "://" in source:
        return _over_https(source, context)
    path = Path(source).expanduser()
    if path.is_dir():
        return read_folder(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_ARCHIVE + 1)
        beside = path.with_name(path.name + ".sha256")
        if beside.is_file():
            check_sum(data, beside.read_text(encoding="utf-8", errors="replace"))
    except OSError as error:
        raise BadRelease(f"{source} can't be read: {error.strerror or error}") from None
    return read_archive(data)


def _over_https(url: str, context: ssl.SSLContext | None) -> dict[str, str]:
    opener = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=context or ssl.create_default_context()), _OnlyHttps()
    )
    _see_https(url)
    data = _get(opener, url, LARGEST_ARCHIVE + 1)
    if data is None:
        raise BadRelease(f"{url} is not there (HTTP 404)")
    said = _get(opener, f"{url}.sha256", _SUM_AT_MOST)
    if said is not None:
        check_sum(data, said.decode("utf-8", "replace"))
    return read_archive(data)


def _get(opener: urllib.request.OpenerDirector, url: str, limit: int) -> bytes | None:
    """What an address answers, at most so many bytes; None where there is nothing."""
    try:
        with opener.open(url, timeout=_TIME) as answer:
            data: bytes = answer.read(limit)
            return data
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 404:
            return None
        raise BadRelease(f"{url} can't be fetched: HTTP {error.code}") from None
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise BadRelease(f"{url} can't be fetched: {reason}") from None


def _see_https(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise BadRelease(
            f"{url} is not fetched: only https:// is", "download it, and name the file"
        )


class _OnlyHttps(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, url: str
    ) -> Any:
        _see_https(url)
        return super().redirect_request(req, fp, code, msg, headers, url)
