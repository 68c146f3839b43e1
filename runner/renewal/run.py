"""One run of one account, from top to bottom: sign in, read, decide, pay once, verify, tell."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from loguru import logger

from runner.browser.find import BrowserError
from runner.browser.session import Session
from runner.config.model import Account
from runner.flow.library import Site
from runner.ledger.errors import Busy, LedgerError
from runner.ledger.lease import Lease
from runner.ledger.records import Run
from runner.page.by_hand import Helper
from runner.page.evidence import Evidence
from runner.page.given import CallOwner
from runner.page.player import Player
from runner.page.problems import Problem, Refused, Seen, WrongHost
from runner.renewal.by_hand import ByHand, advice, continue_at
from runner.renewal.by_owner import look_at
from runner.renewal.cards import check_cards
from runner.renewal.closing import close
from runner.renewal.credentials import Credentials, may_wait
from runner.renewal.deadline import GRACE, Deadline
from runner.renewal.ending import advice as at_provider
from runner.renewal.ending import cut_by, cut_short, sum_up
from runner.renewal.looks import put_off
from runner.renewal.outcome import RunResult
from runner.renewal.own_trouble import OwnTrouble
from runner.renewal.proving import note_proof
from runner.renewal.quiet import QuietHours
from runner.renewal.signing_in import SignedIn, add_passkey
from runner.renewal.tell import asked_event
from runner.renewal.tools import Options, Tools
from runner.values.secret import Redactor


async def run_account(
    account: Account,
    site: Site,
    tools: Tools,
    options: Options,
    on_end: Callable[[RunResult], None] = lambda _: None,
) -> RunResult:
    """Run an account once. Every end is a result; it is in the ledger, with its evidence on disk.

    `on_end` gets the result as soon as it stands, also when the run is told to stop and
    CancelledError goes on to the caller.
    """
    ledger, now = tools.ledger, tools.clock()
    result = RunResult(account.name, site.flow.flow, site.flow.title, now)
    run = ledger.runs.start(
        account.name, site.flow.flow, deadline_at=now + account.deadline, trigger=options.trigger,
        dry_run=options.dry_run, read_only=options.read_only, traced=options.trace,
        wish=options.wish,
    )  # fmt: skip
    result.run_id = run.id
    log = logger.bind(account=account.name, flow=site.flow.flow, run=run.id)
    log.info("run begins ({}{})", options.trigger, ", dry" if options.dry_run else "")
    started = time.perf_counter()
    evidence = _evidence(account, run, tools)
    try:
        lease = ledger.leases.acquire(
            account.name, run.id, account.deadline.total_seconds() + GRACE
        )
    except LedgerError as error:  # nothing was begun
        result.outcome = "busy" if isinstance(error, Busy) else "failed"
        result.message = str(error)
        close(result, account, run, evidence, tools, started)
        on_end(result)
        return result
    with lease:
        try:
            ledger.runs.close_abandoned(account.name, keep=run.id)
            put_off(ledger, account.name, now)
            async with asyncio.timeout(account.deadline.total_seconds()) as limit:
                deadline = Deadline(limit, lease, partial(_note_deadline, tools, run))
                await _play(account, site, tools, options, run, lease, result, evidence, deadline)
        except TimeoutError:
            seconds = account.deadline.total_seconds()
            cut_short(result, "failed", f"the run did not end within its {seconds:g} s")
        except asyncio.CancelledError:
            cut_short(result, "failed", "the run was told to stop")
            raise
        except Problem as problem:
            cut_by(result, problem, tools.redactor)
        except (LedgerError, BrowserError) as error:
            cut_short(result, "failed", str(error))
        except Exception as error:  # a run has an end and a record, also where Kigen is at fault
            log.exception("fault")
            fault = f"a fault of Kigen itself, kept in the log: {type(error).__name__}"
            cut_short(result, "failed", fault)
        finally:
            close(result, account, run, evidence, tools, started)
            log.info(
                "run ends: {} after {:.1f} s: {}", result.outcome, result.seconds, result.message
            )
            on_end(result)
    return result


async def _play(
    account: Account,
    site: Site,
    tools: Tools,
    options: Options,
    run: Run,
    lease: Lease,
    result: RunResult,
    evidence: Evidence,
    deadline: Deadline,
) -> None:
    """Sign in and play every line. Raises Problem for what ends the whole run."""
    if site.flow.kept_by == "owner":
        today = tools.clock().astimezone(tools.timezone).date()
        result.lines = look_at(tools.ledger, account, today, read_only=options.read_only)
        sum_up(result)
        return
    credentials = Credentials(account.name, lambda: tools.credentials(account))
    refused = None
    if not may_wait(site.flow):
        check_cards(site.flow, await credentials.all(), tools.clock(), tools.redactor)
    if tools.refusals.any(account.name) and tools.refusals.has(
        account.name, await credentials.all()
    ):
        refused = Refused(
            "the site refused this password before; it is not tried again until it changes"
        )
        refused.hint = at_provider(refused, site.flow.provider)
    async with tools.open_session(account, site.flow, trace=options.trace) as session:
        evidence.raw_trace = session.trace
        player = Player(
            session.page,
            site,
            {"account": credentials.values},
            evidence=evidence,
            codes=tools.codes(account),
            clock=tools.clock,
            helper=_by_hand(account, site, tools, run, deadline, session, evidence),
            call_owner=_call_owner(account, site, tools, run),
            stand_still=deadline.for_owner,
            before=credentials.before,
            looking=options.looking,
        )
        result.notes = session.notes
        if (until := QuietHours.of(account, site.flow).until(tools.clock())) is not None:
            here = until.astimezone(tools.timezone)
            result.notes.append(
                f"the provider is better left alone until {here:%Y-%m-%d %H:%M}: only what can't "
                "wait is paid now"
            )
        if not session.resumed:
            await credentials.all()
        signed_in = SignedIn(player, session, result.notes, account.credentials, refused)
        if refused is not None and not signed_in.has_passkey:
            raise refused
        try:
            await signed_in.begin()
            if refused is None:
                tools.refusals.forget(account.name)
            if options.passkey:
                result.outcome, result.message = "read_only", await add_passkey(signed_in)
                return
            # Loaded now, while the page fetches its figures; nobody has waited for it before.
            from runner.renewal.line import PlayedLine
            from runner.renewal.lines import play

            own = OwnTrouble(site.flow, signed_in)
            for one in account.lines:
                line = PlayedLine(account, one, site, signed_in, tools, options, run, lease)
                result.lines.append(line.result)
                try:
                    await play(line)
                except Problem as problem:
                    alone = len(account.lines) == 1 or options.looking is not None
                    if alone or not own.is_of(line.result, problem):
                        raise
                    await _mask_cookies(session, tools.redactor)
                    await own.end(line.result, problem, tools.redactor)
            if site.flow.logout:
                await player.phase("logout", {})
        except Problem as problem:
            await _mask_cookies(session, tools.redactor)
            if isinstance(problem, WrongHost):
                session.leave()
            if isinstance(problem, Seen) and problem.signal == "wrong_secret":
                tools.refusals.add(account.name, await credentials.all())
                result.once = f"{run.id}/refused"  # news, however lately another one was refused
            problem.hint = problem.hint or at_provider(problem, site.flow.provider)
            if problem.ends_as() == "needs_you" and not player.stage.committed:
                problem.hint = problem.hint or advice(problem, account.name)
                result.link = continue_at(site.flow)
            await player.keep_failure()
            result.picture = evidence.pictures[-1] if evidence.pictures else None
            raise
        finally:
            await _mask_cookies(session, tools.redactor)
    sum_up(result)
    if result.outcome == "needs_you" and result.step:
        result.link = continue_at(site.flow)
    if options.looking is None or not options.looking.held:
        note_proof(tools.ledger, account, site, result)


def _by_hand(
    account: Account,
    site: Site,
    tools: Tools,
    run: Run,
    deadline: Deadline,
    session: Session,
    evidence: Evidence,
) -> Helper | None:
    """Who is asked at the page; nobody where config.yaml doesn't say so."""
    if account.hand_off is None or tools.ask_person is None:
        return None
    return ByHand(
        account,
        site,
        run,
        deadline,
        session,
        evidence,
        tools.redactor,
        tools.clock,
        tools.ask_person,
        session.notes,
    )


