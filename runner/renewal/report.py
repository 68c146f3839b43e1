"""The report of a run: one HTML file for a person, with pictures and styles inside it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from runner.ledger.records import Move
from runner.page.evidence import StepRecord, write_private
from runner.renewal.outcome import ALWAYS, FACTS, REPORT, LineResult, RunResult
from runner.renewal.report_words import (
    CAPTIONS,
    ENDINGS,
    FAILURES,
    FIGURES,
    STATES,
    STATUSES,
)
from runner.values.format import show
from runner.values.plain import sound
from runner.values.secret import Redactor

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.runtime import Context

EMBEDDED_AT_MOST = 6_000_000
"""Bytes that pictures may take inside the page; the rest is linked, so that a phone can open it."""

_TEXT_AT_MOST = 200_000
"""Characters of one failure file that are shown; the file itself is whole."""

_TEMPLATES = Path(__file__).parent / "templates"
_PNG = b"\x89PNG\r\n\x1a\n"


def write_report(
    folder: Path,
    result: RunResult,
    steps: Sequence[StepRecord],
    moves: Mapping[str, Sequence[Move]],
    redactor: Redactor,
    *,
    pictures: Sequence[str],
    timezone: tzinfo = UTC,
) -> Path:
    """Write `report.html` and `report.json` into the run's folder; gives the first one's path.

    `moves` are each renewal's changes of state, by its id; `pictures` are names of files in the
    folder. Times are shown in `timezone`. A picture or a file that can't be read is left out and
    named. Raises OSError where the report can't be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    shown = list(_pictures(folder, pictures, steps))
    page = template().render(
        result=result,
        ending=ENDINGS[result.outcome],
        lines=[_line(line, moves) for line in result.lines],
        pictures=shown,
        phases=_phases(result, steps, {picture["file"]: picture["id"] for picture in shown}),
        failures=list(_failures(folder)),
        folder=folder,
        files=_files(folder),
        redactor=redactor,
        timezone=timezone,
    )
    file = folder / REPORT
    write_private(file, page.encode())
    write_private(folder / FACTS, _facts(result, redactor))
    return file


def _facts(result: RunResult, redactor: Redactor) -> bytes:
    """What the ledger does not keep of a run, for pages that tell of it."""
    facts = {
        "hint": result.hint,
        "step": result.step,
        "where": result.where,
        "notes": result.notes,
        "lines": [
            {
                "line": line.line,
                "title": line.title,
                "outcome": line.outcome,
                "message": line.message,
                "decision": line.decision,
                "hint": line.hint,
            }
            for line in result.lines
        ],
    }
    text = redactor.mask(json.dumps(facts, ensure_ascii=False, indent=1))
    return sound(text).encode()


