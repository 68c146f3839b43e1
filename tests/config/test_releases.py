"""Releases of flows: what is taken from them, and what they are refused for."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import io
import ssl
import stat
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from runner.config.update import release as module
from runner.config.update.fetch import release
from runner.config.update.release import BadRelease, read_archive

FILES = {"flows/a-b.yaml": "flow: a-b\n", "selectors/a-b.yaml": "site: a-b\n"}


def zipped(files: dict[str, str], top: str = "", mode: int = 0) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            member = zipfile.ZipInfo(top + name)
            member.external_attr = mode << 16
            archive.writestr(member, text)
    return packed.getvalue()


def tarred(files: dict[str, str], top: str = "", change: Callable[..., Any] | None = None) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(top + name)
            member.size = len(text.encode())
            if change is not None:
                change(member)
            archive.addfile(member, io.BytesIO(text.encode()))
    return packed.getvalue()


def sums(files: dict[str, str]) -> str:
    return "".join(f"{hashlib.sha256(t.encode()).hexdigest()}  {n}\n" for n, t in files.items())


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize("top", ["", "kigen-1.2/"])
def test_what_is_taken(pack: Callable[..., bytes], top: str, tmp_path: Path) -> None:
    more = {
        "README.md": "x",
        "flows/README.md": "x",
        "docs/flow.md": "x",
        "SHA256SUMS": sums(FILES),
    }
    file = tmp_path / "release"
    file.write_bytes(pack({**FILES, **more}, top))
    assert release(str(file)) == FILES


def test_a_folder(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    (tmp_path / "config.yaml").write_text("accounts: {}")
    assert release(str(tmp_path)) == FILES
    (tmp_path / "flows/link.yaml").symlink_to("/etc/passwd")
    with pytest.raises(BadRelease, match="symbolic link"):
        release(str(tmp_path))


NAMES = {
    "../flows/x.yaml": "leads out",
    "flows/../../x.yaml": "leads out",
    "/flows/x.yaml": "leads out",
    "flows\\x.yaml": "leads out",
    "C:/flows/x.yaml": "leads out",
    "a/../../b.txt": "leads out",
    "flows/X.yaml": "no name",
    "flows/x.py": "no name",
    "flows/.x.yaml": "no name",
    "flows/deep/x.yaml": "no name",
    "flows/x.yaml.new": "no name",
    "selectors/ü.yaml": "no name",
    "other/flows/x.yaml": "several places",
}


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize("name", NAMES)
def test_names_that_are_refused(pack: Callable[..., bytes], name: str) -> None:
    with pytest.raises(BadRelease, match=NAMES[name]):
        read_archive(pack({**FILES, name: "x"}))


def link(member: tarfile.TarInfo) -> None:
    member.type, member.linkname, member.size = tarfile.SYMTYPE, "/etc/passwd", 0


def hard_link(member: tarfile.TarInfo) -> None:
    member.type, member.linkname, member.size = tarfile.LNKTYPE, "flows/a-b.yaml", 0


def device(member: tarfile.TarInfo) -> None:
    member.type, member.size = tarfile.CHRTYPE, 0


@pytest.mark.parametrize(
    "data",
    [
        zipped(FILES, mode=stat.S_IFLNK | 0o777),
        zipped(FILES, mode=stat.S_IFCHR | 0o600),
        *(tarred(FILES, change=change) for change in (link, hard_link, device)),
    ],
    ids=["zip link", "zip device", "link", "hard link", "device"],
)
def test_links_and_devices_are_refused(data: bytes) -> None:
    with pytest.raises(BadRelease, match="a link or a device"):
        read_archive(data)


def test_sizes_that_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    large = {"flows/a-b.yaml": "#" * 300_001}
    for pack in (zipped, tarred):
        with pytest.raises(BadRelease, match="larger than 300 kB"):
            read_archive(pack(large))
    with pytest.raises(BadRelease, match="unpacked it is larger"):
        read_archive(gzip.compress(b"\0" * (module.LARGEST_UNPACKED + 1), 1))
    monkeypatch.setattr(module, "MOST_ENTRIES", 3)
    with pytest.raises(BadRelease, match="more than 3 entries"):
        read_archive(zipped({f"docs/{number}.md": "" for number in range(5)}))
    monkeypatch.setattr(module, "LARGEST_ARCHIVE", 10)
    with pytest.raises(BadRelease, match="larger than"):
        read_archive(zipped(FILES))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"hello", "neither a zip nor"),
        (b"\x1f\x8bgarbage", "can't be read"),
        (zipped(FILES)[:-40] + b"x" * 18, "neither a zip nor"),
        (zipped({"docs/a.md": "x"}), "holds no flows"),
        (zipped({"flows/a-b.yaml": "ü"}).replace("ü".encode(), b"\xff\xff"), "."),
        (zipped({**FILES, "SHA256SUMS": sums({"flows/a-b.yaml": "flow: a-b\n"})}), "not in its"),
        (zipped({**FILES, "SHA256SUMS": sums(dict.fromkeys(FILES, "other"))}), "not what its"),
    ],
)
def test_what_can_not_be_read(data: bytes, why: str) -> None:
    with pytest.raises(BadRelease, match=why):
        read_archive(data)


def test_a_sum_beside_the_archive(tmp_path: Path) -> None:
    file, beside = tmp_path / "r.zip", tmp_path / "r.zip.sha256"
    file.write_bytes(zipped(FILES))
    beside.write_text(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  r.zip\n")
    assert release(str(file)) == FILES
    beside.write_text(f"{'0' * 64}  r.zip\n")
    with pytest.raises(BadRelease, match="not what its checksum says"):
        release(str(file))
    beside.write_text("nothing")
    with pytest.raises(BadRelease, match="no SHA-256"):
        release(str(file))


class Web:
    """A server over HTTPS; `pages` are what it answers, by path: a body, or where to go instead."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes | str] = {}
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = web.pages.get(self.path)
                self.send_response(404 if found is None else 302 if isinstance(found, str) else 200)
                if isinstance(found, str):
                    self.send_header("Location", found)
                self.end_headers()
                if isinstance(found, bytes):
                    self.wfile.write(found)

            def log_message(self, *_: object) -> None:
                """Tests don't want to read it."""

        authority = trustme.CA()
        mine = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(mine)
        self.trusting = ssl.create_default_context()
        authority.configure_trust(self.trusting)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.socket = mine.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def web() -> Iterator[Web]:
    web = Web()
    yield web
    web.server.shutdown()
    web.server.server_close()


def test_over_https(web: Web) -> None:
    web.pages["/r.zip"] = zipped(FILES)
    web.pages["/latest"] = f"{web.url}/r.zip"
    assert release(f"{web.url}/r.zip", web.trusting) == FILES
    assert release(f"{web.url}/latest", web.trusting) == FILES
    web.pages["/r.zip.sha256"] = b"0" * 64
    with pytest.raises(BadRelease, match="not what its checksum says"):
        release(f"{web.url}/r.zip", web.trusting)


def test_what_is_not_fetched(web: Web) -> None:
    web.pages["/away"] = "http://127.0.0.1:9/r.zip"
    for url, why in {
        "http://127.0.0.1:9/r.zip": "only https",
        "file:///etc/passwd": "only https",
        f"{web.url}/away": "only https",
        f"{web.url}/nothing": "not there",
        "https://127.0.0.1:9/r.zip": "can't be fetched",
    }.items():
        with pytest.raises(BadRelease, match=why):
            release(url, web.trusting)
    with pytest.raises(BadRelease, match="CERTIFICATE_VERIFY_FAILED"):
        release(f"{web.url}/r.zip")
