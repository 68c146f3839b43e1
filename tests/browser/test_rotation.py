"""A change of the key seals everything anew, and survives being killed at every step."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from runner.browser.keys import NoKey, Place, new_key
from runner.browser.rotation import rotate
from runner.browser.vault import PROTECTED, Unopened, Vault

ACCOUNTS = ("docomo", "Mary")
STEPS = 2 + len(PROTECTED) * len(ACCOUNTS)


class Keyring(dict[tuple[str, str], str]):
    """A keyring of one's own."""

    def get_password(self, service: str, name: str) -> str | None:
        return self.get((service, name))

    def set_password(self, service: str, name: str, password: str) -> None:
        self[service, name] = password

    def delete_password(self, service: str, name: str) -> None:
        del self[service, name]


def filled(home: Path, keyring: Keyring | None = None, **environment: str) -> Vault:
    vault = Vault(home, environment, keyring)
    for kind in PROTECTED:
        for account in ACCOUNTS:
            vault.write(kind, account, [kind, account])
    return vault


def whole(vault: Vault) -> bool:
    return all(vault.read(kind, name) == [kind, name] for kind in PROTECTED for name in ACCOUNTS)


def test_the_old_key_is_needed_no_more(tmp_path: Path) -> None:
    vault = filled(tmp_path)
    old = (tmp_path / "key").read_bytes()
    rotated = rotate(vault)
    assert (rotated.sealed, rotated.unopened) == (len(vault.files()), [])
    assert whole(Vault(tmp_path, {}))
    assert old not in (tmp_path / "key").read_bytes()
    assert len((tmp_path / "key").read_bytes().split()) == 1
    (tmp_path / "key").write_bytes(old)
    with pytest.raises(Unopened):
        Vault(tmp_path, {}).read("sessions", "docomo")


@pytest.mark.parametrize("step", range(STEPS))
def test_killed_in_the_middle_nothing_is_lost(tmp_path: Path, step: int) -> None:
    filled(tmp_path)
    old = (tmp_path / "key").read_bytes()
    process = multiprocessing.get_context("fork").Process(target=_die_at, args=(tmp_path, step))
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    assert whole(Vault(tmp_path, {}))
    rotate(Vault(tmp_path, {}))
    assert whole(Vault(tmp_path, {}))
    (key,) = (tmp_path / "key").read_bytes().split()
    assert key != old
    assert list(tmp_path.rglob("*.part")) == []


def _die_at(home: Path, step: int) -> None:
    steps = iter(range(STEPS))

    def on_step(_: str) -> None:
        if next(steps) == step:
            (home / "sessions" / "docomo.sealed.1.part").write_bytes(b"half")
            os.kill(os.getpid(), signal.SIGKILL)

    rotate(Vault(home, {}), on_step=on_step)


def test_into_the_keyring_and_back(tmp_path: Path) -> None:
    keyring = Keyring()
    vault = filled(tmp_path, keyring)
    old = (tmp_path / "key").read_bytes()
    assert rotate(vault, Place.KEYRING).place is Place.KEYRING
    (key,) = keyring.values()
    assert key.encode() != old
    assert (tmp_path / "key").read_bytes() == b"keyring"
    assert whole(vault)
    rotate(vault)
    assert list(keyring.values()) != [key]
    assert rotate(vault, Place.FILE).place is Place.FILE
    assert keyring == {}
    assert whole(Vault(tmp_path, {}))


def test_a_key_in_the_environment_is_the_owners_to_change(tmp_path: Path) -> None:
    old, new = new_key().decode(), new_key().decode()
    filled(tmp_path, KIGEN_KEY=old)
    with pytest.raises(NoKey, match="put a new key before the old one"):
        rotate(Vault(tmp_path, {"KIGEN_KEY": old}))
    rotate(Vault(tmp_path, {"KIGEN_KEY": f"{new} {old}"}))
    assert whole(Vault(tmp_path, {"KIGEN_KEY": new}))
    assert not (tmp_path / "key").exists()


def test_from_the_file_into_the_environment(tmp_path: Path) -> None:
    filled(tmp_path)
    new = new_key().decode()
    assert whole(Vault(tmp_path, {"KIGEN_KEY": new}))  # the file's key still opens
    rotate(Vault(tmp_path, {"KIGEN_KEY": new}))
    assert not (tmp_path / "key").exists()
    assert whole(Vault(tmp_path, {"KIGEN_KEY": new}))


def test_what_can_not_be_opened_is_named_and_left(tmp_path: Path) -> None:
    vault = filled(tmp_path)
    file = vault.file("passkeys", "docomo")
    file.write_bytes(Fernet(Fernet.generate_key()).encrypt(b"{}"))
    rotated = rotate(vault)
    assert rotated.unopened == [file]
    assert file.exists()


def test_who_reads_and_writes_meanwhile_sees_no_gap(tmp_path: Path) -> None:
    vault, stop, seen = filled(tmp_path), threading.Event(), []

    def work() -> None:
        while not stop.is_set():
            vault.write("sessions", "docomo", ["sessions", "docomo"])
            seen.append(whole(Vault(tmp_path, {})))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for _ in range(5):
            rotate(Vault(tmp_path, {}))
    finally:
        stop.set()
        thread.join()
    assert seen
    assert all(seen)


def test_keys_made_at_the_same_moment_are_one(tmp_path: Path) -> None:
    found: list[list[bytes]] = []
    threads = [
        threading.Thread(target=lambda: found.append(Vault(tmp_path, {}).keys.all()))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({key for (key,) in found}) == 1
