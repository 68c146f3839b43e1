"""Searching for secrets in every byte that runs have left, in every form that a text may take."""

from __future__ import annotations

import base64
import html
import json
import re
import urllib.parse
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path

from runner.sandbox import record

PORTAL = "sandbox"
"""The portals' own folder: it may know its codes and passwords."""
_LONG = 12
"""Characters from which a value of a form, an address or a cookie is taken for a token."""
_PLAIN = {"requrl", "rl", "devicename", "authid", "product"}
"""Fields that carry no secret: addresses, names of things, and what an owner goes by."""
_EMBEDDED = re.compile(rb"data:image/png;base64,([A-Za-z0-9+/=]+)")


@dataclass
class Canaries:
    """What must be found nowhere: secrets by what they are."""

    secrets: dict[str, str] = field(default_factory=dict)

    def plant(self, **secrets: str) -> None:
        self.secrets |= {text: what for what, text in secrets.items()}

    def learn(self, home: Path) -> None:
        """Every code, cookie and token that went between browser and portals."""
        for request in record.read(home):
            for cookie in request["cookies"]:
                for name, morsel in SimpleCookie(cookie).items():
                    self._token(f"cookie {name}", morsel.value)
            fields = urllib.parse.parse_qsl(request["query"])
            fields += urllib.parse.parse_qsl(request["body"])
            for name, value in fields:
                if name in ("rotpwd", "code", "onetimekey") and re.fullmatch(r"\d{3,8}", value):
                    self.plant(**{f"code {value[:1]}…": value})
                elif name not in _PLAIN:
                    self._token(f"field {name}", value)

    def _token(self, what: str, value: str) -> None:
        if len(value) >= _LONG and "/" not in value and not value.startswith("ey"):
            self.plant(**{what: value})

    def found(self, home: Path, outputs: list[bytes]) -> list[tuple[str, str, str]]:
        """Where a secret stands: the place, what it is, and in which form."""
        forms = [
            (what, name, form)
            for secret, what in self.secrets.items()
            for name, form in forms_of(secret).items()
        ]
        return [
            (place, what, name)
            for place, data in everything(home, outputs)
            for what, name, form in forms
            if stands_in(form, data)
        ]


def everything(home: Path, outputs: list[bytes]) -> Iterator[tuple[str, bytes]]:
    """All that a run may have written: files with their names, archives unpacked, what was said."""
    yield from ((f"output {number}", data) for number, data in enumerate(outputs))
    for file in sorted(home.rglob("*")):
        if not file.is_file() or file.relative_to(home).parts[0] in (PORTAL, "key"):
            continue
        data = file.read_bytes()
        yield str(file), file.name.encode() + b"\n" + _EMBEDDED.sub(b"", data)
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                for name in archive.namelist():
                    yield f"{file}/{name}", name.encode() + b"\n" + archive.read(name)


def forms_of(secret: str) -> dict[str, bytes]:
    """A secret as it is, and as it is written for other places."""
    raw = secret.encode()
    forms = {
        "plain": raw,
        "URL": urllib.parse.quote(secret, safe="").encode(),
        "URL, slashes kept": urllib.parse.quote(secret).encode(),
        "form": urllib.parse.quote_plus(secret).encode(),
        "HTML": html.escape(secret).encode(),
        "HTML, quotes kept": html.escape(secret, quote=False).encode(),
        "JSON": json.dumps(secret)[1:-1].encode(),
        "JSON in JSON": json.dumps(json.dumps(secret)[1:-1])[1:-1].encode(),
        "JSON, letters kept": json.dumps(secret, ensure_ascii=False)[1:-1].encode(),
        "UTF-16 little": secret.encode("utf-16-le"),
        "UTF-16 big": secret.encode("utf-16-be"),
        "hexadecimal": raw.hex().encode(),
    }
    if len(secret) >= 6:
        for shift in range(3):
            for name, encode in (("", base64.b64encode), (", URL", base64.urlsafe_b64encode)):
                coded = encode(b"\0" * shift + raw).rstrip(b"=")
                # the first and the last signs depend on what stands beside the secret
                end = len(coded) - (1 if (shift + len(raw)) % 3 else 0)
                forms[f"base64{name}, offset {shift}"] = coded[(0, 2, 3)[shift] : end]
    return forms


def stands_in(form: bytes, data: bytes) -> bool:
    """Digits count where they stand alone: fractions of seconds and long numbers hold any."""
    if form not in data:
        return False
    if form.isdigit():
        return re.search(rb"(?<![\d.])" + form + rb"(?!\d)", data) is not None
    return True
