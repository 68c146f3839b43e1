"""The canary: after runs of every outcome, with traces, no secret is in any file or in any output."""

from __future__ import annotations

import base64
import os
import stat
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.browser.passkeys import KIND
from runner.browser.vault import Vault
from runner.sandbox import control, record
from tests.browser.processes import wait_until
from tests.e2e.canary import Canaries, forms_of
from tests.e2e.world import CODES, World, secrets
from tests.notify.servers import Web, web_server

NIGHTLY = pytest.mark.nightly
WRONG = 'Wr0ng"pass\\word+/ü<&>'
"""A password with every sign that is written in another way somewhere."""
NEEDS = ("id", "password", "pin", "card_number", "card_expiry", "card_cvc")


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as running:
        yield running


class Runs:
    """Runs with a trace, one after the other, each made to end in its own way."""

    def __init__(self, world: World) -> None:
        self.world, self.outputs, self.outcomes = world, [], set()

    def run(self, outcome: str) -> None:
        told = self.world.run(outcome, trace=True)
        assert outcome == "busy" or (told.evidence / "trace.zip").exists()
        self.outputs.append((told.out + told.err).encode())
        self.outcomes.add(outcome)

    def read_only(self) -> None:
        self.world.config["policy"] = {}
        self.run("read_only")

    def nothing_due(self) -> None:
        self.world.set("fresh")
        self.run("nothing_due")

    def renewed(self) -> None:
        self.run("renewed")

    def renewal_pending(self) -> None:
        self.world.set("activation", 3600)
        self.run("renewal_pending")

    def needs_you(self) -> None:
        self.world.fault("wrong_code")
        self.run("needs_you")

    def rejected(self) -> None:
        self.world.config["credentials"]["password"] = {"command": ["printf", "%s", WRONG]}
        self.run("rejected")

    def declined(self) -> None:
        self.world.fault("declined")
        self.run("declined")

    def too_expensive(self) -> None:
        self.world.fault("price")
        self.run("too_expensive")

    def payment_unknown(self) -> None:
        self.world.fault("session_expiry", path="*/complete", count=1)
        self.run("payment_unknown")

    def maintenance(self) -> None:
        self.world.fault("maintenance", path="*/add/confirm")
        self.run("maintenance")

    def changed(self) -> None:
        self.world.fault("changed_layout", path="*/idauth", after=1)
        self.run("changed")

    def unreachable(self) -> None:
        self.world.fault("http", path="*/add/confirm", status="502")
        self.run("unreachable")

    def busy(self) -> None:
        with self.world.ledger() as ledger, ledger.leases.acquire("docomo", "somebody", 600):
            self.run("busy")

    def failed(self) -> None:
        self.world.config["deadline"] = "4 seconds"
        self.world.fault("slow", path="*/idauth", seconds=9, after=1)
        self.run("failed")

    def awaiting_payment(self) -> None:
        self.world.config |= {
            "flow": "hoshi-mobile",
            "credentials": secrets("hoshi-mobile", *NEEDS) | {"pay_with": "slip"},
            "policy": {"when": "days_left <= 7"},
            "plan": {"name": "month", "price": "1650 JPY"},
            "caps": {"renewal": "2000 JPY"},
        }
        self.run("awaiting_payment")


DAILY = ("renewed", "needs_you", "rejected")


