"""What a flow's grammar alone can't tell: names that exist, secrets kept in, one `pay`, own hosts."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from runner.flow.avoid import TOO_LONG, too_long
from runner.flow.expressions import Expression
from runner.flow.mistakes import Mistake, Place, did_you_mean
from runner.flow.scalars import Expr, Ref, Text, Words
from runner.flow.scope import VOUCHER_CODE, Scope, scope_of
from runner.flow.steps.call import CallStep
from runner.flow.steps.extend import ExtendStep
from runner.flow.steps.extract import ExtractStep
from runner.flow.steps.extract_all import ExtractAllStep
from runner.flow.steps.fill import FillStep
from runner.flow.steps.goto import GotoStep
from runner.flow.steps.pay import PayStep
from runner.flow.steps.use import UseStep
from runner.flow.walk import Path, steps, words

if TYPE_CHECKING:
    from runner.flow.library import Site
    from runner.flow.source import Source

_READING_KINDS = {
    "balance": ("money",),
    "expires_on": ("date", "datetime"),
    "data_left": ("data",),
    "minutes_left": ("duration", "count"),
    "plan": ("text",),
}


def lint(site: Site) -> list[Mistake]:
    """All mistakes of a flow and of its selectors that its grammar can't see."""
    rules: tuple[Callable[[Site], Iterator[Mistake]], ...] = (
        _names, _header, _selectors, _references, _expressions, _addresses, _payments, _uses,
        _readings, _history, _calls, _vouchers,
    )  # fmt: skip
    return [mistake for rule in rules for mistake in rule(site)]


def _names(site: Site) -> Iterator[Mistake]:
    flow, source = site.flow, site.source
    if flow.flow != source.path.stem:
        yield source.mistake(("flow",), f"the file is {source.path.name}: the names must agree")
    if site.selectors.site != site.selectors_source.path.stem:
        yield site.selectors_source.mistake(
            ("site",), f"the file is {site.selectors_source.path.name}: the names must agree"
        )


def _header(site: Site) -> Iterator[Mistake]:
    flow, source = site.flow, site.source
    try:
        ZoneInfo(flow.timezone)
    except (KeyError, ValueError, OSError):
        yield source.mistake(
            ("timezone",), f"there is no time zone `{flow.timezone}`", hint="such as `Asia/Tokyo`"
        )
    if flow.login and "signed_in" not in flow.signals:
        yield source.mistake(
            ("signals",), "the signal `signed_in` is missing: how is a page seen to be signed in?"
        )
    if too_long([avoid.when for avoid in flow.avoid]):
        yield source.mistake(("avoid",), TOO_LONG)
    if flow.renew and not flow.plans:
        yield source.mistake(("renew",), "a flow that renews needs `plans`: what it can buy")


def _selectors(site: Site) -> Iterator[Mistake]:
    known = site.selectors.by_name
    for key, candidates in site.selectors.selectors.items():
        parameters = known[key.split("(")[0]][0]
        for number, candidate in enumerate(candidates):
            for path, word in words(candidate, ("selectors", key, number)):
                if isinstance(word, Ref):
                    yield from _reference(site, word, path, site.selectors_source)
                elif isinstance(word, Words) and word.pattern is None:
                    for hole in word.template.holes:
                        for name in hole.names - set(parameters):
                            yield site.selectors_source.mistake(
                                path,
                                f"`{name}` is not an argument of this selector",
                                hint=f"give it one: {key.split('(')[0]}({name})",
                                column_offset=str(word).find(hole.text) + hole.column_of(name),
                            )


def _reference(site: Site, ref: Ref, path: Path, source: Source | None = None) -> Iterator[Mistake]:
    at = source or site.source
    found = site.selectors.find(ref.name)
    if found is None:
        yield at.mistake(
            path,
            f"there is no selector `{ref.name}` in {site.selectors_source.path.name}",
            hint=did_you_mean(ref.name, sorted(site.selectors.by_name)),
        )
    elif len(found[0]) != len(ref.arguments):
        yield at.mistake(
            path,
            f"`{ref.name}` takes {len(found[0])} argument(s), not {len(ref.arguments)}",
        )


