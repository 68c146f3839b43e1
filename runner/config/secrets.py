"""Fetching secrets from where they are kept: late, once for a run, and into the redactor."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from runner.config.model import Account
from runner.config.references import Reference
from runner.values.secret import Redactor, Secret

COMMAND_TIME = 30.0
"""Seconds that a command may take."""
LARGEST = 65_536
"""Bytes that a secret's file may have."""


class Unresolved(LookupError):
    """A secret could not be fetched. Names the reference and what to do, never a value."""

    def __init__(self, reference: Reference, message: str, hint: str | None = None) -> None:
        super().__init__(f"{reference}: {message}")
        self.reference, self.hint = reference, hint


@dataclass
class Secrets:
    """Fetches secrets. `folder` is the workspace, which relative paths start from.

    `kigen` is how this very program is started, for commands that begin with `kigen`; `at_hand`
    answers those of its commands that need no process of their own, and gives None for the rest;
    `programs` is the folder that is searched first for others.
    """

    environment: Mapping[str, str]
    home: Path
    folder: Path
    redactor: Redactor
    kigen: Sequence[str] = ("kigen",)
    at_hand: Callable[[Sequence[str]], str | None] = lambda _: None
    programs: Path | None = None
    command_time: float = COMMAND_TIME
    _fetched: dict[Reference, Secret] = field(default_factory=dict, repr=False)

    def fetch(self, reference: Reference) -> Secret:
        """The secret, from its place or from before. Raises Unresolved."""
        if reference not in self._fetched:
            fetch = {
                "env": self._variable,
                "file": self._file,
                "keyring": _keyring,
                "command": self._command,
            }[reference.kind]
            secret = Secret(fetch(reference))
            if not secret:
                raise Unresolved(reference, "it is empty")
            self.redactor.add(secret)
            self._fetched[reference] = secret
        return self._fetched[reference]

    def credentials(self, account: Account, secret: Collection[str]) -> dict[str, str | Secret]:
        """All that an account signs in with; what is not among the `secret` names is plain text.

        Raises Unresolved.
        """
        found = {
            name: self.fetch(value) if isinstance(value, Reference) else value
            for name, value in account.credentials.items()
        }
        return {name: one if name in secret else one.reveal() for name, one in found.items()}

    def path(self, text: str) -> Path:
        """A path of the file, with `~` and `$KIGEN_HOME` filled in."""
        text = text.replace("${KIGEN_HOME}", str(self.home)).replace("$KIGEN_HOME", str(self.home))
        if text == "~" or text.startswith("~/"):
            text = self.environment.get("HOME", str(Path.home())) + text[1:]
        return self.folder / text

    def words(self, words: Sequence[str]) -> list[str]:
        """The words of a command, with `kigen` as this very program."""
        return [*self.kigen, *words[1:]] if words[0] == "kigen" else list(words)

    def command_environment(self) -> dict[str, str]:
        """The environment of commands: the own one, with the folder of programs first."""
        environment = dict(self.environment)
        if self.programs is not None:
            rest = environment.get("PATH", os.defpath)
            environment["PATH"] = f"{self.programs}{os.pathsep}{rest}"
        return environment

    def _variable(self, reference: Reference) -> str:
        name = reference.words[0]
        try:
            return self.environment[name]
        except KeyError:
            raise Unresolved(
                reference, "this variable is not set", f"export {name}=…, where kigen is started"
            ) from None

    def _file(self, reference: Reference) -> str:
        path = self.path(reference.words[0])
        try:
            found = path.stat()
            if found.st_mode & stat.S_IRWXO:
                raise Unresolved(reference, "everybody may read this file", f"chmod 600 {path}")
            if found.st_size > LARGEST:
                raise Unresolved(reference, "this file is too large to hold one secret")
            text = path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            raise Unresolved(reference, "there is no such file") from None
        except OSError as error:
            raise Unresolved(reference, f"can't be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise Unresolved(reference, "this file is not UTF-8 text") from None
        text = text.rstrip("\r\n")
        if "\n" in text:
            raise Unresolved(reference, "this file has several lines; a secret is one")
        return text

    def _command(self, reference: Reference) -> str:
        if reference.words[0] == "kigen":
            answer = self.at_hand(reference.words[1:])
            if answer is not None:
                return answer
        words = self.words(reference.words)
        try:
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self.command_environment(),
                cwd=self.folder,
                start_new_session=True,
            )
        except OSError as error:
            raise Unresolved(reference, f"it does not start: {error.strerror}") from None
        with process:
            try:
                printed, _ = process.communicate(timeout=self.command_time)
            except subprocess.TimeoutExpired:
                raise Unresolved(
                    reference, f"it did not end within {self.command_time:g} s", "does it ask?"
                ) from None
            finally:
                _end(process)
        if process.returncode:
            raise Unresolved(
                reference, f"it ended with {process.returncode}", "run it yourself to see why"
            )
        lines = printed.decode("utf-8", errors="replace").splitlines()
        return lines[0] if lines else ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command together with all that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def _keyring(reference: Reference) -> str:
    import keyring
    from keyring.errors import KeyringError

    service, name = reference.words
    try:
        found = keyring.get_password(service, name)
    except KeyringError as error:
        raise Unresolved(
            reference,
            f"the keyring can't be used here ({type(error).__name__})",
            "on machines without a desktop, `file:` or `env:` does",
        ) from None
    if found is None:
        raise Unresolved(
            reference, "the keyring has no such entry", f"keyring set {service} {name}"
        )
    return str(found)
