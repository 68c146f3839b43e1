"""What an expression may name at a place of a flow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from runner.flow.base import Step
from runner.flow.expressions import Expression
from runner.flow.model import Flow
from runner.flow.walk import Path, steps

ACCOUNT = frozenset({"name"})
VOUCHER_CODE = ("voucher", "code")
LINE = frozenset({"name", "title"})
PLAN = frozenset({"name", "title", "price", "days", "data", "balance", "coupon"})

VOUCHER = frozenset({"code", "value"})
"""What is known of a voucher, once a flow asks for it."""

PAYMENT = frozenset({"price"})
"""What a bank's steps know of the payment that is under way."""


@dataclass(frozen=True)
class Scope:
    """The names that are known, and for some of them the names behind their dot."""

    names: frozenset[str]
    members: dict[str, frozenset[str]]
    secret: frozenset[str]

    def unknown(self, expression: Expression) -> Iterator[tuple[str, list[str]]]:
        """Names that are not known, each with those that could have been meant."""
        for path in sorted(expression.paths):
            if path[0] not in self.names:
                yield path[0], sorted(self.names)
            elif len(path) > 1 and path[0] in self.members and path[1] not in self.members[path[0]]:
                options = sorted(f"{path[0]}.{member}" for member in self.members[path[0]])
                yield ".".join(path), options

    def secrets(self, expression: Expression) -> bool:
        """Whether it touches a secret of the account, or the code of a voucher."""
        return any(
            (path[0] == "account" and set(path[1:]) & self.secret) or path == VOUCHER_CODE
            for path in expression.paths
        )


def scope_of(flow: Flow, path: Path) -> Scope:
    """The scope of the step at `path`: values read anywhere in the flow, loop names inside loops."""
    names = {"account", "line", "plan", "today", "now"}
    if flow.helps:
        names.add("payment")
    if path[0] in ("renew", "parts"):
        names.add("voucher")
    for place, step in steps(flow):
        names |= _gives(step)
        inside = path[: len(place)] == place and len(path) > len(place)
        if step.kind == "for_each" and inside:
            names.add(step.args.as_)
        if step.kind == "use" and path[:2] == ("parts", step.args.part):
            names |= set(step.args.with_)
    return Scope(
        names=frozenset(names),
        members={
            "account": ACCOUNT | frozenset(flow.needs),
            "line": LINE,
            "plan": PLAN,
            "payment": PAYMENT,
            "voucher": VOUCHER,
        },
        secret=flow.secrets,
    )


def _gives(step: Step) -> set[str]:
    """The names that a step makes known."""
    if step.kind == "extract":
        return set(step.args)
    if step.kind in ("extract_all", "call"):
        return {step.args.into} - {None}
    if step.kind == "choose_plan":
        return {"offer", "offers"}
    return set()
