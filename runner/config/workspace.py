"""The workspace: a folder with config.yaml, and the flows and selectors that its accounts use."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from runner.config.events import CHOICE
from runner.config.file import AccountEntry, ConfigFile, Settings, words
from runner.config.merge import settle
from runner.config.model import Account
from runner.config.private import hide_secrets
from runner.flow.mistakes import Mistake, Mistakes, did_you_mean, listed
from runner.flow.source import Source, Texts, text_of

if TYPE_CHECKING:
    from runner.flow.library import Library, Site

CONFIG = "config.yaml"


class NoWorkspace(LookupError):
    """There is no config.yaml to work with."""


class NoSuchAccount(LookupError):
    """config.yaml has no account of this name."""

    def __init__(self, name: str, known: Collection[str]) -> None:
        self.hint = did_you_mean(name, known)
        accounts = listed(known) or "none"
        super().__init__(f"there is no account `{name}`; accounts: {accounts}")


class Workspace:
    """Config, flows and selectors together. An account is held against its flow when it is asked
    for; other accounts' flows are not even read."""

    def __init__(
        self, folder: Path, source: Source, config: ConfigFile, texts: Texts | None = None
    ) -> None:
        self.folder, self.source, self.config = folder, source, config
        self._given = texts

    @classmethod
    def open(cls, folder: Path, texts: Texts | None = None) -> Workspace:
        """Read config.yaml. Raises Mistakes with all that it gets wrong by itself.

        `texts`: those that another one of this folder has read, in place of the files as they are now.
        """
        file = folder / CONFIG
        text = text_of(file) if texts is None else texts[CONFIG]
        source = Source(file, text, private=words())
        hide_secrets(source)
        workspace = cls(folder, source, _read(source), texts)
        if mistakes := [*workspace._names(), *workspace._events()]:
            raise Mistakes(mistakes)
        return workspace

    @property
    def account_names(self) -> tuple[str, ...]:
        """The accounts, in the file's order."""
        return tuple(self.config.accounts)

    @cached_property
    def accounts(self) -> Mapping[str, Account]:
        """All accounts, settled, but not held against their flows: for showing, not for running."""
        return {
            name: settle(name, entry or AccountEntry(), self.config.defaults)
            for name, entry in self.config.accounts.items()
        }

    @cached_property
    def library(self) -> Library:
        """The flows: the workspace's own first, then those that come with kigen."""
        from runner.flow.library import Library

        return Library([self.folder, shipped()], self._given)

    @property
    def texts(self) -> Texts:
        """What this folder's files said: config.yaml, and the flows of all accounts that were asked
        for. Whatever becomes of the files, `open` makes the same of it."""
        return {CONFIG: self.source.text, **self.library.texts}

    def account(self, name: str) -> tuple[Account, Site]:
        """An account that is ready to run, with its flow. Raises NoSuchAccount or Mistakes."""
        from runner.config.checks import check

        entry = self._entry(name)
        account = settle(name, entry, self.config.defaults)
        site, mistakes = check(account, self.source, self.library)
        if mistakes or site is None:
            raise Mistakes(mistakes)
        return account, site

    def mistakes(self) -> list[Mistake]:
        """All mistakes of accounts and the flows that they use."""
        from runner.config.checks import check

        found: list[Mistake] = []
        for account in self.accounts.values():
            found += check(account, self.source, self.library)[1]
        return list(dict.fromkeys(found))

    def _entry(self, name: str) -> AccountEntry:
        if name not in self.config.accounts:
            raise NoSuchAccount(name, self.config.accounts)
        return self.config.accounts[name] or AccountEntry()

    def _names(self) -> Iterator[Mistake]:
        """Names of targets and accounts that nothing has."""
        targets, accounts = self.config.notify.targets, self.config.accounts
        lists: list[tuple[tuple[str | int, ...], Sequence[str], Collection[str], str]] = []
        named: list[tuple[tuple[str, ...], Settings | None]] = [
            (("defaults",), self.config.defaults),
            *((("accounts", name), entry) for name, entry in accounts.items()),
        ]
        for place, entry in named:
            if entry is not None and entry.notify:
                lists.append(((*place, "notify"), entry.notify, targets, "target"))
            if entry is not None and entry.escalate and (louder := entry.escalate.notify):
                lists.append(((*place, "escalate", "notify"), louder, targets, "target"))
        for name, target in targets.items():
            where = ("notify", "targets", name, "accounts")
            lists.append((where, target.accounts or [], accounts, "account"))
        for path, used, known, what in lists:
            for number, name in enumerate(used):
                if name not in known:
                    yield self._unknown((*path, number), what, name, known)

    def _events(self) -> Iterator[Mistake]:
        """Names of events that nobody can be told of: else a run would find out when it tells."""
        for name, target in self.config.notify.targets.items():
            for number, event in enumerate(target.events or ()):
                if event not in CHOICE:
                    path = ("notify", "targets", name, "events", number)
                    yield self._unknown(path, "event", event, CHOICE)

    def _unknown(
        self, path: tuple[str | int, ...], what: str, name: str, known: Collection[str]
    ) -> Mistake:
        hint = did_you_mean(name, known) or f"{what}s: {listed(known) or 'none'}"
        return self.source.mistake(path, f"there is no {what} `{name}`", hint)


def _read(source: Source) -> ConfigFile:
    from pydantic import ValidationError

    from runner.flow.validate import mistakes_of

    if source.data is None:
        raise Mistakes([source.mistake((), "this file is empty")])
    try:
        return ConfigFile.model_validate(source.data)
    except ValidationError as error:
        raise Mistakes(mistakes_of(error, ConfigFile, source)) from None


def shipped() -> Path:
    """The folder with the flows and selectors that come with kigen, installed or checked out."""
    package = Path(__file__).resolve().parent.parent
    return package / "shipped" if (package / "shipped").is_dir() else package.parent


def find_workspace(explicit: Path | None, environment: Mapping[str, str], here: Path) -> Path:
    """The folder to work in: the one asked for, KIGEN_WORKSPACE, `here` or the nearest above it,
    or the user's own. Raises NoWorkspace."""
    named = environment.get("KIGEN_WORKSPACE")
    for folder, whence in ((explicit, "--workspace"), (named and Path(named), "KIGEN_WORKSPACE")):
        if folder:
            folder = folder.expanduser()
            if not (folder / CONFIG).is_file():
                raise NoWorkspace(
                    f"{whence} names {folder}, which has no {CONFIG}; `kigen init` makes one"
                )
            return folder
    for folder in (here, *here.parents):
        if (folder / CONFIG).is_file():
            return folder
    from platformdirs import user_config_path

    own = user_config_path("kigen", appauthor=False)
    if (own / CONFIG).is_file():
        return own
    raise NoWorkspace(
        f"there is no {CONFIG} in {here}, in a folder above it, or in {own}; `kigen init` makes one"
    )
