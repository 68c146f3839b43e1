"""Codes from every source, the approval on a phone among them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from runner.sandbox import control
from tests.challenge.mail_server import PASSWORD, USER, mail_server
from tests.e2e.codes import code, inbox, left_behind, meanwhile, post, run_waits, sms, steps
from tests.e2e.world import World, secrets
from tests.notify.servers import mail_server as told_by_mail
from tests.ports import free_port

NIGHTLY = pytest.mark.nightly
TOKEN = "a-token-of-32-signs-or-so-4f1c77"
BOXES = "typed into 6 boxes"


@NIGHTLY
def test_an_authenticator(world: World) -> None:
    world.set("code_by", "authenticator")
    world.config["codes"] = [secrets("docomo", "totp")]
    told = world.run("renewed")
    assert [step["note"] for step in steps(told, "one_time_code")] == [BOXES]
    assert (world.events("code_sent"), world.events("wrong_code")) == (0, 0)
    secret = control.secrets(world.home, "docomo")["totp"]
    left_behind(world, told, secret, secret.replace(" ", ""), secret.replace(" ", "").upper())


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with mail_server(tmp_path_factory.mktemp("mail"), tls=False) as found:
        yield found


def test_a_mail(world: World, mail: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real server: the portal sends by SMTP, the run reads by IMAP. Its first mail is an old one."""
    monkeypatch.setenv("MAIL_PASSWORD_OF_OWNER", PASSWORD)
    world.set("code_by", "mail")
    world.set("mail_server", f"127.0.0.1:{mail.smtp}")
    mail.send("セキュリティコード：111111", sender="x@elsewhere.example")
    world.config["codes"] = [
        {
            "mail": {
                "server": f"127.0.0.1:{mail.imap}",
                "user": USER,
                "password": "env:MAIL_PASSWORD_OF_OWNER",
                "security": "none",
                "from": "docomo.ne.jp",
                "subject": "セキュリティコード",
            }
        }
    ]
    told = world.run("renewed")
    assert (world.events("code_sent"), world.events("wrong_code")) == (1, 0)
    left_behind(world, told, PASSWORD)


