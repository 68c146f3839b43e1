"""Playwright traces without secrets.

A trace holds all that was typed, every cookie and every form that was sent; Playwright offers no way
to leave them out. So it is written where nothing stays, and only what is left of it after this is
kept: values that were typed, cookies, headers that open doors and forms are taken out wherever the
format has a place for them, and then each of them, and every secret that is known, is masked in all
members.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from runner.values.secret import MASK, Redactor, Secret

_HEADERS = frozenset({"cookie", "set-cookie", "authorization", "proxy-authorization"})
_TOKEN = re.compile(r"[A-Za-z0-9_\-+/=.~%]{12,}")
"""What an address or a form carries and looks like a token: long, and no word or address."""
_WORD = re.compile(r"[a-z_\-.]{12,23}|[A-Z_]{12,23}")
"""Letters of one case, not too many: a word of the site's own. Hiding more would only hide more."""
_TYPED_INTO_PAGE = re.compile(rb'("__playwright_value_":")(?:[^"\\]|\\.)+"')
_TYPED = ("value", "text", "options", "arg", "key")
_SAYS_TYPED = re.compile(r"(fill|type|press)\(.*", re.DOTALL)
_SHORTEST = 6


def scrub(raw: Path, clean: Path, redactor: Redactor) -> None:
    """Write a trace anew without secrets, whole or not at all, and remove the raw one."""
    part = clean.with_name(f"{clean.name}.part")
    try:
        with zipfile.ZipFile(raw) as before:
            learned, forms = _learn(before)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with (
                os.fdopen(descriptor, "wb") as stream,
                zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after,
            ):
                for name in before.namelist():
                    data = b"" if name in forms else before.read(name)
                    after.writestr(redactor.mask(name), _clean(name, data, [learned, redactor]))
        part.replace(clean)
    finally:
        part.unlink(missing_ok=True)
        raw.unlink()  # a trace that can't be scrubbed is not kept


def _learn(archive: zipfile.ZipFile) -> tuple[Redactor, set[str]]:
    """Cookies and tokens that the browser sent or got, and the members that hold forms."""
    learned, forms = Redactor(), set()
    for name in archive.namelist():
        if not name.endswith(".network"):
            continue
        for entry in _lines(archive.read(name)):
            for secret in _secrets_of(entry):
                learned.add(Secret(secret))
            form = _part(entry, "request").get("postData") or {}
            if "_file" in form:
                forms.add(form["_file"])
    return learned, forms


def _secrets_of(entry: dict[str, Any]) -> Iterator[str]:
    request, response = _part(entry, "request"), _part(entry, "response")
    for part in (request, response):
        for cookie in part.get("cookies", ()):
            if len(cookie["value"]) >= _SHORTEST:
                yield cookie["value"]
        for header in part.get("headers", ()):
            if header["name"].lower() in _HEADERS:
                yield header["value"]
    given = [*request.get("queryString", ()), *(request.get("postData") or {}).get("params", ())]
    for field in given:
        value = str(field.get("value", ""))
        if _TOKEN.fullmatch(value) and not value.startswith("/") and not _WORD.fullmatch(value):
            yield value


def _clean(name: str, data: bytes, redactors: Sequence[Redactor]) -> bytes:
    """A member without what stands where the format puts secrets, and without known ones."""
    clean = {"network": _clean_entry, "trace": _clean_event}.get(name.rpartition(".")[2])
    if clean is not None:
        # Text by text: a short secret is not to be hidden in a number, which would spoil the line.
        return _TYPED_INTO_PAGE.sub(
            rb"\1" + MASK.encode() + b'"', _each_line(data, clean, redactors)
        )
    for redactor in redactors:
        data = redactor.mask_bytes(data)
    return data


def _clean_entry(entry: dict[str, Any]) -> None:
    for part in (_part(entry, "request"), _part(entry, "response")):
        part["cookies"] = []
        for header in part.get("headers", ()):
            if header["name"].lower() in _HEADERS:
                header["value"] = MASK
        if part.get("postData"):
            part["postData"] = {"mimeType": part["postData"].get("mimeType", ""), "text": MASK}


def _clean_event(event: dict[str, Any]) -> None:
    if event.get("type") == "before":
        params = event.get("params", {})
        for name in _TYPED:
            if name in params:
                params[name] = MASK
    elif event.get("type") == "after":
        event.pop("result", None)  # a passkey, a cookie: whatever the browser was asked for
    elif event.get("type") == "log":
        event["message"] = _SAYS_TYPED.sub(rf"\1({MASK})", event["message"])


def _each_line(
    data: bytes, clean: Callable[[dict[str, Any]], None], redactors: Sequence[Redactor]
) -> bytes:
    lines = []
    for entry in _lines(data):
        clean(entry)
        masked = _masked(entry, redactors)
        lines.append(json.dumps(masked, ensure_ascii=False, separators=(",", ":")))
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _masked(value: Any, redactors: Sequence[Redactor]) -> Any:
    """The same, with every text in it masked."""
    if isinstance(value, str):
        for redactor in redactors:
            value = redactor.mask(value)
        return value
    if isinstance(value, dict):
        return {name: _masked(item, redactors) for name, item in value.items()}
    if isinstance(value, list):
        return [_masked(item, redactors) for item in value]
    return value


def _lines(data: bytes) -> Iterator[dict[str, Any]]:
    for line in data.decode("utf-8", "surrogatepass").split("\n"):
        if line.strip():
            yield json.loads(line)


def _part(entry: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = (entry.get("snapshot") or {}).get(name) or {}
    return found