def _references(site: Site) -> Iterator[Mistake]:
    for path, word in _all_words(site):
        if isinstance(word, Ref):
            yield from _reference(site, word, path)


def _expressions(site: Site) -> Iterator[Mistake]:
    for path, step in steps(site.flow):
        scope = scope_of(site.flow, path)
        for place, word in words(step.args, (*path, step.kind)):
            if isinstance(word, Text):
                in_fill = isinstance(step, FillStep)
                for hole in word.template.holes:
                    offset = str(word).find(hole.text)
                    yield from _expression(site, hole, place, scope, offset)
                    if scope.secrets(hole) and not (in_fill and word.template.alone):
                        yield site.source.mistake(
                            place, "a secret may only be filled into a box, and stands there alone"
                        )
            elif isinstance(word, Expr):
                yield from _expression(site, word.expression, place, scope, 0)
                if scope.secrets(word.expression):
                    yield site.source.mistake(place, "a secret may only be filled into a box")
            elif isinstance(word, Ref):
                for argument in word.arguments:
                    offset = str(word).find(argument.text)
                    yield from _expression(site, argument, place, scope, offset)


def _expression(
    site: Site, expression: Expression, path: Path, scope: Scope, offset: int
) -> Iterator[Mistake]:
    for name, options in scope.unknown(expression):
        yield site.source.mistake(
            path,
            f"`{name}` is not known here",
            hint=did_you_mean(name, options),
            column_offset=offset + expression.column_of(name.split(".")[0]),
        )


def _addresses(site: Site) -> Iterator[Mistake]:
    for path, step in steps(site.flow):
        if isinstance(step, GotoStep):
            url = str(step.args.url)
            host = url.split("/")[2] if url.count("/") >= 2 else url
            if "{{" not in host and not site.flow.owns(url):
                yield site.source.mistake(
                    (*path, "goto"),
                    "this address is not on one of the flow's hosts over HTTPS",
                    hint=f"hosts: {', '.join(site.flow.hosts)}",
                )


def _payments(site: Site) -> Iterator[Mistake]:
    pays = {
        path: step.kind for path, step in steps(site.flow) if isinstance(step, PayStep | ExtendStep)
    }
    seen = {
        name
        for path, step in steps(site.flow)
        if path[0] in ("renew", "parts") and isinstance(step, ExtractStep)
        for name in step.args
    }
    for path, step in steps(site.flow):
        for number, name in enumerate(step.args.through if isinstance(step, PayStep) else ()):
            if not site.others[name].flow.interrupts:
                yield site.source.mistake(
                    (*path, "pay", "through", number),
                    f"`{name}` has no `interrupts`: it does nothing between click and answer",
                )
        if isinstance(step, PayStep) and not step.args.price.expression.names & seen:
            yield site.source.mistake(
                (*path, "pay", "price"),
                "the price must be read from the page that asks it",
                hint="`extract` it right before, and name it here",
            )
    for path, kind in pays.items():
        if path[0] not in ("renew", "parts"):
            yield site.source.mistake(path, f"`{kind}` belongs into `renew`")
        if "for_each" in path:
            yield site.source.mistake(
                path, f"`{kind}` inside `for_each` could {kind} more than once"
            )
    first = next(iter(pays.values()), "pay")
    for path in [*pays][1:]:
        yield site.source.mistake(path, f"a flow has one `{first}`, so that nothing is paid twice")


def _uses(site: Site) -> Iterator[Mistake]:
    flow = site.flow
    for path, step in steps(flow):
        if not isinstance(step, UseStep):
            continue
        name = step.args.part
        other, _, part = name.rpartition("/")
        parts = site.others[other].flow.parts if other else flow.parts
        if part not in parts:
            yield site.source.mistake(
                (*path, "use"), f"there is no part `{name}`", hint=did_you_mean(part, sorted(parts))
            )
        elif path[0] == "parts" and not other and _reaches(site, part, str(path[1])):
            yield site.source.mistake((*path, "use"), f"the part `{part}` uses itself")


