"""The vault: what Kigen keeps encrypted on disk, a file for each thing, sealed by one key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from runner.browser.files import file_name, name_of, write_private
from runner.browser.keys import Keyring, Keys

PROTECTED = {
    "sessions": "saved sessions",
    "devices": "trusted devices",
    "passkeys": "passkeys",
    "codes": "codes on their way to a run",
    "vouchers": "codes of vouchers",
    "peppers": "keys that tell equal codes",
}
"""All that is sealed, and nothing else is: the folders of the home, and what is in them. Whoever
seals something new adds its folder here, and a change of the key includes it."""

_SUFFIX = ".sealed"


class Unopened(ValueError):
    """Something sealed can't be opened: another key sealed it, or it is damaged."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file.name} can't be opened ({reason})")
        self.file = file


class Vault:
    """Seals JSON values by kind and name. `home` is the state folder."""

    def __init__(
        self, home: Path, environment: Mapping[str, str], keyring: Keyring | None = None
    ) -> None:
        self.home = home
        self.keys = Keys(home, environment, keyring)

    def read(self, kind: str, name: str) -> Any:
        """The value; None where there is none. Raises Unopened, or NoKey."""
        file = self.file(kind, name)
        if not file.exists():
            return None
        with self.keys.locked(exclusive=False):
            try:
                return json.loads(_open(file, self.keys.all()))
            except FileNotFoundError:
                return None
            except json.JSONDecodeError:
                raise Unopened(file, "its content is no JSON") from None

    def write(self, kind: str, name: str, value: Any) -> None:
        """Keep a value in place of the one before. Raises NoKey."""
        file = self.file(kind, name)
        data = json.dumps(value).encode()
        with self.keys.locked(exclusive=False):
            write_private(file, seal(data, self.keys.all()))

    def remove(self, kind: str, name: str) -> bool:
        """Drop a value; tells whether there was one."""
        file = self.file(kind, name)
        there = file.exists()
        file.unlink(missing_ok=True)
        return there

    def set_aside(self, kind: str, name: str) -> None:
        """Put what can't be opened out of the way; the one set aside before goes."""
        file = self.file(kind, name)
        file.replace(file.with_suffix(".unreadable"))

    def names(self, kind: str) -> list[str]:
        """Whose values of a kind there are."""
        return sorted(name_of(file.name.removesuffix(_SUFFIX)) for file in self._files(kind))

    def files(self) -> list[Path]:
        """Every sealed file of the home."""
        return [file for kind in PROTECTED for file in sorted(self._files(kind))]

    def file(self, kind: str, name: str) -> Path:
        """Where a value is kept. Raises KeyError for a kind that is not in PROTECTED."""
        if kind not in PROTECTED:
            raise KeyError(f"the vault keeps no {kind}")
        return self.home / kind / f"{file_name(name)}{_SUFFIX}"

    def _files(self, kind: str) -> Iterator[Path]:
        return (self.home / kind).glob(f"*{_SUFFIX}")


def seal(data: bytes, keys: list[bytes]) -> bytes:
    """Seal with the first key."""
    from cryptography.fernet import Fernet

    return Fernet(keys[0]).encrypt(data)


def _open(file: Path, keys: list[bytes]) -> bytes:
    """What a file holds, by whichever key fits. Raises Unopened or FileNotFoundError."""
    from cryptography.fernet import Fernet, InvalidToken, MultiFernet

    try:
        return MultiFernet([Fernet(key) for key in keys]).decrypt(file.read_bytes())
    except InvalidToken:
        raise Unopened(file, "another key sealed it, or it is damaged") from None


def reseal(file: Path, keys: list[bytes]) -> None:
    """Seal a file anew with the first key, whichever sealed it. Raises Unopened."""
    write_private(file, seal(_open(file, keys), keys))
