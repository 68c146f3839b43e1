"""A dry run of every flow that comes with kigen: up to the paying click, and not one step further."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from runner.cli.main import main
from runner.cli.run import Request, run_accounts
from runner.config.home import Home
from runner.flow.library import Library
from runner.flow.model import Flow
from runner.flow.walk import steps
from runner.ledger.ledger import Ledger
from runner.sandbox import control
from runner.sandbox.errors import UnknownName
from runner.sandbox.portals import named
from runner.values.secret import Redactor
from tests.e2e.world import World

ROOT = Path(__file__).parents[2]
SENDER = {"ahamo": "docomo", "web-billing": "docomo"}
"""Whose sign-in sends the codes, where it is another's."""


def flows() -> list[str]:
    """The flows of sites that have a practice portal; parts for other flows are no sites."""
    found = []
    for file in sorted((ROOT / "flows").glob("*.yaml")):
        with contextlib.suppress(UnknownName):
            named(file.stem)
            if "login" in yaml.safe_load(file.read_text()):
                found.append(file.stem)
    return found


def account(flow: Flow, home: Path) -> dict[str, Any]:
    """An account that is always due and may pay whatever its first plan costs, by the bank's card."""
    own, bank = (control.secrets(home, portal) for portal in (flow.flow, "bank"))
    plans = [
        (title, plan) for title, plan in flow.plans.items() if plan.price and not plan.pay_with
    ]
    credentials: dict[str, Any] = {}
    sender = SENDER.get(flow.flow, flow.flow)
    for name, need in flow.needs.items():
        portal, known = (flow.flow, own) if name in own else ("bank", bank)
        if name in known:
            command = ["kigen", "sandbox", "secrets", portal, name]
            credentials[name] = {"command": command} if need.secret else known[name]
    return {
        "flow": flow.flow,
        "at": "sandbox",
        "credentials": credentials,
        "codes": [{"command": ["kigen", "sandbox", way, sender]} for way in ("sms", "mail")],
        "lines": {own.get("line") or own["phone"]: None},
        "policy": {"when": "1 == 1"},
        **({"plan": {"name": plans[0][0], "price": str(plans[0][1].price)}} if plans else {}),
    }


def renews(flow: Flow) -> bool:
    """Whether it has a step that renews, for money or at no cost."""
    return any(step.kind in ("pay", "extend") for _, step in steps(flow))


def bring_session(world: World, flow: Flow) -> None:
    """Where no program may sign in, the owner brings the session of a browser of their own."""
    cookies = control.secrets(world.home, flow.flow).get("cookies")
    if cookies is not None:
        export = world.folder / "export.json"
        export.write_text(cookies)
        words = ["session", "import", "practice", str(export)]
        assert main([*words, "--workspace", str(world.folder)]) == 0


BY_DAY = {"docomo", "hoshi-mobile"}
"""Played with every change, one for each way to renew; the others every night."""


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in BY_DAY else pytest.mark.nightly) for name in flows()],
)
def test_a_dry_run_costs_nothing_and_intends_nothing(world: World, name: str) -> None:
    flow = Library([ROOT]).load(name).flow
    settings = account(flow, world.home)
    world.folder.mkdir(mode=0o700)
    (world.folder / "config.yaml").write_text(
        yaml.safe_dump({"timezone": "Asia/Tokyo", "accounts": {"practice": settings}})
    )
    bring_session(world, flow)
    printed, home = io.StringIO(), Home(world.home)
    with contextlib.redirect_stdout(printed):
        run_accounts(Request(world.folder, home, Redactor(), as_json=True, dry_run=True))
    told = json.loads(printed.getvalue())
    if renews(flow):
        assert "dry run: it stopped right before" in told["message"], told
        assert told["outcome"] == "read_only"
    assert [line["reading"] is None for line in told["lines"]] == [False]
    assert control.charges(world.home) == []
    with Ledger.open(home.ledger) as ledger:
        assert ledger.renewals.list() == []
    world.nothing_runs()


def test_docomo_is_among_them() -> None:
    assert "docomo" in flows()
