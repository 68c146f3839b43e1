"""Sessions from a person's own browser: three kinds of files, and what is taken from them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runner.browser.imported import LARGEST, Imported, NotImported, read_export
from runner.flow.model import fits

HOSTS = ["fi.google.com", "accounts.google.com"]
NOW = 1_800_000_000.0
LATER = NOW + 86_400


def read(data: str | bytes, hosts: list[str] = HOSTS) -> Imported:
    def owns(url: str) -> bool:
        return fits(url.removeprefix("https://"), hosts)

    return read_export(data.encode() if isinstance(data, str) else data, hosts, owns, NOW)


def names(found: Imported) -> list[str]:
    return [cookie["name"] for cookie in found.state["cookies"]]


def exported(**more: Any) -> dict[str, Any]:
    return {"domain": ".google.com", "name": "SID", "value": "canary", "path": "/", **more}


SID = {
    "name": "SID", "value": "canary", "domain": ".google.com", "path": "/", "expires": LATER,
    "httpOnly": True, "secure": True, "sameSite": "Lax",
}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"cookies": [SID], "origins": []}),
        json.dumps(
            [exported(hostOnly=False, httpOnly=True, secure=True, session=False, storeId="0",
                      sameSite="unspecified", expirationDate=LATER)]
        ),
        json.dumps(
            {"url": "https://fi.google.com", "cookies": [
                {**exported(httpOnly=True, secure=True, expirationDate=LATER), "domain": "google.com",
                 "hostOnly": False, "sameSite": None}]}
        ),
        "# Netscape HTTP Cookie File\n\n"
        f"#HttpOnly_.google.com\tTRUE\t/\tTRUE\t{LATER:.0f}\tSID\tcanary\n",
        f"\ufeff# Netscape HTTP Cookie File\r\n#HttpOnly_.google.com\tTRUE\t/\tTRUE\t{LATER:.0f}\tSID\tcanary\r\n",
    ],
    ids=["storage state", "extension", "extension with address", "cookies.txt", "from Windows"],
)  # fmt: skip
def test_every_kind_of_file_gives_the_same(text: str) -> None:
    assert read(text) == Imported({"cookies": [SID], "origins": []}, 0, 0, 0)


def test_only_what_reaches_the_flow_s_hosts_is_kept() -> None:
    domains = [
        ".google.com", "accounts.google.com", ".accounts.google.com", "fi.google.com", "google.com",
        "mail.google.com", ".mail.google.com", ".evil-google.com", ".fi.google.com.evil.example",
        "x.fi.google.com",
    ]  # fmt: skip
    found = read(json.dumps([exported(domain=domain, name=domain) for domain in domains]))
    assert names(found) == domains[:4]
    assert found.foreign == 6


def test_hosts_below_a_name_are_the_flow_s() -> None:
    domains = ["id.auone.jp", ".auone.jp", ".id.auone.jp", "auone.jp", ".jp.example", "my.au.com"]
    text = json.dumps([exported(domain=domain, name=domain) for domain in domains])
    assert names(read(text, ["*.auone.jp"])) == domains[:3]


def test_what_has_expired_or_is_damaged_is_left_out() -> None:
    found = read(
        json.dumps(
            [
                exported(name="over", expirationDate=NOW - 1),
                exported(name="while_open", session=True, expirationDate=NOW - 1),
                exported(name="milliseconds", expirationDate=LATER * 1000),
                exported(name="a;b"),
                exported(name="long", value="x" * 4096),
                exported(name="__Secure-1", secure=False),
                exported(name="__Host-1", secure=True),
                exported(name="__Host-2", secure=True, domain="accounts.google.com"),
            ]
        )
    )
    assert names(found) == ["while_open", "milliseconds", "__Host-2"]
    assert [cookie["expires"] for cookie in found.state["cookies"]] == [-1, LATER, -1]
    assert (found.over, found.broken, found.foreign) == (1, 4, 0)


def test_local_storage_of_the_own_hosts_is_kept() -> None:
    item = {"name": "theme", "value": "dark"}
    origins = [
        {"origin": f"https://{host}", "localStorage": [item]}
        for host in ("fi.google.com", "mail.google.com")
    ]
    found = read(json.dumps({"cookies": [SID], "origins": origins}))
    assert found.state["origins"] == origins[:1]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (b"  \n", "it is empty"),
        (b"SQLite format 3\x00rest", "own database"),
        (b"\xff\xfe\x00", "no text"),
        (b"x" * (LARGEST + 1), "too large"),
        (b"<html>canary</html>", "line 1 has 1 fields"),
        (b"# Netscape\n.google.com TRUE / TRUE 0 SID canary", "line 2 has 1 fields"),
        (b'[{"name": "SID"', "can't be read to its end"),
        (b'{"cookies": "canary"}', "no list of cookies"),
        (b"{}", "no list of cookies"),
        (b"[1]", "cookie 1 is no cookie"),
        (b'[{"name": "SID", "value": "canary"}]', "cookie 1 has no domain"),
        (b'[{"name": "SID", "domain": ".google.com"}]', "cookie 1 has no value"),
        (b'[{"name": "S", "value": "canary", "domain": ".google.com", "expires": "soon"}]', "expiry"),
        (b'[{"name": "S", "value": "canary", "domain": ".example.com"}]', "no cookie of fi.google.com"),
        (b".google.com\tTRUE\t/\tTRUE\t1\tSID\tcanary", "have expired"),
        (b'{"cookies": [], "origins": [{"origin": 1}]}', "local storage"),
    ],
)  # fmt: skip
def test_what_can_t_be_used_is_told_without_its_values(data: bytes, why: str) -> None:
    with pytest.raises(NotImported, match=why) as caught:
        read(data)
    assert caught.value.hint
    assert "canary" not in str(caught.value)