@pytest.mark.parametrize("signed", [False, pytest.param(True, marks=NIGHTLY)])
def test_a_phone_that_forwards_messages_to_the_run_itself(
    world: World, signed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHONE_KEY", TOKEN)
    port = free_port()
    codes: list[str] = []
    key = "signing_key" if signed else "token"
    world.config["codes"] = [{"webhook": {key: "env:PHONE_KEY", "listen": f"127.0.0.1:{port}"}}]

    def phone() -> None:
        run_waits(world)
        text = sms(world)
        codes.append(text.split("：")[1][:6])
        body = json.dumps(
            {"from": "DOCOMO", "text": text, "receivedStamp": int(time.time() * 1000)}
        ).encode()
        assert post(port, body, authorization="Bearer wrong") == 401
        if signed:
            import hashlib
            import hmac

            digest = hmac.new(TOKEN.encode(), body, hashlib.sha256).hexdigest()
            assert post(port, body, **{"x-signature": digest}) == 200
        else:
            assert post(port, body, authorization=f"Bearer {TOKEN}") == 200

    with meanwhile(phone):
        told = world.run("renewed")
    assert world.events("wrong_code") == 0
    left_behind(world, told, TOKEN, codes[0])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_the_owner_by_kigen_code(world: World) -> None:
    """They are told of it at once; their code comes from another process."""
    world.config["codes"] = [{"ask": True}]

    def owner() -> None:
        run_waits(world)
        subprocess.run(
            [sys.executable, "-m", "runner", "code", "docomo", code(world)],
            cwd=world.folder,
            env=world.environment,
            check=True,
            capture_output=True,
        )

    with meanwhile(owner):
        told = world.run("renewed")
    assert "docomo: the site asks for a code of 6 digits (kigen code docomo 123456)" in told.err
    assert list((world.home / "codes").iterdir()) == []


@NIGHTLY
def test_kigen_code_counts_beside_whatever_source_there_is(world: World) -> None:
    world.config["codes"] = [{"file": str(world.folder / "never")}]

    def owner() -> None:
        run_waits(world)
        inbox(world).give("docomo", code(world))

    with meanwhile(owner):
        world.run("renewed")


@NIGHTLY
def test_a_file(world: World) -> None:
    file = world.folder / "sms.txt"
    world.write()
    file.write_text("セキュリティコード：111111")  # from before the run
    world.config["codes"] = [{"file": str(file)}]

    def phone() -> None:
        run_waits(world)
        file.write_text(sms(world))

    with meanwhile(phone):
        world.run("renewed")
    assert world.events("wrong_code") == 0


@NIGHTLY
def test_the_terminal(world: World) -> None:
    """A person at a real terminal; standard output stays one JSON document."""
    world.config["codes"] = [{"prompt": True}]
    ours, theirs = os.openpty()
    run = subprocess.Popen(
        [sys.executable, "-m", "runner", "run", "flow", "docomo", "--json"],
        cwd=world.write(),
        env=world.environment,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    )
    os.close(theirs)
    shown = b""
    try:
        while b"asks for a code of 6 digits" not in shown:
            shown += os.read(ours, 4096)
        os.write(ours, f"{code(world)}\n".encode())
        drain = threading.Thread(target=_drain, args=(ours,))
        drain.start()
        assert run.stdout is not None
        assert json.loads(run.stdout.read())["outcome"] == "renewed"
        assert run.wait(90) == 0
        drain.join(60)
    finally:
        run.kill()
        run.wait()
        os.close(ours)


def _drain(terminal: int) -> None:
    with suppress(OSError):
        while os.read(terminal, 4096):
            pass


@NIGHTLY
def test_the_first_source_has_none_and_the_second_helps(world: World) -> None:
    """In order, side by side, with one deadline: nobody waits the first one out."""
    world.config["codes"] = [
        {"command": ["true"]},
        {"command": ["kigen", "sandbox", "sms", "docomo"]},
    ]
    told = world.run("renewed")
    (step,) = steps(told, "one_time_code")
    assert step["seconds"] < 20


@NIGHTLY
def test_an_approval_on_the_phone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The owner is told while the run waits, with a picture; they approve, and the page moves on."""
    port = free_port()
    address = f"mailto://127.0.0.1:{port}?mode=insecure&from=a@example.com&to=b@example.com"
    monkeypatch.setenv("OWNERS_MAIL", address)
    world.top["notify"] = {"targets": {"mail": {"url": "env:OWNERS_MAIL", "events": ["asked"]}}}
    world.set("code_by", "app")

    with told_by_mail(port) as box:

        def owner() -> None:
            world.wait_for(lambda: bool(box.mails))
            world.set("approve")

        with meanwhile(owner):
            told = world.run("renewed")
        (mail,) = box.mails
    assert "asks for something" in str(mail["Subject"])
    body = mail.get_body()
    assert body is not None
    assert "Approve the sign-in in the dアカウント app." in body.get_content()
    assert [part.get_content_type() for part in mail.iter_attachments()] == ["image/png"]
    assert told.outcome == "renewed"
    assert [step["status"] for step in steps(told, "wait_for_owner")] == ["ok"]
    assert any(file.name.endswith("asked.png") for file in told.evidence.iterdir())


def test_a_secret_that_can_give_no_codes_is_told_before_anything_is_played(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from runner.flow.mistakes import Mistakes

    monkeypatch.setenv("TOTP_OF_OWNER", "JBSWY3DP0HPK1PXP")
    world.config["codes"] = [{"totp": "env:TOTP_OF_OWNER"}]
    with pytest.raises(Mistakes, match=r"config\.yaml:\d+:\d+: env:TOTP_OF_OWNER: .*not base32"):
        world.run("renewed")
    assert world.events("signed_in") == 0


@NIGHTLY
def test_what_runs_leave_holds_no_code(world: World, tmp_path: Path) -> None:
    """Neither files nor output: not of one that was taken, refused, or came too late to be taken."""
    codes: list[str] = []
    world.config["codes"] = [{"ask": True}]
    world.fault("wrong_code", count=1)

    def owner() -> None:
        for number in (1, 2):
            world.wait_for(lambda number=number: world.events("code_sent") == number)  # type: ignore[misc]
            run_waits(world)
            codes.append(code(world))
            inbox(world).give("docomo", codes[-1])

    with meanwhile(owner):
        told = world.run("renewed")
    codes.append("918273")
    inbox(world).give("docomo", codes[-1])
    left_behind(world, told, *codes)
