"""docs/providers.md as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from runner.flow.library import Library, Site
from tests.providers import facts
from tests.providers.record import Results

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "providers.md"
COMMAND = "python -m tests.providers"
WELL = {"read_only", "nothing_due", "renewed"}

HEAD = f"""\
# Providers

<!-- Written by `{COMMAND}` from flows/ and from test results; changes made here are lost. -->

What each flow does, and how far it is proved. **None of them has been played on a live portal by those who wrote
it**: what is proved here is that it plays from end to end on its practice portal. What has been played live on your
machine, `kigen flows list` tells; [how far a flow is proved](field-test.md) says how to find out without risk.

Facts are graded where the flow states them: *code* (seen in public programs that use these pages), *doc* (the
provider's own texts), *blog* (third parties), *memory* (a guess that nobody has confirmed). Steps that say nothing
about the site need no grade.

After a change of flows: `{COMMAND}` writes this page anew. After a change of their tests:
`python -m pytest tests/e2e/test_NAME.py tests/e2e/test_dry_runs.py --record-proof` first.
"""


def page(results: Results) -> str:
    """The whole page."""
    library = Library([ROOT])
    sites = [library.load(name) for name in library.names()]
    whole = [site for site in sites if not site.flow.helps]
    parts = [site for site in sites if site.flow.helps]
    lines = [HEAD, "## At a glance", "", *_glance(whole, results), ""]
    for site in whole:
        lines += [*_provider(site, results), ""]
    lines += ["## Parts that several flows use", "", *_parts(parts, whole), ""]
    return "\n".join(lines).rstrip() + "\n"


def short_of(site: Site, results: Results, users: list[Site]) -> str | None:
    """What is missing for a flow that says `proved: sandbox`; None: nothing."""
    if site.flow.proved != "sandbox":
        return None
    mine = [site] if not site.flow.helps else [user for user in users if _uses(user, site)]
    if not mine:
        return "no other flow uses it"
    if not any(WELL & _outcomes(one, results) for one in mine):
        return "no test that passed has played it to a good end"
    return None


def _glance(sites: list[Site], results: Results) -> Iterator[str]:
    yield "| flow | provider | renews | asked of you | proved | facts |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for site in sites:
        flow = site.flow
        total = sum(facts.grades(site).values(), Counter())
        yield _row(
            f"[{flow.flow}](#{flow.flow})",
            flow.title,
            facts.renews(site).split(" (")[0],
            ", ".join(facts.codes(site)) or "–",
            _proved(site, results).split(":")[0],
            facts.graded(total) or "–",
        )


def _provider(site: Site, results: Results) -> Iterator[str]:
    flow = site.flow
    yield f"### {flow.flow}"
    yield ""
    yield f"{flow.title}. {flow.note or ''}".strip()
    yield ""
    rows = {
        "hosts": ", ".join(f"`{host}`" for host in flow.hosts),
        "needs": ", ".join(f"{name} ({need.kind})" for name, need in flow.needs.items()),
        "reads": ", ".join(f"`{name}`" for name in facts.reads(site)),
        "renews": facts.renews(site),
        "pays through": ", ".join(facts.pays(site)),
        "keeps by rule": f"paid for every {flow.keep.paid_every.days} days" if flow.keep else "",
        "asked of you": ", ".join(facts.codes(site)),
        "uses": ", ".join(f"`{name}`" for name in sorted(site.others)),
        "proved": _proved(site, results),
        "facts": "; ".join(
            f"{part}: {facts.graded(counter)}" for part, counter in facts.grades(site).items()
        ),
        "selectors": _selectors(site),
        "known gaps": "; ".join(facts.gaps(site)),
    }
    yield "| | |"
    yield "| --- | --- |"
    yield from (_row(name, text) for name, text in rows.items() if text)


def _selectors(site: Site) -> str:
    ways = [way for candidates in site.selectors.selectors.values() for way in candidates]
    found = Counter(way.evidence for way in ways if way.evidence)
    graded = f"; graded: {facts.graded(Counter(found))}" if found else ""
    return f"{len(site.selectors.selectors)} names, {len(ways)} ways to find them{graded}"


def _parts(parts: list[Site], whole: list[Site]) -> Iterator[str]:
    yield "| part | what it is | hosts | used by |"
    yield "| --- | --- | --- | --- |"
    for site in parts:
        users = ", ".join(user.flow.flow for user in whole if _uses(user, site))
        hosts = ", ".join(f"`{host}`" for host in site.flow.hosts)
        yield _row(site.flow.flow, site.flow.title, hosts, users or "–")


def _proved(site: Site, results: Results) -> str:
    if site.flow.proved != "sandbox":
        return str(site.flow.proved)
    files = results.get(site.flow.flow, {})
    tests = sum(found["tests"] for found in files.values())
    day = max((found["on"] for found in files.values()), default="never")
    outcomes = ", ".join(sorted(_outcomes(site, results)))
    return f"sandbox: {tests} tests in {len(files)} files ended as {outcomes} (last on {day})"


def _outcomes(site: Site, results: Results) -> set[str]:
    return {one for found in results.get(site.flow.flow, {}).values() for one in found["outcomes"]}


def _uses(site: Site, part: Site) -> bool:
    return any(name == part.flow.flow or _uses(other, part) for name, other in site.others.items())


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
