"""Holding an account against its flow: what it needs, what it sells, what it reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from runner.config.model import Account, Line, Policy
from runner.config.references import RIGHT_WAYS
from runner.flow.mistakes import Mistake, Mistakes, did_you_mean, listed
from runner.flow.source import Source
from runner.values.secret import Secret

if TYPE_CHECKING:
    from runner.flow.choice import Choice
    from runner.flow.library import Library, Site
    from runner.flow.model import Flow

ALWAYS = frozenset({"days_left", "expires_on", "balance", "data_left", "minutes_left", "today"})
"""What a policy may ask for at any flow; one that the site does not show makes the run say so."""

KEPT = frozenset({"last_paid_on", "days_since_paid", "keep_until"})
"""What else it may ask for where the provider keeps lines by a rule."""

Path = tuple[str | int, ...]


def check(account: Account, source: Source, library: Library) -> tuple[Site | None, list[Mistake]]:
    """The account's flow, and all mistakes of the two together."""
    from runner.flow.library import NoSuchFlow

    path: Path = ("accounts", account.name)
    try:
        site = library.load(account.flow)
    except NoSuchFlow as missing:
        hint = missing.hint or f"flows: {listed(library.names()) or 'none'}"
        if source.has((*path, "flow")):
            message = f"there is no flow `{account.flow}`"
            return None, [source.mistake((*path, "flow"), message, hint)]
        if not source.repeats(account.name, library.names()):
            source.hide_key(path)
        message = "`flow` is missing, and no flow has this account's name"
        return None, [source.mistake(path, message, hint, key=True)]
    except Mistakes as mistakes:
        return None, list(mistakes.mistakes)
    found = [*_credentials(account, source, site.flow, path)]
    found += _avoid(account, source, path)
    known = ALWAYS | _readings(site) | (KEPT if site.flow.keep is not None else frozenset())
    for line in account.lines:
        here: Path = (*path, "lines", line.name)
        around = [here, path, ("defaults",)]
        found += _kept_by_hand(line, source, site.flow, here)
        found += _plan(line, source, site.flow, around)
        found += _caps(line, source, around)
        if line.policy is not None:
            found += _policy(line.policy, source, known, around)
    return site, list(dict.fromkeys(found))


def _credentials(account: Account, source: Source, flow: Flow, path: Path) -> Iterator[Mistake]:
    own, needs = (*path, "credentials"), flow.needs
    given = account.credentials
    misspelt = set()
    for name, value in given.items():
        if name not in needs:
            free = [need for need in needs if need not in given]
            hint = did_you_mean(name, free)
            misspelt |= {need for need in free if hint and f"`{need}`" in hint}
            hint = hint or f"it needs: {listed(needs) or 'nothing'}"
            what = f"`{name}`" if source.repeats(name, free) else "credential of this name"
            message = f"the flow `{flow.flow}` needs no {what}"
            yield source.mistake((*own, name), message, hint, key=True)
        elif needs[name].secret and isinstance(value, Secret):
            message = f"`{name}` is a secret, and does not stand in this file"
            yield source.mistake((*own, name), message, RIGHT_WAYS)
    for name, need in needs.items():
        if name not in given and not need.optional and name not in misspelt:
            title = f" ({need.title})" if need.title else ""
            hint = RIGHT_WAYS if need.secret else f"add `{name}: …`"
            yield source.mistake(own, f"the credential `{name}`{title} is missing", hint)


def _kept_by_hand(line: Line, source: Source, flow: Flow, here: Path) -> Iterator[Mistake]:
    """Lines without a site are told of, and never bought for; lines with one are read there."""
    if flow.kept_by == "owner" and line.plan is not None:
        path = (*here, "plan") if source.has((*here, "plan")) else here
        yield source.mistake(path, f"the flow `{flow.flow}` buys nothing: a plan has no use here")
    if flow.kept_by == "site" and line.how is not None:
        yield source.mistake((*here, "how"), "`how` is for lines without a site (flow: manual)")


def _avoid(account: Account, source: Source, path: Path) -> Iterator[Mistake]:
    from runner.flow.avoid import TOO_LONG, too_long

    if account.avoid and too_long(account.avoid):
        yield source.mistake((*path, "avoid"), TOO_LONG)


def _plan(line: Line, source: Source, flow: Flow, around: Sequence[Path]) -> Iterator[Mistake]:
    plan = line.plan
    if plan is None:
        return
    path = _first(source, around, "plan")
    if plan.choose is not None:
        yield from _rule(plan.choose, source, flow, path)
    elif flow.plans and plan.name not in flow.plans:
        hint = did_you_mean(plan.name, flow.plans) or f"plans: {listed(flow.plans)}"
        message = f"the flow `{flow.flow}` has no plan `{plan.name}`"
        yield source.mistake((*path, "name"), message, hint)
    if flow.renew and plan.price is None:
        facts = flow.plans.get(plan.name)
        known = facts.price if facts is not None else None
        hint = f"such as `price: {known or '1100 JPY'}`: nothing else will be paid"
        yield source.mistake(path, "this plan has no price", hint)


def _rule(choice: Choice, source: Source, flow: Flow, path: Path) -> Iterator[Mistake]:
    """A rule needs a flow that chooses, and that reads what the rule asks for."""
    from runner.flow.walk import steps

    offers = [step.args for _, step in steps(flow) if step.kind == "choose_plan"]
    if not offers:
        message = f"the flow `{flow.flow}` does not choose among offers: give the plan's `name`"
        yield source.mistake((*path, "choose"), message)
        return
    read = {name for step in offers for name in step.fields}
    read |= {"days"} if "until" in read else set()
    asked = {condition.name for condition in choice.conditions}
    asked |= {"days"} if choice.best == "longest" else set()
    for name in sorted(asked - read):
        message = f"the flow `{flow.flow}` does not read the {name} of its offers"
        yield source.mistake((*path, "choose"), message)


def _caps(line: Line, source: Source, around: Sequence[Path]) -> Iterator[Mistake]:
    price = line.plan.price if line.plan is not None else None
    if price is None:
        return
    for key in ("renewal", "day", "month"):
        cap = getattr(line.caps, key)
        if cap is None:
            continue
        path = _first(source, around, "caps", key)
        if cap.currency != price.currency:
            message = f"this cap is in {cap.currency}, but the plan costs {price}"
            yield source.mistake(path, message, "a cap is in the currency of what it caps")
        elif key == "renewal" and price > cap:
            message = f"the plan costs {price}, more than this: it could never be renewed"
            yield source.mistake(path, message)


def _policy(
    policy: Policy, source: Source, known: frozenset[str], around: Sequence[Path]
) -> Iterator[Mistake]:
    when = policy.when
    for name in sorted(when.names - known) if when is not None else ():
        path = _first(source, around, "policy", "when")
        hint = did_you_mean(name, known) or f"known: {listed(sorted(known))}"
        offset = when.column_of(name) if when is not None else 0
        message = f"the flow reads no `{name}`"
        yield source.mistake(path, message, hint, column_offset=offset)


def _readings(site: Site) -> frozenset[str]:
    """What the flow's `read` finds out."""
    from runner.flow.walk import steps

    return frozenset(
        name
        for where, step in steps(site.flow)
        if where[0] in ("read", "parts") and step.kind == "extract"
        for name in step.args
    )


def _first(source: Source, around: Sequence[Path], *keys: str) -> Path:
    """The nearest place that a setting was taken from."""
    return next(path for base in around if source.has(path := (*base, *keys)))
