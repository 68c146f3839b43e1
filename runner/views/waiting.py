"""What waits for its owner, for programs."""

from __future__ import annotations

from runner.ledger.records import Letter, Wish
from runner.views import as_json
from runner.views.inbox import Waits
from runner.views.renewals import renewal_json


def waits_json(waits: Waits) -> as_json.Waits:
    """All of it. Live pages come without their links: those sign in whoever has them."""
    return {
        "approvals": [
            {**renewal_json(one), "until": one.next_at.isoformat() if one.next_at else None}
            for one in waits.approvals
        ],
        "codes": [
            {"account": one.account, "digits": one.digits, "until": one.until.isoformat()}
            for one in waits.codes
        ],
        "pages": [
            {
                "account": one.account,
                "title": one.title,
                "need": one.need,
                "message": one.message,
                "run": one.run_id,
                "until": one.until.isoformat(),
            }
            for one in waits.pages
        ],
        "unknown": [renewal_json(one) for one in waits.unknown],
        "owed": [renewal_json(one) for one in waits.owed],
        "stuck": [renewal_json(one) for one in waits.stuck],
        "letters": [letter_json(one) for one in waits.letters],
    }


def letter_json(letter: Letter) -> as_json.Letter:
    """A message, without what it says."""
    return {
        "id": letter.id,
        "event": letter.event,
        "account": letter.account,
        "line": letter.line,
        "run": letter.run_id,
        "target": letter.target,
        "state": letter.state,
        "attempts": letter.attempts,
        "error": letter.last_error,
        "created_at": letter.created_at.isoformat(),
        "put_away_at": letter.put_away_at.isoformat() if letter.put_away_at else None,
    }


def wish_json(wish: Wish) -> as_json.Wish:
    """A run that was asked for."""
    return {
        "id": wish.id,
        "account": wish.account,
        "dry_run": wish.dry_run,
        "asked_at": wish.asked_at.isoformat(),
        "until": wish.until.isoformat(),
        "run": wish.run_id,
    }
