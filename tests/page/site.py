"""A practice site for the steps: small pages over HTTPS, one for each thing that pages do to people."""

from __future__ import annotations

import base64
import hashlib
import json
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import trustme
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import load_pem_x509_certificate

HOSTS = (
    "practice.example.jp",
    "bank.example.jp",
    "evil.example.com",
    "practice.example.jp.example.com",
    "xn--prctice-3fg.example.jp",  # with a Cyrillic а
)


@dataclass
class Site:
    """`pages` maps a path to HTML (or to a function of the query that gives it); `posts` keeps forms."""

    pages: dict[str, str | Callable[[dict[str, str]], str]] = field(default_factory=dict)
    data: dict[str, object] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    posts: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    port: int = 0
    pin: str = ""

    def clear(self) -> None:
        for store in (self.pages, self.data, self.status, self.files, self.posts):
            store.clear()


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        site = self.site
        if parts.path in site.files:
            name, body = site.files[parts.path]
            self._send(200, body, "application/octet-stream", name)
        elif parts.path in site.data:
            self._send(200, json.dumps(site.data[parts.path]).encode(), "application/json")
        elif parts.path in site.pages:
            page = site.pages[parts.path]
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            html = page if isinstance(page, str) else page(query)
            body = f"<!doctype html><meta charset=utf-8><title>練習</title>{html}".encode()
            self._send(site.status.get(parts.path, 200), body, "text/html; charset=utf-8")
        else:
            self._send(404, b"", "text/html")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        form = parse_qs(self.rfile.read(length).decode())
        self.site.posts.append((self.path, {name: values[0] for name, values in form.items()}))
        self.do_GET()

    def _send(self, status: int, body: bytes, kind: str, name: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if name is not None:
            self.send_header("Content-Disposition", f'attachment; filename="{name}"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests don't want to read it."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Browsers hang up as they like."""


def serve(site: Site) -> _Server:
    """Start the site on a free port, with a certificate of its own whose pin is `site.pin`."""
    certificate = trustme.CA().issue_cert(*HOSTS)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"site": site}))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    site.port = server.server_address[1]
    leaf = load_pem_x509_certificate(certificate.cert_chain_pems[0].bytes())
    public = leaf.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    site.pin = base64.b64encode(hashlib.sha256(public).digest()).decode()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