@pytest.mark.parametrize(
    "outcome", [o if o in DAILY else pytest.param(o, marks=NIGHTLY) for o in sorted(CODES)]
)
def test_no_secret_is_kept_or_shown(
    world: World, web: Web, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIGEN_CHAT", f"json://127.0.0.1:{web.port}/hook-canary-4f1c9b7a2e")
    world.top["notify"] = {"targets": {"chat": {"url": "env:KIGEN_CHAT"}}}
    if outcome in ("changed", "payment_unknown"):
        world.hurry()
    record.begin(world.home)
    runs = Runs(world)
    getattr(runs, outcome)()
    nothing_is_found(world, runs, {"wrong password": WRONG, "hook": "hook-canary-4f1c9b7a2e"})
    private(world.home)


@NIGHTLY
@pytest.mark.parametrize("way", ["card", "pin", "saved_card"])
def test_no_card_is_kept_or_shown(world: World, way: str) -> None:
    record.begin(world.home)
    runs = Runs(world)
    world.config["codes"] = [{"command": ["kigen", "sandbox", "sms", "bank"]}]
    world.config |= {
        "flow": "hoshi-mobile",
        "credentials": secrets("hoshi-mobile", *NEEDS) | {"pay_with": way},
        "policy": {"when": "days_left <= 7", "approve": "above 2000 JPY"},
        "plan": {"name": "month", "price": "1650 JPY"},
        "caps": {"renewal": "2000 JPY"},
    }
    runs.renewed()
    nothing_is_found(world, runs, {})


@NIGHTLY
def test_no_passkey_is_kept_in_clear_or_shown(world: World) -> None:
    world.set("fresh")
    record.begin(world.home)
    runs = Runs(world)
    told = world.run("read_only", account="docomo", passkey=True, trace=True)
    runs.outputs.append((told.out + told.err).encode())
    world.set("sign_out")
    runs.nothing_due()
    (kept,) = Vault(world.home, {}).read(KIND, "docomo")
    nothing_is_found(world, runs, {"passkey": kept["key"]["privateKey"]})


def nothing_is_found(world: World, runs: Runs, planted: dict[str, str]) -> None:
    """Neither what was planted, nor what the portals gave and got, nor the key of the vault."""
    canaries = Canaries()
    canaries.plant(**planted)
    for account in ("docomo", "hoshi-mobile"):
        known = control.secrets(world.home, account)
        canaries.plant(**{n: v for n, v in known.items() if n in ("password", "card_number")})
        if "card_number" in known:
            number = "".join(known["card_number"].split())
            canaries.plant(card=number, grouped=" ".join(number[i : i + 4] for i in (0, 4, 8, 12)))
    canaries.learn(world.home)
    key = world.home / "key"
    if key.exists():
        canaries.plant(key=key.read_text())
    assert canaries.found(world.home, runs.outputs) == []
    if runs.outcomes != {"busy"}:
        assert len(canaries.secrets) > 6, canaries.secrets.values()


def private(home: Path) -> None:
    """All that the home holds is for its owner alone, and nothing is left half written."""
    for path in [home, *home.rglob("*")]:
        assert stat.S_IMODE(path.lstat().st_mode) & 0o077 == 0, path
        assert not path.name.endswith(".part"), path


def test_a_killed_run_leaves_no_secret(lonely: World, tmp_path: Path) -> None:
    """Nor does the raw trace that it was writing stay anywhere."""
    world = lonely
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    world.environment["TMPDIR"] = str(temporary)
    before = set(Path("/dev/shm").glob("kigen-*"))  # noqa: S108  where raw traces are, if anywhere
    control.fault(world.home, "slow", portal="docomo", path="*/idauth", seconds=30, after=1)
    process = world.start("--trace")
    wait_until(lambda: _hits(world) == 1, 60)
    traced = {*Path("/dev/shm").glob("kigen-*"), *temporary.glob("kigen-*")} - before  # noqa: S108
    assert traced
    process.kill()
    out, err = process.communicate()
    assert wait_until(lambda: not any(folder.exists() for folder in traced), 30)
    assert wait_until(lambda: not list(temporary.rglob("*trace*")), 30)
    canaries = Canaries()
    canaries.plant(password=control.secrets(world.home, "docomo")["password"])
    assert canaries.found(world.home, [(out + err).encode()]) == []


def _hits(world: World) -> int:
    return sum(fault["hits"] for fault in control.faults(world.home))


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    """Or an empty result would mean nothing."""
    word = 'S3cret"+/wörd'
    for number, form in enumerate(forms_of(word).values()):
        (tmp_path / f"plain-{number}").write_bytes(b"x9" + form + b"9x")
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner", "x" * 999 + base64.b64encode(f"id:{word}!".encode()).decode())
        archive.writestr(f"named {word}", "")
    canaries = Canaries()
    canaries.plant(password=word, code="271828")
    places = {place.split("/")[-1] for place, _, _ in canaries.found(tmp_path, [word.encode()])}
    names = {f"plain-{number}" for number in range(len(forms_of(word)))}
    assert places == {*names, "a.zip", "inner", "wörd", "output 0"}  # the name stands in both


def test_codes_are_found_where_they_stand_alone(tmp_path: Path) -> None:
    canaries = Canaries()
    canaries.plant(code="271828")
    texts = {"a": "code 271828.", "b": '"271828"', "c": "12:00:00.271828", "d": "3271828", "e": "x"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    found = {place.split("/")[-1] for place, _, _ in canaries.found(tmp_path, [])}
    assert found == {"a", "b"}


def test_what_the_home_holds_is_for_its_owner_alone(world: World) -> None:
    os.umask(0o002)
    try:
        world.run("renewed", trace=True)
    finally:
        os.umask(0o022)
    listed = subprocess.run(
        ["find", str(world.home), "-mindepth", "1", "-perm", "/077"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert listed.stdout == ""