@lru_cache(maxsize=1)
def template() -> Template:
    """The page's template, compiled once. It wants `redactor` and `timezone` among its values.

    It masks, then escapes, every value: pages of portals may hold secrets and scripts.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
    from markupsafe import Markup, escape

    @pass_context
    def clean(context: Context, value: Any) -> Any:
        if isinstance(value, Markup):
            return value
        return sound(context["redactor"].mask(str(value)))

    @pass_context
    def code(context: Context, text: str) -> Markup:
        # Escaped first: what stands between the ticks is text, whatever it looks like.
        escaped = str(escape(clean(context, text)))
        return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", escaped))  # noqa: S704  see above

    @pass_context
    def local(context: Context, moment: datetime) -> datetime:
        return moment.astimezone(context["timezone"])

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=clean,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # base64 holds no sign of HTML, and masking must not change a picture.
    environment.filters |= {"code": code, "local": local, "value": _value, "base64": Markup}
    return environment.get_template("report.html.j2")


def _value(value: Any) -> str:
    """A value of a reading as text; rows of a table one after the other."""
    if isinstance(value, Mapping):
        return ", ".join(f"{_label(name)}: {_value(part)}" for name, part in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(_value(part) for part in value) or "–"
    return show(value, "en")


def _label(name: str) -> str:
    return FIGURES.get(name) or name.replace("_", " ").capitalize()


def _line(line: LineResult, moves: Mapping[str, Sequence[Move]]) -> dict[str, Any]:
    figures = list(_figures(line))
    return {
        "title": line.title or line.line,
        "ending": ENDINGS[line.outcome],
        "message": line.message,
        "decision": line.decision,
        "figures": [figure for figure in figures if figure["name"] in ALWAYS],
        "others": [figure for figure in figures if figure["name"] not in ALWAYS],
        "renewal": line.renewal,
        "state": STATES[line.renewal.state] if line.renewal else None,
        "moves": [
            (move, STATES[move.to_state.value])
            for move in (moves.get(line.renewal.id, ()) if line.renewal else ())
        ],
    }


def _figures(line: LineResult) -> Iterator[dict[str, Any]]:
    """Every value read, what it was before, and whether it was read a second time."""
    now, before = line.reading or {}, line.before or {}
    for name in dict.fromkeys((*ALWAYS, *before, *now)):
        old, new = before.get(name), now.get(name)
        if old is None and new is None:
            continue
        yield {
            "name": name,
            "label": _label(name),
            "now": _value(new),
            "before": _value(old) if old != new and line.before is not None else None,
            "unchanged": old == new and line.before is not line.reading,
        }


def _pictures(
    folder: Path, names: Sequence[str], steps: Sequence[StepRecord]
) -> Iterator[dict[str, Any]]:
    """Pictures in the order of their weight; embedded while there is room, else linked."""
    room = EMBEDDED_AT_MOST
    taken = {step.picture: step for step in steps if step.picture}
    ranks = list(CAPTIONS)

    def kind(name: str) -> str:
        return Path(name).stem.lstrip("0123456789").strip("-_ ")

    ordered = sorted(names, key=lambda n: ranks.index(kind(n)) if kind(n) in ranks else len(ranks))
    for number, name in enumerate(ordered, 1):
        data, problem = _png(folder / name)
        encoded = base64.b64encode(data).decode() if data and len(data) * 4 // 3 <= room else None
        room -= len(encoded or "")
        yield {
            "id": f"picture-{number}",
            "file": name,
            "href": quote(name),
            "caption": CAPTIONS.get(kind(name)) or _label(kind(name).replace("-", "_")),
            "step": taken.get(name),
            "data": encoded,
            "width": int.from_bytes(data[16:20]),
            "height": int.from_bytes(data[20:24]),
            "problem": problem,
        }


def _png(file: Path) -> tuple[bytes, str | None]:
    """A picture's bytes, or none and why."""
    try:
        data = file.read_bytes()
    except OSError:
        return b"", "the file is not there"
    if not data.startswith(_PNG) or len(data) < 24:
        return b"", "the file is no picture"
    return data, None


def _phases(
    result: RunResult, steps: Sequence[StepRecord], pictures: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Steps by phase, in the order in which they were played; what interrupts is part of a phase."""
    ends = [(s.started_at - result.started_at).total_seconds() + s.seconds for s in steps]
    total = max([result.seconds, *ends, 0.001])
    rows: list[dict[str, Any]] = []
    phase = ""
    for step in steps:
        top, *inner = step.path.split(".")
        name = top.split("[")[0]
        if name != "interrupts" or not phase:
            phase = name
        offset = (step.started_at - result.started_at).total_seconds() / total * 100
        left = min(max(offset, 0), 100)
        rows.append(
            {
                "phase": phase,
                "step": step,
                "depth": sum("[" in part for part in inner),
                "status": STATUSES.get(step.status, step.status),
                "left": f"{left:.2f}",
                "width": f"{min(step.seconds / total * 100, 100 - left):.2f}",
                "picture": pictures.get(step.picture or ""),
                "note": step.note if step.note != step.picture else None,
            }
        )
    return [
        {"name": _label(name), "rows": list(group)}
        for name, group in groupby(rows, key=lambda row: row["phase"])
    ]


def _failures(folder: Path) -> Iterator[dict[str, Any]]:
    for name, title in FAILURES.items():
        try:
            text = (folder / name).read_text("utf-8", errors="replace").strip()
        except OSError:
            continue
        if text:
            cut = len(text) > _TEXT_AT_MOST
            yield {"title": title, "file": name, "text": text[:_TEXT_AT_MOST], "cut": cut}


def _files(folder: Path) -> list[dict[str, str]]:
    """What lies beside the report."""
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    return [
        {"name": name, "href": quote(name)}
        for name in names
        if name not in (REPORT, FACTS) and not name.endswith(".part")
    ]
