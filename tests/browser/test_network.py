import asyncio
import ssl
import threading
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from runner.browser.find import Browser
from runner.browser.launch import launch, start_driver
from runner.browser.network import NetworkRules

pytestmark = pytest.mark.browser


class Portal(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = f"you asked for {self.headers['Host']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def serve(server: ThreadingHTTPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def certificate() -> trustme.LeafCert:
    return trustme.CA().issue_cert("my.docomo.example")


@pytest.fixture(scope="module")
def portal(certificate: trustme.LeafCert) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    yield from serve(server)


@pytest.fixture(scope="module")
def other() -> Iterator[int]:
    yield from serve(ThreadingHTTPServer(("127.0.0.1", 0), Portal))


def visit(browser: Browser, rules: NetworkRules, address: str) -> str:
    """What the page says, or the network error's name."""
    from playwright.async_api import Error

    async def go() -> str:
        driver = await start_driver()
        try:
            running = await launch(driver, browser, headed=False, rules=rules)
            page = await running.new_page()
            try:
                await page.goto(address)
                return await page.inner_text("body")
            except Error as error:
                return error.message.partition("net::")[2].partition(" ")[0]
            finally:
                await running.close()
        finally:
            await driver.stop()

    return asyncio.run(go())


def rules(portal: int, pin: str | None) -> NetworkRules:
    return NetworkRules((("*.docomo.example", f"127.0.0.1:{portal}"),), pin)


def pin(certificate: trustme.LeafCert) -> str:
    key = x509.load_pem_x509_certificate(certificate.cert_chain_pems[0].bytes()).public_key()
    info = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b64encode(sha256(info).digest()).decode()


def test_a_mapped_host_is_reached_over_https_by_its_own_name(
    here: Browser, portal: int, certificate: trustme.LeafCert
) -> None:
    said = visit(here, rules(portal, pin(certificate)), "https://my.docomo.example/")
    assert said == "you asked for my.docomo.example"


def test_a_key_that_is_not_pinned_is_not_trusted(here: Browser, portal: int) -> None:
    stranger = trustme.CA().issue_cert("my.docomo.example")
    said = visit(here, rules(portal, pin(stranger)), "https://my.docomo.example/")
    assert said == "ERR_CERT_AUTHORITY_INVALID"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "elsewhere.example"])
def test_no_other_host_is_reached_even_on_this_machine(
    here: Browser, portal: int, other: int, host: str
) -> None:
    said = visit(here, rules(portal, None), f"http://{host}:{other}/")
    assert said == "ERR_NAME_NOT_RESOLVED"


def test_a_proxy_of_the_environment_does_not_lead_around_the_rules(
    here: Browser,
    portal: int,
    other: int,
    certificate: trustme.LeafCert,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{other}")
    mine = rules(portal, pin(certificate))
    assert visit(here, mine, "https://my.docomo.example/") == "you asked for my.docomo.example"
    assert visit(here, mine, "http://elsewhere.example/") == "ERR_NAME_NOT_RESOLVED"
