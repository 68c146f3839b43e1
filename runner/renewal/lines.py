"""One line of an account in a run: read, settle what is open, decide; then renew it, where it is due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.ledger.states import State
from runner.renewal import pausing
from runner.renewal.course import course_of
from runner.renewal.line import PlayedLine
from runner.renewal.looks import OPEN, clicked_at
from runner.renewal.order import Order
from runner.renewal.outcome import RenewalResult
from runner.renewal.reconcile import open_renewals, reconcile
from runner.renewal.still_open import words_for
from runner.renewal.verify import DOUBT


async def play(line: PlayedLine) -> None:
    """Play a line to its end; its `result` holds outcome and message. Raises Problem."""
    reading = await line.read()
    line.result.before = reading
    if line.options.looking is not None:
        await _look_only(line)
        return
    if await _still_open(line, reading):
        return
    options = line.options
    paused = pausing.why_paused(
        line.tools.ledger, line.account.name, line.agreed.name, line.tools.timezone
    )
    course = course_of(
        line.agreed, line.site.flow, reading, line.tools.clock(), line.quiet,
        read_only=options.read_only, dry_run=options.dry_run, paused=paused,
    )  # fmt: skip
    line.result.decision = course.why
    if course.outcome is None:
        await Order(line).play(reading)
        return
    if course.outcome == "nothing_due":
        line.planning.drop("it is not due any more")
    if course.wait is not None:
        line.planning.put_off(course.wait)
    picture = await line.take_picture() if course.shown else None
    line.end(course.outcome, course.message, course.hint, picture, course.once)


async def _look_only(line: PlayedLine) -> None:
    """In a field test: the list of payments is looked at too, and nothing is decided."""
    await line.payments(None)
    line.end("read_only", f"a field test: only looked at{line.result.decision}")


async def _still_open(line: PlayedLine, reading: Mapping[str, Any]) -> bool:
    """Settle what earlier runs left open. True when that is all that may be done now."""
    ledger = line.tools.ledger
    found = open_renewals(ledger, line.account.name, line.agreed.name)
    if not found:
        return False
    payments = await line.payments(min(map(clicked_at, found)) - DOUBT)
    now, flow = line.tools.clock(), line.site.flow
    picture = await line.take_picture()
    renewal = found[0]
    for renewal in found:
        renewal = reconcile(
            ledger, renewal, flow, reading, payments.rows, now=now, run_id=line.run.id,
            evidence=line.kept(), receipts=line.receipts(renewal), mailed=payments.mailed,
        )  # fmt: skip
        line.result.renewal = RenewalResult.of(renewal)
        if renewal.state in OPEN:
            break
    else:
        if renewal.state is State.VERIFIED:
            line.end("renewed", "an earlier renewal has now been proved")
            return True
        return False  # it was proved not to have been charged: the line may be renewed again
    told = words_for(renewal, flow, now)
    line.end(told.outcome, told.message, told.hint, picture, told.once)
    return True
