"""What the person at the terminal sees of a run at its end."""

from __future__ import annotations

from runner.renewal.outcome import REPORT, LineResult, RunResult
from runner.values.plain import sound

WORDS = {
    "read_only": "read",
    "nothing_due": "nothing due",
    "renewed": "renewed",
    "renewal_pending": "paid, not active yet",
    "awaiting_payment": "ordered, to be paid by you",
    "needs_you": "needs you",
    "rejected": "password refused",
    "declined": "payment declined",
    "too_expensive": "too expensive",
    "payment_unknown": "payment unknown",
    "maintenance": "site under maintenance",
    "changed": "site has changed",
    "unreachable": "site unreachable",
    "busy": "another run holds this account",
    "failed": "failed",
}
_FIGURES = ("balance", "data_left", "minutes_left", "expires_on", "days_left")


def summary(result: RunResult) -> str:
    """A run's end in a few lines."""
    rows = [("", f"{result.title} ({result.account}): {WORDS[result.outcome]}")]
    for line in result.lines:
        rows += _line(line)
    if result.message and not any(line.message == result.message for line in result.lines):
        rows.append(("why", result.message))
    if result.where:
        rows.append(("where", f"{result.where}, {result.step}"))
    if result.hint:
        rows.append(("next", result.hint))
    rows += [("note", note) for note in result.notes]
    if result.evidence:
        rows.append(("report", f"{result.evidence}/{REPORT}"))
    rows.append(("took", f"{result.seconds:.1f} s"))
    return sound("\n".join(f"  {name:8} {text}" if name else text for name, text in rows))


def _line(line: LineResult) -> list[tuple[str, str]]:
    rows = [("line", line.title or line.line)]
    for name in _FIGURES:
        now = (line.reading or {}).get(name)
        before = (line.before or {}).get(name)
        if now is None:
            continue
        label = name.replace("_", " ")
        changed = before is not None and before != now
        rows.append(("", f"           {label:12} {f'{before} → {now}' if changed else now}"))
    if line.decision:
        rows.append(("decided", line.decision))
    if line.renewal is not None:
        receipt = f", receipt {line.renewal.reference}" if line.renewal.reference else ""
        rows.append(("renewal", f"{line.renewal.plan}, {line.renewal.state}{receipt}"))
    if line.message:
        rows.append(("result", line.message))
    return rows
