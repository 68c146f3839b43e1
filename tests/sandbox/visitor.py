"""A visitor without a browser: sends raw requests, keeps cookies, reads hidden fields."""

from __future__ import annotations

import http.client
import json
import re
import ssl
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from runner.sandbox import control
from runner.sandbox.address import Address

IDAUTH = "https://cfg.smt.docomo.ne.jp/auth/cgi/idauth"
TOP = "https://www.docomo.ne.jp/mydocomo/"
ADD = f"{TOP}application/data/add/"


@dataclass
class Answer:
    """What came back."""

    status: int
    text: str
    headers: dict[str, str]
    url: str

    def hidden(self, name: str) -> str:
        """The value of a hidden field."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, f"no field {name} in {self.text[:300]}"
        return found[1]


@dataclass
class Visitor:
    """Each host has its own cookies."""

    address: Address
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    def ask(
        self,
        url: str,
        form: dict[str, str] | None = None,
        host: str | None = None,
        time: float = 5,
        json_: Any = None,
        more: dict[str, str] | None = None,
    ) -> Answer:
        """One request, with a form, with JSON, or neither; `more` are its headers beside the usual.
        Redirects are not followed.
        """
        parts = urlsplit(url)
        name = parts.hostname or ""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # the browser tests hold the certificate to its pin
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.address.port, context=context, timeout=time
        )
        jar = self.cookies.setdefault(name, {})
        headers = {
            "Host": host or name,
            "Cookie": "; ".join(f"{key}={value}" for key, value in jar.items()),
            **(more or {}),
        }
        body = None
        if form is not None:
            body = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if json_ is not None:
            body = json.dumps(json_)
            headers["Content-Type"] = "application/json"
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("GET" if body is None else "POST", target, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        for line in response.headers.get_all("set-cookie") or []:
            for key, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    jar.pop(key, None)
                else:
                    jar[key] = morsel.value
        told = {key.lower(): value for key, value in response.headers.items()}
        return Answer(response.status, text, told, url)

    def follow(self, answer: Answer) -> Answer:
        """Go where redirects lead."""
        while answer.status in (301, 302, 303):
            answer = self.ask(urljoin(answer.url, answer.headers["location"]))
        return answer

    def to_password(self, name: str) -> Answer:
        """The password page for this ID."""
        page = self.ask("https://cfg.smt.docomo.ne.jp/auth/cgi/anidlogin")
        return self.ask(IDAUTH, {"arcv": page.hidden("arcv"), "authid": name})

    def give_password(self, name: str, password: str) -> Answer:
        """What follows the password."""
        page = self.to_password(name)
        return self.ask(IDAUTH, {"arcv": page.hidden("arcv"), "authpass": password})

    def sign_in(self, home: Path, trust: bool = False) -> Answer:
        """Sign in, with the code from the account's phone if it is asked for."""
        secrets = control.secrets(home, "docomo")
        page = self.give_password(secrets["id"], secrets["password"])
        if page.status == 200 and "セキュリティコードの入力" in page.text:
            form = {"arcv": page.hidden("arcv"), "rotpwd": sms_code(home)}
            page = self.ask(IDAUTH, form | ({"deviceflg": "1"} if trust else {}))
        return self.follow(page)

    def to_confirmation(self) -> Answer:
        """The confirmation page of an order."""
        page = self.ask(ADD)
        return self.ask(f"{ADD}confirm", {"token": page.hidden("token"), "agree": "1"})

    def complete(self, confirmation: Answer) -> Answer:
        """Press the last button of a confirmation page."""
        return self.ask(f"{ADD}complete", {"token": confirmation.hidden("token")})


def sms_code(home: Path) -> str:
    """The code of the newest text message."""
    message = control.sms(home, "docomo")
    assert message is not None, "no text message was sent"
    found = re.search(r"セキュリティコード[^0-9]{0,16}([0-9]{6})", message.text)
    assert found, message.text
    return found[1]
