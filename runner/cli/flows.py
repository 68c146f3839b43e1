"""`kigen flows list`, `kigen flows show NAME`, `kigen flows lint [NAME…]`; and `update`, of its own module."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.flows_update import update
from runner.cli.invocation import Invocation, invocation, print_json
from runner.cli.options import Json

if TYPE_CHECKING:
    from runner.flow.library import Library, Site
    from runner.flow.model import Flow
    from runner.ledger.records import Proof

app = group(COMMANDS["flows"][1])

app.command()(update)


@app.command("list")
def list_(context: typer.Context, as_json: Json = False) -> int:
    """Show the flows that there are: the workspace's own, and those that come with kigen."""
    from runner.cli.table import Column, room_of, table
    from runner.flow.mistakes import Mistakes

    call = invocation(context)
    library, told = library_of(call), _Proved(call)
    found: list[dict[str, Any]] = []
    for name in library.names():
        row = {"flow": name, "title": None, "proved": None, "file": str(library.path(name))}
        try:
            site = library.load(name)
            row |= {"title": site.flow.title, "proved": told(site)}
        except Mistakes:
            row["proved"] = "has mistakes"
        found.append(row)
    if as_json:
        print_json(found)
        return 0
    columns = [
        Column("flow"), Column("title", least=10, rank=1), Column("proved"),
        Column("file", least=20, rank=2),
    ]  # fmt: skip
    print(table(columns, [[str(v or "–") for v in row.values()] for row in found], room=room_of()))
    return 0


@app.command()
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    as_json: Json = False,
) -> int:
    """Show what a flow needs, sells and does, step by step."""
    call = invocation(context)
    site = library_of(call).load(name)
    told = _Proved(call)
    if as_json:
        print_json(_facts(site.flow) | {"proved": told(site), "live": told.live(site)})
        return 0
    flow = site.flow
    for label, text in (
        ("flow", f"{flow.flow}, {flow.title} ({site.source.path})"),
        ("hosts", ", ".join(flow.hosts)),
        ("proved", told(site)),
        (
            "needs",
            ", ".join(f"{key} ({need.kind})" for key, need in flow.needs.items()) or "nothing",
        ),
        ("plans", ", ".join(f"{key} ({plan.price})" for key, plan in flow.plans.items()) or "none"),
        ("signals", ", ".join(flow.signals)),
    ):
        print(f"{label:8} {text}")
    for proof in told.live(site):
        version = "this version" if proof["same"] else "another version"
        print(f"{'live':8} {proof['reach']} on {proof['day']}, {version} (run {proof['run']})")
    for phase, steps in _steps(flow):
        print(f"\n{phase}")
        for number, step in enumerate(steps):
            grade = f"  ({step['evidence']})" if step["evidence"] else ""
            print(f"  {number}  {step['kind']}{grade}")
    return 0


@app.command()
def lint(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME…", show_default=False)] = None,
) -> int:
    """Check flows with their selectors: all that there are, or these."""
    from runner.flow.mistakes import Mistake, Mistakes

    library = library_of(invocation(context))
    chosen = names or library.names()
    found: dict[Mistake, None] = {}
    for name in chosen:
        try:
            library.load(name)
        except Mistakes as mistakes:
            found |= dict.fromkeys(mistakes.mistakes)
    if found:
        print(Mistakes(found), file=sys.stderr)
        return 2
    print(f"{len(chosen)} {'flow is' if len(chosen) == 1 else 'flows are'} without mistakes.")
    return 0


def library_of(call: Invocation) -> Library:
    """The flows of the workspace; without one, those that come with kigen."""
    from runner.config.workspace import NoWorkspace, shipped
    from runner.flow.library import Library

    try:
        return Library([call.folder, shipped()])
    except NoWorkspace:
        if call.named_workspace is not None:
            raise
        return Library([shipped()])


class _Proved:
    """Tells how far flows are proved, by what the ledger knows. A machine that never ran has none."""

    def __init__(self, call: Invocation) -> None:
        from runner.config.workspace import NoWorkspace, shipped
        from runner.config.zone import local_zone

        self._shipped = shipped()
        try:
            self._zone = call.zone
        except NoWorkspace:
            self._zone = local_zone()
        self._proofs: list[Proof] = []
        if (call.home.folder / "ledger.db").is_file():
            with call.ledger() as ledger:
                self._proofs = ledger.proofs.list()

    def __call__(self, site: Site) -> str:
        from runner.views.proved import proved

        return str(proved(site, self._of(site), self._shipped, self._zone))

    def live(self, site: Site) -> list[dict[str, Any]]:
        """The runs that have proved it on the live portal, the newest first."""
        return [
            {
                "reach": proof.reach,
                "day": proof.at.astimezone(self._zone).date().isoformat(),
                "same": proof.digest == site.digest,
                "run": proof.run_id,
            }
            for proof in self._of(site)
        ]

    def _of(self, site: Site) -> list[Proof]:
        return [proof for proof in self._proofs if proof.flow == site.flow.flow]


def _facts(flow: Flow) -> dict[str, Any]:
    return {
        "flow": flow.flow,
        "title": flow.title,
        "hosts": flow.hosts,
        "needs": {name: need.kind for name, need in flow.needs.items()},
        "plans": {name: str(plan.price or "") or None for name, plan in flow.plans.items()},
        "signals": list(flow.signals),
        "phases": dict(_steps(flow)),
    }


def _steps(flow: Flow) -> Iterator[tuple[str, list[dict[str, str | None]]]]:
    from runner.flow.model import PHASES

    for phase in PHASES:
        if steps := flow.phase(phase):
            yield phase, [{"kind": step.kind, "evidence": step.evidence} for step in steps]
