"""What `kigen doctor` looks at around this machine: the MQTT broker, the ping address, the dashboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runner.browser.check import Fact
from runner.cli.targets import secrets_of
from runner.config.secrets import Unresolved

if TYPE_CHECKING:
    from runner.config.dashboard import Dashboard
    from runner.config.home import Home
    from runner.config.monitoring import MqttEntry, PingEntry
    from runner.config.workspace import Workspace
    from runner.values.secret import Redactor


def around(workspace: Workspace, home: Home, redactor: Redactor) -> Iterator[Fact]:
    """The facts of what config.yaml wants; nothing of what it does not name."""
    from runner.cli.served_dashboard import wanted

    config = workspace.config
    if config.mqtt is not None:
        yield _broker(workspace, config.mqtt, home, redactor)
    if config.ping is not None:
        yield _ping(workspace, config.ping, home, redactor)
    dashboard = wanted(workspace)
    if dashboard is not None:
        yield _address(dashboard, home)
        yield _door(workspace, dashboard, home, redactor)


def _broker(workspace: Workspace, entry: MqttEntry, home: Home, redactor: Redactor) -> Fact:
    """Whether the broker lets us in. Nothing is said there: a daemon may be speaking in our name."""
    from runner.mqtt.address import Broker, WrongAddress
    from runner.mqtt.connection import Connection, Lost

    secrets = secrets_of(workspace, home, redactor)
    ca = None if entry.ca is None else secrets.path(str(entry.ca))
    try:
        Connection(Broker.parse(secrets.fetch(entry.url)), None, ca).close()
    except (Lost, WrongAddress, Unresolved) as trouble:
        return Fact("mqtt", "not connected", False, f"{trouble}.")
    return Fact("mqtt", "connected and let in", True)


def _ping(workspace: Workspace, entry: PingEntry, home: Home, redactor: Redactor) -> Fact:
    """Whether the addresses can be called. They are not: a call says that all is well."""
    from runner.notify.ping import wrong_with

    secrets, wrong = secrets_of(workspace, home, redactor), []
    for key, reference in (("url", entry.url), ("fail_url", entry.fail_url)):
        if reference is None:
            continue
        try:
            found = wrong_with(secrets.fetch(reference))
        except Unresolved as error:
            found = str(error)
        if found is not None:
            wrong.append(f"`ping: {key}:`: {found}.")
    value = "can't be called" if wrong else "written as it should be; it was not called"
    return Fact("ping", value, not wrong, " ".join(wrong))


def _address(config: Dashboard, home: Home) -> Fact:
    """Whether it is served by ours just now, or the address is free for it."""
    from runner.cli.served_dashboard import address_of
    from runner.web.serve import NotServed, listening

    served = address_of(home)
    if served is not None:
        return Fact("dashboard", f"served at {served}", True)
    try:
        listening(config.host, config.port).close()
    except NotServed as error:
        hint = (
            f"{error}. Stop what is served there, or name another address by `dashboard: listen:`."
        )
        return Fact("dashboard", f"{config.listen} can't be had", False, hint)
    return Fact("dashboard", f"{config.listen} is free for `kigen serve`", True)


def _door(workspace: Workspace, config: Dashboard, home: Home, redactor: Redactor) -> Fact:
    """Whether nobody but the owner is let in, from wherever the address is reached."""
    from runner.cli.served_dashboard import check
    from runner.flow.mistakes import Mistakes

    hint = None
    try:
        check(workspace, home)
        if config.password is not None:
            secrets_of(workspace, home, redactor).fetch(config.password)
    except (Mistakes, Unresolved) as error:
        hint = str(error)
    else:
        hint = _weakness(config)
    value = "for this machine only" if config.for_this_machine else "others reach it"
    return Fact("dashboard's door", value, hint is None, hint or "")


def _weakness(config: Dashboard) -> str | None:
    proxy = config.proxy
    if config.signed_in_elsewhere and proxy and any(not one.prefixlen for one in proxy.networks):
        return (
            f"Whoever sends the header {proxy.header} is let in, from everywhere: name the proxy's own "
            "address by `proxy: from:`."
        )
    if not config.for_this_machine and not (config.url or "").startswith("https://"):
        return (
            "Passwords and cookies can be read on the way: put a proxy with TLS in front, and name its "
            "address by `dashboard: url: https://…`."
        )
    return None