def _note_deadline(tools: Tools, run: Run, seconds: float) -> None:
    tools.ledger.runs.put_off(run.id, tools.clock() + timedelta(seconds=seconds))


def _call_owner(account: Account, site: Site, tools: Tools, run: Run) -> CallOwner | None:
    """Who tells the owner what they have to do elsewhere, while the run waits."""
    tell = tools.call_owner
    if tell is None:
        return None

    async def call(message: str, until: datetime, picture: Path | None) -> None:
        event = asked_event(
            account.name,
            site.flow.title,
            tools.redactor.mask(message),
            tools.timezone,
            until=until,
            run_id=run.id,
            picture=picture,
        )
        await tell(event, account)

    return call


async def _mask_cookies(session: Session, redactor: Redactor) -> None:
    """Whatever is written from now on shows no cookie."""
    for cookie in await session.secrets():
        redactor.add(cookie)


def _evidence(account: Account, run: Run, tools: Tools) -> Evidence:
    stamp = run.started_at.astimezone(tools.timezone).strftime("%Y%m%d-%H%M%S")
    folder = tools.evidence_folder / f"{stamp}-{account.name}-{run.id[-6:]}"
    return Evidence(
        folder, tools.redactor, tools.clock, lambda record: tools.on_step(account.name, record),
        watched=run.trigger == "asked",
    )  # fmt: skip
