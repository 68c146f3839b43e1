"""Which accounts a command is about, and whether their settings can do what a run may ask of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from runner.cli.mistake import WrongCall
from runner.config.workspace import CONFIG, NoSuchAccount, Workspace
from runner.flow.library import NoSuchFlow
from runner.flow.mistakes import listed

if TYPE_CHECKING:
    from runner.config.home import Home
    from runner.config.model import Account
    from runner.flow.library import Site
    from runner.values.secret import Redactor


def chosen(
    workspace: Workspace, flows: Collection[str], account: str | None
) -> list[tuple[Account, Site]]:
    """The accounts that were asked for: by flow (or by their own name), and by `account`.

    No flows: of every flow. Raises NoSuchAccount, NoSuchFlow, WrongCall, or Mistakes of a flow.
    """
    accounts = workspace.accounts
    if account is not None and account not in accounts:
        raise NoSuchAccount(account, accounts)
    used = sorted({one.flow for one in accounts.values()})
    for flow in flows:
        if not any(flow in (one.flow, one.name) for one in accounts.values()):
            if flow in workspace.library.names():
                config = workspace.folder / CONFIG
                raise WrongCall(
                    f"no account in {config} uses the flow `{flow}`",
                    f"its accounts use: {listed(used) or 'none'}",
                )
            raise NoSuchFlow(flow, used)
    wanted = set(flows)
    found = [
        name
        for name, one in accounts.items()
        if account in (None, name) and (not wanted or {name, one.flow} & wanted)
    ]
    if account is not None and not found:
        raise WrongCall(f"the account `{account}` uses the flow `{accounts[account].flow}`")
    return [workspace.account(name) for name in found]


def check_codes(
    workspace: Workspace, home: Home, redactor: Redactor, accounts: list[Account]
) -> None:
    """A secret that can give no codes is told before a site asks for one. Raises Mistakes."""
    if not any(source.totp for account in accounts for source in account.codes):
        return
    from runner.cli.targets import secrets_of
    from runner.config.authenticators import check_authenticators
    from runner.flow.mistakes import Mistakes

    secrets = secrets_of(workspace, home, redactor)
    found = [
        mistake
        for account in accounts
        for mistake in check_authenticators(account, workspace.source, secrets)
    ]
    if found:
        raise Mistakes(list(dict.fromkeys(found)))
