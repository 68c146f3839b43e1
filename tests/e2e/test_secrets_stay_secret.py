"""The canary: after runs of every kind, with traces, no secret is in any file or in any output."""

from __future__ import annotations

import base64
import subprocess
import urllib.parse
import zipfile
from collections.abc import Iterator
from pathlib import Path

from runner.sandbox import control
from tests.e2e.world import World

PORTAL = "sandbox"
"""The portal's own folder: it may know its codes and passwords."""


def test_no_secret_is_kept_or_shown(lonely: World) -> None:
    world, outputs = lonely, []
    world.write()
    spy = world.folder / "spy"
    spy.write_text('#!/bin/sh\nkigen sandbox sms docomo | tee -a "$KIGEN_SPY"\n')
    spy.chmod(0o700)
    seen = world.folder / "seen"
    world.environment["KIGEN_SPY"] = str(seen)
    world.config["codes"] = [{"command": [str(spy)]}]

    def run(outcome: str) -> None:
        with world.start("--trace") as process:
            out, err = process.communicate(timeout=90)
        assert f'"outcome": "{outcome}"' in out, (out, err)
        outputs.append((out + err).encode())
        traces = list((world.home / "evidence").glob("*/trace.zip"))
        assert len(traces) == len(outputs)

    run("renewed")
    world.set("sign_out")
    world.set("forget_terminals")
    world.fault("wrong_code")
    run("needs_you")
    world.clear()
    world.set("due")
    world.fault("http", path="*/add/confirm", status="502")
    run("unreachable")
    world.clear()
    right = world.config["credentials"]["password"]
    world.config["credentials"]["password"] = {"command": ["printf", "Wrong+pass/word=1"]}
    world.set("sign_out")
    run("rejected")
    world.config["credentials"]["password"] = right

    codes = [text.split("：")[1][:6] for text in seen.read_text().splitlines()]
    assert len(codes) == 3
    known = control.secrets(world.home, "docomo")
    secrets = {known["password"], "Wrong+pass/word=1", *codes}
    found = [
        (place, form)
        for place, data in _everything(world.home, outputs)
        for secret in secrets
        for form in _forms(secret)
        if form in data
    ]
    assert found == []


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    """Or an empty result would mean nothing."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner", "x" * 999 + base64.b64encode(b"id:S3cret+/word").decode())
    (tmp_path / "b").write_bytes("S3cret+/word".encode("utf-16-le"))
    (tmp_path / "c").write_text("p=S3cret%2B%2Fword&")
    (tmp_path / "d").write_text("S3cret+/word")
    places = {
        place
        for place, data in _everything(tmp_path, [])
        for form in _forms("S3cret+/word")
        if form in data
    }
    assert {place.split("/")[-1] for place in places} == {"inner", "b", "c", "d"}


def _everything(home: Path, outputs: list[bytes]) -> Iterator[tuple[str, bytes]]:
    """All that a run may have written, archives unpacked."""
    yield from ((f"output {number}", data) for number, data in enumerate(outputs))
    for file in home.rglob("*"):
        if not file.is_file() or file.relative_to(home).parts[0] == PORTAL:
            continue
        yield str(file), file.name.encode() + b"\n" + file.read_bytes()
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                for name in archive.namelist():
                    yield f"{file}/{name}", archive.read(name)


def _forms(secret: str) -> set[bytes]:
    """A secret as it is, as in addresses and forms, in base64 at every offset, and in UTF-16."""
    raw = secret.encode()
    forms = {
        raw,
        urllib.parse.quote(secret, safe="").encode(),
        urllib.parse.quote_plus(secret).encode(),
        secret.encode("utf-16-le"),
        secret.encode("utf-16-be"),
    }
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw).rstrip(b"=")
        # the first and the last signs depend on what stands beside the secret
        forms.add(coded[(0, 2, 3)[shift] : len(coded) - (1 if (shift + len(raw)) % 3 else 0)])
    return forms


def test_what_the_home_holds_is_for_its_owner_alone(world: World) -> None:
    world.run("renewed")
    listed = subprocess.run(
        ["find", str(world.home), "-mindepth", "1", "-perm", "/077"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert listed.stdout == ""
