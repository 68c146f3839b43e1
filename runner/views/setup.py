"""What config.yaml says, for its owner's eyes: names and limits; of secrets only where they are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo

from runner.config.codes import WAYS
from runner.config.live import Settings, Trouble
from runner.config.model import Account, Caps, Line
from runner.config.notify import TargetEntry
from runner.config.references import Reference
from runner.config.workspace import Workspace, shipped
from runner.flow.library import NoSuchFlow, Site
from runner.flow.mistakes import Mistakes
from runner.ledger.ledger import Ledger
from runner.values.money import Money
from runner.views import as_json
from runner.views.proved import Proved, proved


@dataclass(frozen=True)
class SetUp:
    """An account. `kept`: where each of its credentials is kept, None: in config.yaml itself."""

    account: Account
    site: Site | None
    kept: tuple[tuple[str, str | None], ...]
    codes: tuple[str, ...]
    told: tuple[str, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.account.lines


@dataclass(frozen=True)
class InUse:
    """A flow that accounts use."""

    name: str
    title: str
    hosts: tuple[str, ...]
    accounts: tuple[str, ...]
    proved: Proved


def accounts_set_up(workspace: Workspace) -> list[SetUp]:
    """All accounts, in the file's order."""
    return [_set_up(workspace, account) for account in workspace.accounts.values()]


def flows_in_use(workspace: Workspace, ledger: Ledger, zone: tzinfo) -> list[InUse]:
    """The flows of all accounts, by their names; those that can't be read are left out."""
    proofs, found = ledger.proofs.list(), []
    users: dict[str, list[str]] = {}
    for account in workspace.accounts.values():
        users.setdefault(account.flow, []).append(account.name)
    for name in sorted(users):
        site = site_of(workspace, name)
        if site is None:
            continue
        mine = [proof for proof in proofs if proof.flow == name]
        how_far = proved(site, mine, shipped(), zone)
        flow = site.flow
        found.append(
            InUse(name, flow.title, tuple(map(str, flow.hosts)), tuple(users[name]), how_far)
        )
    return found


def site_of(workspace: Workspace, flow: str) -> Site | None:
    """A flow with its selectors; None where they can't be read."""
    try:
        return workspace.library.load(flow)
    except (Mistakes, NoSuchFlow):
        return None


def caps_of(caps: Caps) -> Iterator[tuple[str, Money]]:
    """The caps that are set, by `renewal`, `day` and `month`."""
    for name, cap in (("renewal", caps.renewal), ("day", caps.day), ("month", caps.month)):
        if cap is not None:
            yield name, cap


def _set_up(workspace: Workspace, account: Account) -> SetUp:
    kept = tuple(
        (name, str(value) if isinstance(value, Reference) else None)
        for name, value in account.credentials.items()
    )
    ways = tuple(way for one in account.codes for way in WAYS if getattr(one, way) is not None)
    targets = workspace.config.notify.targets
    told = tuple(name for name, target in targets.items() if _hears(name, target, account))
    return SetUp(account, site_of(workspace, account.flow), kept, ways, told)


def _hears(name: str, target: TargetEntry, account: Account) -> bool:
    """Whether a target hears of an account."""
    named = account.notify is None or name in account.notify
    return named and (target.accounts is None or account.name in target.accounts)


def settings_json(settings: Settings) -> as_json.SettingsInForce:
    """Which settings hold, and why these."""
    trouble = settings.trouble
    return {
        "read_at": settings.taken.isoformat(),
        "trouble": None if trouble is None else _trouble_json(trouble),
    }


def _trouble_json(trouble: Trouble) -> as_json.Trouble:
    return {
        "since": trouble.since.isoformat(),
        "mistakes": [
            {
                "file": one.file,
                "line": one.place.line,
                "column": one.place.column,
                "message": one.message,
                "hint": one.hint,
            }
            for one in trouble.mistakes
        ],
        "message": trouble.message or None,
    }