def _reaches(site: Site, start: str, goal: str) -> bool:
    seen, todo = set(), [start]
    while todo:
        name = todo.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            todo += [
                step.args.part
                for path, step in steps(site.flow)
                if path[:2] == ("parts", name) and isinstance(step, UseStep)
            ]
    return False


def _readings(site: Site) -> Iterator[Mistake]:
    for path, step in steps(site.flow):
        if path[0] == "read" and isinstance(step, ExtractStep):
            for name, field in step.args.items():
                kinds = _READING_KINDS.get(name)
                if kinds and field.as_ not in kinds:
                    yield site.source.mistake(
                        (*path, "extract", name, "as"),
                        f"`{name}` is read as {' or '.join(kinds)}, not as {field.as_}",
                    )


def _history(site: Site) -> Iterator[Mistake]:
    flow = site.flow
    if not flow.history:
        return
    wanted = {"on", "amount"}
    for path, step in steps(flow):
        if path[0] == "history" and isinstance(step, ExtractAllStep) and step.args.into == "rows":
            if missing := wanted - set(step.args.fields):
                yield site.source.mistake(
                    (*path, "extract_all", "fields"),
                    f"the rows of the history need the field `{sorted(missing)[0]}`",
                )
            return
    yield site.source.mistake(("history",), "`history` must `extract_all` the payments into `rows`")


def _vouchers(site: Site) -> Iterator[Mistake]:
    """A plan that is paid with a voucher and a flow that types one belong together."""
    paid = [name for name, facts in site.flow.plans.items() if facts.pay_with == "voucher"]
    typed = [
        path
        for path, word in _all_words(site)
        if isinstance(word, Text)
        and any(VOUCHER_CODE in hole.paths for hole in word.template.holes)
    ]
    if paid and not typed:
        yield site.source.mistake(
            ("plans", paid[0], "pay_with"),
            "no step types the voucher",
            hint='such as `fill: {code_box: "{{ voucher.code }}"}` in `renew`',
        )
    for path in typed if not paid else ():
        yield site.source.mistake(
            path, "no plan is paid with a voucher", hint="add `pay_with: voucher` to the plan"
        )


def _calls(site: Site) -> Iterator[Mistake]:
    called = [(path, step) for path, step in steps(site.flow) if isinstance(step, CallStep)]
    if not called:
        return
    try:
        tree = ast.parse(site.code_text or "")
    except SyntaxError as error:
        yield _not_python(site, error)
        return
    functions = {n.name for n in tree.body if isinstance(n, ast.AsyncFunctionDef)}
    for path, step in called:
        if step.args.function not in functions:
            yield site.source.mistake(
                (*path, "call"),
                f"{site.code.name} has no `async def {step.args.function}`",
                hint=did_you_mean(step.args.function, sorted(functions)),
            )


def _not_python(site: Site, error: SyntaxError) -> Mistake:
    line, start = error.lineno or 1, error.offset or 1
    end = error.end_offset if error.end_lineno == line and error.end_offset else 0
    place = Place(line, start, max(end, start + 1))
    shown = (error.text or "").rstrip("\n")
    return Mistake(
        str(site.code), place, f"this is not Python: {error.msg}", None, shown,
        (place.column, place.end_column),
    )  # fmt: skip


def _all_words(site: Site) -> Iterator[tuple[Path, object]]:
    flow = site.flow
    for path, step in steps(flow):
        yield from words(step.args, (*path, step.kind))
    for name, condition in flow.signals.items():
        yield from words(condition, ("signals", name))
    for number, interrupt in enumerate(flow.interrupts):
        yield from words(interrupt.when, ("interrupts", number, "when"))
