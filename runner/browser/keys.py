"""The key of all that is sealed: in KIGEN_KEY, in the system's keyring, or in a file of its own.

Several keys may be known at a time: the first one seals, each of them opens. That is how a key is
changed without a moment at which something can't be opened.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from secrets import token_hex
from typing import Protocol

from runner.browser.files import write_private

VARIABLE = "KIGEN_KEY"
SERVICE = "kigen"
_POINTER = b"keyring"
"""Stands in the key's file when the key itself is in the keyring."""


class Place(StrEnum):
    """Where the key is kept."""

    VARIABLE = "environment"
    KEYRING = "keyring"
    FILE = "file"


class NoKey(LookupError):
    """The key can't be had. Tells why and what to do, never a key."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message}: {hint}")
        self.hint = hint


class Keyring(Protocol):
    """The part of the `keyring` library that is used."""

    def get_password(self, service: str, name: str) -> str | None: ...

    def set_password(self, service: str, name: str, password: str) -> None: ...

    def delete_password(self, service: str, name: str) -> None: ...


class Keys:
    """The keys of one home."""

    def __init__(
        self, home: Path, environment: Mapping[str, str], keyring: Keyring | None = None
    ) -> None:
        self._home, self._environment, self._keyring = home, environment, keyring

    @property
    def place(self) -> Place:
        """Where the key that seals is kept, or will be when it is first needed."""
        if self._environment.get(VARIABLE):
            return Place.VARIABLE
        return Place.KEYRING if self._file_content() == _POINTER else Place.FILE

    @property
    def version(self) -> tuple[int, int] | None:
        """Another one whenever keys have been stored; None where none are."""
        try:
            found = self._file.stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns

    def all(self) -> list[bytes]:
        """Every key, the one that seals first; one is made where there is none. Raises NoKey."""
        found = [*self._given(), *self.stored()]
        if not found:
            self._make()
            found = self.stored()
        return found

    def stored(self) -> list[bytes]:
        """The keys that are kept in the file or in the keyring. Raises NoKey."""
        content = self._file_content()
        if content != _POINTER:
            return [_checked(key, str(self._file)) for key in content.split()]
        kept = self._ask("get_password") or ""
        if not kept:
            raise NoKey(
                "the keyring has no key of this home any more",
                f"put it back, or remove {self._file} to begin with a new one",
            )
        return [_checked(key.encode(), "the keyring") for key in kept.split()]

    def store(self, keys: Sequence[bytes], place: Place) -> None:
        """Keep these instead of those that are stored. Whatever happens, the first stored key stays
        readable or all of these are. Raises NoKey."""
        if place is Place.KEYRING:
            self._ask("set_password", b" ".join(keys).decode())
            write_private(self._file, _POINTER)
        else:
            pointed = self._file_content() == _POINTER
            write_private(self._file, b"\n".join(keys))
            if pointed:
                self._ask("delete_password")

    def drop(self) -> None:
        """Keep none: the key comes from KIGEN_KEY alone."""
        if self._file_content() == _POINTER:
            self._ask("delete_password")
        self._file.unlink(missing_ok=True)

    @contextmanager
    def locked(self, *, exclusive: bool) -> Iterator[None]:
        """Whoever seals or opens holds the lock with others; whoever changes keys holds it alone."""
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._home / "key.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
            yield
        finally:
            os.close(handle)

    @property
    def _file(self) -> Path:
        return self._home / "key"

    def _file_content(self) -> bytes:
        try:
            return self._file.read_bytes().strip()
        except FileNotFoundError:
            return b""

    def _given(self) -> list[bytes]:
        return [
            _checked(key.encode(), VARIABLE)
            for key in self._environment.get(VARIABLE, "").replace(",", " ").split()
        ]

    def _make(self) -> None:
        """Make the first key. Of several processes that do so at once, one wins."""
        part = self._home / f"key.{token_hex(4)}"
        write_private(part, new_key())
        try:
            os.link(part, self._file)
        except FileExistsError:
            return
        finally:
            part.unlink()

    def _ask(self, what: str, *value: str) -> str | None:
        try:
            import keyring
            from keyring.errors import KeyringError

            own = keyring if self._keyring is None else self._keyring
            answer: str | None = getattr(own, what)(SERVICE, f"key of {self._home}", *value)
        except (KeyringError, OSError) as error:
            raise NoKey(
                f"the keyring can't be used here ({type(error).__name__})",
                f"on machines without a desktop the key is kept in a file, or in {VARIABLE}",
            ) from None
        return answer


def new_key() -> bytes:
    """A fresh key."""
    from cryptography.fernet import Fernet

    return Fernet.generate_key()


def _checked(key: bytes, where: str) -> bytes:
    from cryptography.fernet import Fernet

    try:
        Fernet(key)
    except ValueError:
        raise NoKey(
            f"what is in {where} is no key", "`kigen keys new` prints one; put the old one back"
        ) from None
    return key
