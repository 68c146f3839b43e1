"""Real Caddy and real nginx in front of a port, by the very words of the docs, and visitors who come through them.

The docs' name and ports are replaced by free ones, and the certificate is of our own making: nobody gives one to
`kigen.example`.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

import trustme

from tests.ports import free_port
from tests.programs import program, running
from tests.web.serving import Answer

HOST = "kigen.example"
DOCS = Path(__file__).parents[2] / "docs"
Kind = Literal["caddy", "nginx"]
KINDS: tuple[Kind, ...] = ("caddy", "nginx")


def documented(page: str, kind: Kind, *, signs_in: bool = False) -> str:
    """The proxy's settings on this page: for Caddy what stands inside of the site, for nginx the location."""
    text = (DOCS / page).read_text()
    start = rf"{HOST} \{{" if kind == "caddy" else r"location / \{"
    found = re.findall(rf"^( *){start}\n(.*?)^\1\}}$", text, re.MULTILINE | re.DOTALL)
    (block,) = [inside for _, inside in found if ("Remote-User" in inside) == signs_in]
    return block if kind == "caddy" else f"location / {{\n{block}}}\n"


@dataclass(frozen=True)
class Front:
    """A proxy that serves `https://kigen.example:PORT`, by certificates that `context` trusts."""

    kind: Kind
    port: int
    folder: Path
    context: ssl.SSLContext

    @property
    def base(self) -> str:
        return f"https://{HOST}:{self.port}"

    @contextmanager
    def serving(self, block: str, documented_port: int, port: int) -> Iterator[None]:
        """Meanwhile; `block` leads to `port` instead of the documented one."""
        block = block.replace(f"127.0.0.1:{documented_port}", f"127.0.0.1:{port}")
        command, env = (self._caddy if self.kind == "caddy" else self._nginx)(block)
        with running(command, self.folder / "front.log", self._there, env):
            yield

    def _there(self) -> bool:
        with socket.socket() as found:
            return found.connect_ex(("127.0.0.1", self.port)) == 0

    def _caddy(self, block: str) -> tuple[list[str], dict[str, str]]:
        file = self.folder / "Caddyfile"
        file.write_text(
            f"{{\n  admin off\n  auto_https disable_redirects\n}}\n{HOST}:{self.port} {{\n"
            f"  bind 127.0.0.1\n  tls {self.folder}/cert.pem {self.folder}/key.pem\n{block}}}\n"
        )
        homes = {name: str(self.folder) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
        words = ["run", "--config", str(file), "--adapter", "caddyfile"]
        return [program("caddy"), *words], homes

    def _nginx(self, block: str) -> tuple[list[str], dict[str, str]]:
        file, here = self.folder / "nginx.conf", self.folder
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        folders = "".join(f"  {kind}_temp_path {here}/{kind};\n" for kind in kinds)
        file.write_text(
            f"daemon off;\nmaster_process off;\npid {here}/pid;\nerror_log stderr;\nevents {{}}\n"
            f"http {{\n  access_log off;\n{folders}"
            f"  server {{\n  listen 127.0.0.1:{self.port} ssl;\n  server_name {HOST};\n"
            f"  ssl_certificate {here}/cert.pem;\n  ssl_certificate_key {here}/key.pem;\n"
            f"{block}}}\n}}\n"
        )
        return [program("nginx"), "-e", "stderr", "-c", str(file)], {}


def front(kind: Kind, folder: Path) -> Front:
    """A proxy that is not begun yet, with a certificate. Skips where it is not installed."""
    program(kind)
    authority = trustme.CA()
    own = authority.issue_cert(HOST)
    own.private_key_pem.write_to_path(folder / "key.pem")
    for number, part in enumerate(own.cert_chain_pems):
        part.write_to_path(folder / "cert.pem", append=number > 0)
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return Front(kind, free_port(), folder, context)


@dataclass
class Visitor:
    """Somebody's browser on the other side of the proxy: keeps cookies, and says where its forms come from."""

    front: Front
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, headers)

    def post(self, path: str, form: Mapping[str, str] | None = None, **headers: str) -> Answer:
        sent = {"content_type": "application/x-www-form-urlencoded", "origin": self.front.base}
        return self._ask("POST", path, sent | headers, urlencode(form or {}).encode())

    def _ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            named["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = _Through(HOST, self.front.port, context=self.front.context, timeout=60)
        connection.request(method, path, body, {**self.headers, **named})
        answer = connection.getresponse()
        found = Answer(answer.status, answer.headers, answer.read().decode("latin-1"))
        connection.close()
        for one in answer.headers.get_all("set-cookie") or []:
            name, _, value = one.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return found


class _Through(http.client.HTTPSConnection):
    """To the proxy on this machine, whatever its name stands for elsewhere."""

    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self.port), 60)
        self.sock = self._context.wrap_socket(plain, server_hostname=HOST)  # type: ignore[attr-defined]
