"""Runs: started once, ended once, with an outcome from the closed list."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, or_, select, update

from runner.ledger import line_ends, wishes
from runner.ledger.engine import Database
from runner.ledger.errors import AlreadyEnded, NoSuchEntry
from runner.ledger.ids import new_id
from runner.ledger.of_each import counts, in_a_row, newest
from runner.ledger.records import OUTCOMES, Run
from runner.ledger.tables import runs

_COLUMNS = [runs.c[field.name] for field in fields(Run)]
CUT_OFF = "The run was cut off: its process ended without recording an outcome."


class Runs:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def start(
        self,
        account: str,
        flow: str,
        *,
        trigger: str,
        deadline_at: datetime,
        dry_run: bool = False,
        read_only: bool = False,
        traced: bool = False,
        evidence: str | None = None,
        wish: str | None = None,
    ) -> Run:
        """Records that a run begins now. `evidence`: folder name relative to the state folder.

        `wish`: the one that this run fulfils.
        """
        now = self._clock()
        entry = {
            "id": new_id(now),
            "account": account,
            "flow": flow,
            "trigger": trigger,
            "started_at": now,
            "deadline_at": deadline_at,
            "dry_run": dry_run,
            "read_only": read_only,
            "traced": traced,
            "evidence": evidence,
        }
        with self._database.write() as connection:
            connection.execute(insert(runs).values(entry))
            if wish is not None:
                wishes.take(connection, wish, str(entry["id"]))
        return self.get(str(entry["id"]))

    def put_off(self, run_id: str, deadline_at: datetime) -> None:
        """The run may go on until then: it waits for its owner, whose time is not its own."""
        with self._database.write() as connection:
            connection.execute(
                update(runs).where(runs.c.id == run_id).values(deadline_at=deadline_at)
            )

    def end(
        self,
        run_id: str,
        *,
        outcome: str,
        message: str | None = None,
        evidence: str | None = None,
        closed_until: datetime | None = None,
        lines: line_ends.Ends | None = None,
    ) -> Run:
        """Gives the run its outcome; `evidence` None keeps the folder named before. `closed_until`: so
        long the provider says to be closed. `lines`: how it ended for each of them, where it came so far.

        A run that was taken for cut off still tells how it really ended. Raises AlreadyEnded for any
        other that has its outcome.

        An outcome outside `OUTCOMES` is a ValueError.
        """
        if outcome not in OUTCOMES:
            raise ValueError(f"{outcome!r} is not an outcome: {', '.join(OUTCOMES)}")
        line_ends.check(lines or {})
        now = self._clock()
        run = self.get(run_id)
        with self._database.write() as connection:
            changed = connection.execute(
                update(runs)
                .where(
                    runs.c.id == run_id,
                    or_(runs.c.ended_at.is_(None), runs.c.message == CUT_OFF),
                )
                .values(
                    ended_at=now,
                    outcome=str(outcome),
                    message=message,
                    evidence=run.evidence if evidence is None else evidence,
                    seconds=(now - run.started_at).total_seconds(),
                    closed_until=closed_until,
                )
            ).rowcount
            if changed and lines:
                line_ends.keep(connection, run_id, run.account, lines)
        ended = self.get(run_id)
        if not changed:
            raise AlreadyEnded(run_id, str(ended.outcome))
        return ended

    def close_abandoned(self, account: str, *, keep: str | None = None) -> list[Run]:
        """Ends every run of the account that never ended, except `keep`, as `failed`. Returns them.

        Only the holder of the account's lease may call this: it alone knows that no other run is
        going.
        """
        with self._database.write() as connection:
            unended = select(runs.c.id).where(runs.c.account == account, runs.c.ended_at.is_(None))
            ids = [id for id in connection.execute(unended).scalars() if id != keep]
            connection.execute(
                update(runs)
                .where(runs.c.id.in_(ids))
                .values(ended_at=self._clock(), outcome="failed", message=CUT_OFF)
            )
        return [self.get(id) for id in ids]

    def get(self, run_id: str) -> Run:
        """Raises NoSuchEntry."""
        with self._database.read() as connection:
            row = connection.execute(select(runs).where(runs.c.id == run_id)).one_or_none()
        if row is None:
            raise NoSuchEntry("run", run_id)
        return Run(**row._mapping)

    def last(self, account: str) -> Run | None:
        """The run of the account that started last, ended or not."""
        return next(iter(self.list(account, limit=1)), None)

    def last_of_each(self) -> dict[str, Run]:
        """The last run of every account, in one query."""
        return self._by_account(newest(*_COLUMNS))

    def last_turns(self, last: Mapping[str, Run] | None = None) -> dict[str, Run]:
        """The last run of every account that counts for its schedule. `last`: what `last_of_each` gave,
        where that is known already.

        A mere look does not, nor what a person started that could not have renewed anything.
        """
        last = self.last_of_each() if last is None else last
        found = {account: run for account, run in last.items() if counts(run)}
        if others := last.keys() - found.keys():
            found |= self._by_account(newest(*_COLUMNS, counting=True, among=others))
        return found

    def in_a_row(self, outcomes: Collection[str | None], among: Collection[str]) -> dict[str, int]:
        """How many of these accounts' last runs, of those that count for their schedules, ended so.

        None among the outcomes: without an end. Accounts whose last run ended otherwise are not in it.
        """
        if not among:
            return {}
        with self._database.read() as connection:
            found = connection.execute(in_a_row(outcomes, among))
            return {row[0]: row[1] for row in found if row[1]}

    def _by_account(self, query: Select[Any]) -> dict[str, Run]:
        with self._database.read() as connection:
            found = [Run(*row) for row in connection.execute(query)]
        return {run.account: run for run in found}

    def list(
        self,
        account: str | None = None,
        *,
        limit: int = 100,
        outcome: str | None = None,
        before: str | None = None,
    ) -> list[Run]:
        """Newest first; with `before`, those that began before that run. `outcome`: ended so."""
        query = select(runs).order_by(runs.c.started_at.desc(), runs.c.id.desc()).limit(limit)
        if account is not None:
            query = query.where(runs.c.account == account)
        if outcome is not None:
            query = query.where(runs.c.outcome == outcome)
        if before is not None:
            query = query.where(runs.c.id < before)  # ids sort by the time at which they were made
        with self._database.read() as connection:
            return [Run(**row._mapping) for row in connection.execute(query)]
