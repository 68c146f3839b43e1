"""What a flow says of itself, gathered for a reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from runner.flow.base import GRADES, Step
from runner.flow.fields import Field
from runner.flow.library import Site
from runner.flow.model import PHASES
from runner.flow.steps.extend import ExtendStep
from runner.flow.steps.extract import ExtractStep
from runner.flow.steps.extract_all import ExtractAllStep
from runner.flow.steps.one_time_code import OneTimeCodeStep
from runner.flow.steps.pay import PayStep
from runner.flow.steps.use import UseStep
from runner.flow.steps.wait_for_owner import WaitForOwnerStep

UNGRADED = "not graded"


def played(site: Site, phase: str) -> Iterator[tuple[Site, Step]]:
    """The steps of a phase, those of the parts that it uses included, with whose they are."""
    yield from _with_parts(site, site.flow.phase(phase))


def _with_parts(site: Site, steps: list[Any]) -> Iterator[tuple[Site, Step]]:
    for step in steps:
        yield site, step
        for _, inner in step.parts():
            yield from _with_parts(site, inner)
        if isinstance(step, UseStep):
            other, _, name = step.args.part.rpartition("/")
            whose = site.others[other] if other else site
            yield from _with_parts(whose, whose.flow.parts[name])


def reads(site: Site) -> list[str]:
    """The values that `read` gives."""
    found: list[str] = []
    for _, step in played(site, "read"):
        if isinstance(step, ExtractStep):
            found += step.args
        elif isinstance(step, ExtractAllStep):
            found.append(step.args.into)
    return list(dict.fromkeys(found))


def renews(site: Site) -> str:
    """How it renews, in a few words."""
    flow = site.flow
    if flow.kept_by == "owner":
        return "by its owner's own hands"
    steps = [step for _, step in played(site, "renew")]
    if not steps:
        return "no: it only reads"
    prices = ", ".join(f"{name} {plan.price}" for name, plan in flow.plans.items() if plan.price)
    how = "by a click that costs nothing" if _any(steps, ExtendStep) else "by paying"
    return f"{how} ({prices})" if prices else how


def pays(site: Site) -> list[str]:
    """What a payment may go through."""
    found = []
    if any(step.kind == "card" for _, step in played(site, "renew")):
        found.append("card form")
    if any(plan.pay_with == "voucher" for plan in site.flow.plans.values()):
        found.append("voucher")
    for whose, step in played(site, "renew"):
        if isinstance(step, PayStep):
            found += [whose.others[name].flow.title for name in step.args.through]
            found += ["slip or code, paid elsewhere"] if step.args.owed else []
    if not found and any(isinstance(step, PayStep) for _, step in played(site, "renew")):
        found.append("what is registered at the site (bill, saved card or credit)")
    return list(dict.fromkeys(found))


def codes(site: Site) -> list[str]:
    """What may be asked of the owner while signing in."""
    found = []
    for whose in _sites(site):
        flow = whose.flow
        if whose is not site and not _is_signed_in_by(site, whose):
            continue
        for step in _inside([interrupt.do for interrupt in flow.interrupts]):
            found += _asked(step)
    for _, step in (*played(site, "login"), *played(site, "passkey_login")):
        found += _asked(step)
    if site.flow.kept_by == "site" and not site.flow.secrets and not found:
        found.append("signing in yourself, by `kigen login` or `kigen session import`")
    if site.flow.passkey_login:
        found.append("passkey")
    return list(dict.fromkeys(found))


def _asked(step: Step) -> list[str]:
    if isinstance(step, OneTimeCodeStep):
        return [f"code of {step.args.digits} digits"]
    return ["something done on the phone"] if isinstance(step, WaitForOwnerStep) else []


def grades(site: Site) -> dict[str, Counter[str]]:
    """How many facts of each grade stand in each part of the flow; steps without one are counted as
    such, where they name something of the site."""
    found = {phase: Counter[str]() for phase in (*PHASES, "elsewhere")}
    for phase in PHASES:
        for _, step in played(site, phase):
            found[phase] += _grade(step)
    for step in _inside([interrupt.do for interrupt in site.flow.interrupts]):
        found["elsewhere"] += _grade(step)
    for plan in site.flow.plans.values():
        found["elsewhere"][plan.evidence or UNGRADED] += 1
    return {part: counter for part, counter in found.items() if counter}


def _grade(step: Step) -> Counter[str]:
    """A step that holds others, or reads fields, is graded by them unless it has a grade itself."""
    fields = [field.evidence for field in _fields(step) if field.evidence]
    if step.evidence is None and (fields or step.parts() or isinstance(step, UseStep)):
        return Counter(fields)
    return Counter([step.evidence or UNGRADED, *fields])


def _fields(part: Any) -> Iterator[Field]:
    if isinstance(part, Field):
        yield part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from _fields(getattr(part, name))
    elif isinstance(part, dict):
        for value in part.values():
            yield from _fields(value)


def gaps(site: Site) -> list[str]:
    """What is known to be uncertain or missing."""
    flow, found = site.flow, []
    if flow.kept_by == "owner":
        return ["there is no site: nothing is read, and nothing is proved but by its owner's word"]
    for phase, counter in grades(site).items():
        total = sum(counter.values())
        if phase in PHASES and counter["memory"] * 2 > total:
            found.append(f"`{phase}` is mostly from memory ({counter['memory']} of {total} facts)")
    if flow.renew and not flow.history:
        found.append("no list of payments is read: a renewal is proved by readings alone")
    return found


def _any(steps: list[Step], kind: type[Step]) -> bool:
    return any(isinstance(step, kind) for step in steps)


def _sites(site: Site) -> Iterator[Site]:
    yield site
    for other in site.others.values():
        yield from _sites(other)


def _is_signed_in_by(site: Site, other: Site) -> bool:
    """Whether another flow's steps are played while signing in or reading."""
    return any(
        whose.flow.flow == other.flow.flow
        for phase in ("login", "read")
        for whose, _ in played(site, phase)
    )


def _inside(lists: list[list[Any]]) -> Iterator[Step]:
    for steps in lists:
        for step in steps:
            yield step
            yield from _inside([inner for _, inner in step.parts()])


def graded(counter: Counter[str]) -> str:
    """Counts in the order of trust."""
    return ", ".join(f"{counter[grade]} {grade}" for grade in (*GRADES, UNGRADED) if counter[grade])
