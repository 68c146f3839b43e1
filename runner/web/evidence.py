"""`/runs/ID/files/NAME`: what a run has kept; `/renewals/ID/receipts/N`: receipts of a payment.

Pictures are shown, everything else is downloaded: what a portal has written never runs here.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse
from starlette.routing import BaseRoute, Route

from runner.ledger.errors import NoSuchEntry

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from runner.config.home import Home
    from runner.ledger.records import Renewal, Run
    from runner.web.desk import Desk

PICTURES = {".png": "image/png"}
_KINDS = {".pdf": "application/pdf", ".zip": "application/zip"}
_SEALED = {"content-security-policy": "sandbox; default-src 'none'"}


def routes(desk: Desk) -> list[BaseRoute]:
    """The files."""

    async def of_run(request: Request) -> Response:
        def find() -> Path | None:
            run = desk.ledger.runs.get(request.path_params["id"])
            return _named(folder_of(desk.home, run), request.path_params["name"])

        return await _answer(find)

    async def of_renewal(request: Request) -> Response:
        def find() -> Path | None:
            renewal = desk.ledger.renewals.get(request.path_params["id"])
            return receipt_of(desk.home, renewal, request.path_params["number"])

        return await _answer(find)

    return [
        Route("/runs/{id}/files/{name}", of_run),
        Route("/renewals/{id}/receipts/{number:int}", of_renewal),
    ]


def folder_of(home: Home, run: Run) -> Path | None:
    """The folder of a run's evidence, if it is there: a plain one, right below all evidence.

    A run that is going on has not told its name yet; it ends with the run's own last digits.
    """
    name = run.evidence
    if name is None:
        name = next((one.name for one in home.evidence.glob(f"*-{run.id[-6:]}")), "")
    folder = home.evidence / name
    if folder.parent != home.evidence or name in ("", ".", ".."):
        return None
    return folder if folder.is_dir() and not folder.is_symlink() else None


def names_in(folder: Path | None) -> list[str]:
    """The files that are served of a folder: plain ones, and none that is being written."""
    if folder is None:
        return []
    with os.scandir(folder) as entries:
        plain = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    return sorted(name for name in plain if not name.endswith(".part"))


def receipt_of(home: Home, renewal: Renewal, number: int) -> Path | None:
    """The file of a receipt, by its place in the renewal's list: in a folder right below all receipts."""
    if number >= len(renewal.receipts):
        return None
    folder, name = (
        (home.folder / renewal.receipts[number]).parent,
        Path(renewal.receipts[number]).name,
    )
    if folder.parent != home.receipts or folder.name == ".." or folder.is_symlink():
        return None
    return _named(folder, name)


def _named(folder: Path | None, name: str) -> Path | None:
    """The file of this name. What is no name in the folder's own list leads nowhere."""
    return folder / name if folder is not None and name in names_in(folder) else None


async def _answer(find: Callable[[], Path | None]) -> Response:
    try:
        file = await run_in_threadpool(find)
    except (NoSuchEntry, FileNotFoundError):
        file = None
    if file is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    shown = PICTURES.get(file.suffix)
    return FileResponse(
        file,
        headers=_SEALED,
        media_type=shown or _KINDS.get(file.suffix, "application/octet-stream"),
        filename=file.name,
        content_disposition_type="inline" if shown else "attachment",
    )
