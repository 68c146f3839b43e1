"""docs/files.md: every key that may stand in config.yaml, in a flow and in a file of selectors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

from runner.config.file import ConfigFile
from runner.flow.mistakes import listed
from runner.flow.model import Flow, Signal
from runner.flow.reference import meaning
from runner.flow.schema import json_schema
from runner.flow.selectors import Selectors
from runner.page.problems import SIGNAL_OUTCOMES, SIGNAL_WORDS

HEAD = """# What may stand in the files

<!-- Written by `python -m tests.docs` from the code; changes made here are lost. -->

Every key of `config.yaml`, of a flow, and of a file of selectors. Keys that are not here are mistakes. The same is
told to editors by the JSON Schemas in [schemas](schemas/), which all files that come with Kigen name in their first
line, those of `kigen init` too. Steps are on [a page of their own](steps.md).

In a flow and in selectors, most maps may also carry `evidence` (`code`, `doc`, `blog` or `memory`: where the fact
behind it comes from) and a `note`.
"""
FILES = (("config.yaml", ConfigFile), ("A flow", Flow), ("Selectors", Selectors))
SAME = {"Settings": "AccountEntry"}
"""`defaults` has the keys of an account, but for those of one account alone."""
HEADINGS = {
    "AccountEntry": "accounts",
    "Condition": "what a page shows",
    "Candidate": "one way to find it",
}
"""Where a key does not say what it holds."""

KINDS: dict[str, tuple[tuple[str, ...], str]] = {
    "text": (("プラン 1GB",), "The words, with one way to write digits and spaces."),
    "money": (
        ("1,234円", "4.50 €", "▲330円", "500円(税込550円)"),
        "The amount, with its tax where both stand there. One without its tax alone is refused.",
    ),
    "date": (
        ("2026年11月20日", "令和8年11月20日", "20 Nov 2026", "11/20（金）"),
        "Without a year, the nearest one is meant.",
    ),
    "datetime": (
        ("2026年11月20日 午後11:59", "2026/11/20 24:00"),
        "A moment, in the site's time zone.",
    ),
    "month": (("2026年2月", "202602", "Nov 2026"), "A month of a year."),
    "data": (
        ("3.25GB", "1,5 Go", "無制限"),
        "In units of 1024. Of two amounts, `which` says which is meant.",
    ),
    "duration": (
        ("残り10日と1時間30分", "3 days", "1か月"),
        "A month has no fixed number of days.",
    ),
    "count": (("1,234件", "残り 5 回"), "A whole number of things."),
    "phone": (("090-1234-5678",), "Its digits alone. One that is partly hidden is refused."),
    "status": (("期限切れ", "利用中"), "A state, in one word of English: `expired`, `active`."),
}
"""Each kind of value: what may stand on a page, and what it is then."""


def page() -> str:
    """The page as Markdown."""
    parts = [HEAD]
    for title, model in FILES:
        parts.append(f"## {title}\n")
        parts += _sections(json_schema(model, title))
        if model is Flow:
            parts += [_signals(), _kinds()]
    return "\n".join(parts)


def _sections(schema: dict[str, Any]) -> Iterator[str]:
    """A table of the file's own keys, then one for each map in it, in the order in which they are met."""
    definitions = {
        name: _map(one) for name, one in schema.get("$defs", {}).items() if _is_told(name, one)
    }
    headings: dict[str, str] = {}
    waiting: list[tuple[str, dict[str, Any]]] = [("", schema)]
    while waiting:
        heading, current = waiting.pop(0)
        rows = []
        for key, field in current["properties"].items():
            if key in ("evidence", "note") and schema.get("title") != "config.yaml":
                continue
            told = re.sub(r"\bdocs/([a-z-]+)\.md", r"[\1](\1.md)", meaning(field))
            for name in dict.fromkeys(_named(field)):
                if name.endswith("Step"):
                    told += " See [steps](steps.md)."
                    break
                if name not in definitions:
                    continue
                told = told or str(definitions[name].get("description", ""))
                own = SAME.get(name, name)
                if own not in headings:
                    headings[own] = HEADINGS.get(own, key)
                    waiting.append((headings[own], definitions[own]))
                if headings[own] != heading:
                    told += f" See [{headings[own]}](#{headings[own].replace(' ', '-')})"
                    less = definitions[own]["properties"].keys() - definitions[name]["properties"]
                    told += f", without {listed(sorted(less))}." if less else "."
            needed = key in current.get("required", ())
            rows.append(f"| `{key}` | {'**needed**' if needed else _default(field)} | {told} |")
        about = str(current.get("description", "")).split("\n\nExample")[0].replace("\n", " ")
        title = f"### {heading}\n\n{about}\n\n" if heading else ""
        yield (
            f"{title}| key | if left out | meaning |\n| --- | --- | --- |\n"
            + "\n".join(rows)
            + "\n"
        )


def _is_told(name: str, schema: dict[str, Any]) -> bool:
    return not name.endswith("Step") and "properties" in _map(schema)


def _map(schema: dict[str, Any]) -> dict[str, Any]:
    """What has keys, of something that may be written shorter as well."""
    options = (schema, *schema.get("anyOf", ()))
    return next((one for one in options if "properties" in one), schema)


def _named(field: Any) -> Iterator[str]:
    """The definitions that a key leads to."""
    if isinstance(field, dict):
        if "$ref" in field:
            yield field["$ref"].rsplit("/", 1)[1]
        for key, part in field.items():
            if key not in ("default", "description"):
                yield from _named(part)
    elif isinstance(field, list):
        for part in field:
            yield from _named(part)


def _default(field: dict[str, Any]) -> str:
    """What holds where nothing is said, if that is one word."""
    default = field.get("default")
    if default is None or isinstance(default, dict | list):
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _signals() -> str:
    rows = [
        f"| `{signal}` | {SIGNAL_WORDS[signal]} | `{SIGNAL_OUTCOMES[signal]}` |"
        for signal in get_args(Signal)
        if signal in SIGNAL_OUTCOMES
    ]
    return (
        "### Which signals there are\n\n`signed_in` lets a run go on without `login`. Each other one ends a "
        "wait at once, and the run with it where nothing can be done:\n\n"
        "| signal | says | outcome |\n| --- | --- | --- |\n" + "\n".join(rows) + "\n"
    )


def _kinds() -> str:
    rows = [
        f"| `{kind}` | {', '.join(f'`{one}`' for one in examples)} | {told} |"
        for kind, (examples, told) in KINDS.items()
    ]
    return (
        "### Which kinds of values there are\n\n`as:` in `extract` and `extract_all`. What is not such a "
        "value for certain ends the run; it is never taken for 0.\n\n"
        "| kind | on the page | what is read |\n| --- | --- | --- |\n" + "\n".join(rows) + "\n"
    )
