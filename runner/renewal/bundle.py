"""The bundle of a field test: what a flow met on its portal, with personal data taken out.

Everything in it is either a word of the flow itself, a word that many portals use, a figure about the
run, or a shape (`000-0000-0000`). It is written once, from what was already taken apart; nothing that a
page said goes in as it is.
"""

from __future__ import annotations

import io
import json
import platform
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from runner.flow.library import Site
from runner.page.evidence import StepRecord, write_private
from runner.page.trial.looking import HELD, Looking, PageSeen
from runner.renewal.outcome import RunResult
from runner.values.secret import Redactor

_REQUEST = re.compile(r"([A-Z]+) (\S+): (.*)", re.DOTALL)
_REASON = re.compile(r"HTTP \d{3}|net::ERR_[A-Z_]+")
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The time of files in the archive: when somebody signs in is nobody's business."""

READ_ME = """\
What is in this archive
=======================

`kigen try {flow}` has signed in and has looked at its pages. It has changed nothing there.
This archive tells those who look after the flow how far it came. You may share it, and you need not.
Read it first: all of it is plain text.

  summary.json    How it ended, on which kind of system, and which version of the flow it was.
  steps.json      Every step with its place in the flow, how long it took, and whether it was held back.
  selectors.json  For each page: how many elements each of the flow's selectors found on it.
  pages/*.yaml    What each page is made of: headings, links, boxes, tables. See below.
  requests.txt    Requests that failed.

What is not in it
-----------------

No picture, no password, no code, no cookie, no name, number, address, amount or date of yours. A text of a
page stays only where all its words are the flow's own (as it came with Kigen; of a flow that you wrote, as
you wrote it) or stand on a short list of words that many portals use. Everything else is replaced by its
shape: 090-1234-5678 becomes 000-0000-0000, a name becomes 字字 字字 or Xxxx Xxxxx, an amount becomes ¥0,000.
What stands in boxes is not shown at all, and addresses end before the `?`. Which account it was, and when,
is not told either.

The report of the same run, in the folder beside this archive, holds all that: it is for your eyes only.
"""


@dataclass(frozen=True)
class Played:
    """A field test that has come to its end."""

    site: Site
    result: RunResult
    looking: Looking
    steps: Sequence[StepRecord]
    as_shipped: bool


def write_bundle(folder: Path, played: Played, redactor: Redactor) -> Path:
    """Write the archive into the run's folder, for its owner's eyes only; gives its path.

    Secrets that are known are masked once more in what pages were made of, although none should be
    there; not in figures, where a gap would tell what stood in it.
    Raises OSError where it can't be written.
    """
    flow = played.site.flow
    pages = played.looking.pages
    members = {
        "READ-ME.txt": READ_ME.format(flow=flow.flow),
        "summary.json": _json(_summary(played)),
        "steps.json": _rows(_step(step) for step in played.steps),
        "selectors.json": _rows(_selectors(number, page) for number, page in enumerate(pages, 1)),
        "requests.txt": "".join(f"{line}\n" for line in _requests(played.looking)),
    }
    for number, page in enumerate(pages, 1):
        head = f"# {page.phase}: {page.address}\n# {page.title}\n"
        members[f"pages/{number:02}.yaml"] = redactor.mask(f"{head}{page.tree}\n")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            member = zipfile.ZipInfo(name, _FIRST_DAY)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, text)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / f"field-test-{flow.flow}.zip"
    write_private(file, packed.getvalue())
    return file


def _summary(played: Played) -> Mapping[str, Any]:
    result, looking, site = played.result, played.looking, played.site
    return {
        "flow": site.flow.flow,
        "version": site.digest,
        "as_shipped": played.as_shipped,
        "outcome": result.outcome,
        "last_problem": looking.problem,
        "step": result.step,
        "where": result.where,
        "lines": len(result.lines),
        "read": [_kinds(line.reading or {}) for line in result.lines],
        "held_back": looking.held,
        "pages": len(looking.pages),
        "seconds": round(result.seconds, 1),
        "kigen": version("kigen"),
        "playwright": version("playwright"),
        "browser": looking.browser,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def _kinds(reading: Mapping[str, Any]) -> dict[str, str]:
    """What was read of a line: the kinds of values, not the values."""
    return {
        name: "nothing" if value is None else type(value).__name__
        for name, value in reading.items()
    }


def _step(step: StepRecord) -> dict[str, Any]:
    return {
        "step": step.path,
        "kind": step.kind,
        "line": step.line,
        "seconds": round(step.seconds, 2),
        "status": "held back" if step.note == HELD else step.status,
    }


def _selectors(number: int, page: PageSeen) -> dict[str, Any]:
    return {"page": f"pages/{number:02}.yaml", "phase": page.phase, "matches": page.matches}


def _requests(looking: Looking) -> list[str]:
    found = []
    for line in looking.requests:
        match = _REQUEST.fullmatch(line)
        if match is not None:
            reason = _REASON.search(match[3])
            what = reason[0] if reason else "failed"
            found.append(f"{match[1]} {looking.labels.address(match[2])}: {what}")
    return found


def _rows(found: Iterable[Mapping[str, Any]]) -> str:
    """A list with one row a line: easier to read before it is shared."""
    lines = (json.dumps(row, ensure_ascii=False) for row in found)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
