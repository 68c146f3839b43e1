"""Playwright traces without secrets.

A trace holds all that was typed and every cookie; Playwright offers no way to leave them out. So a
trace is kept aside until the run's end, every member of it is scrubbed, and only then it is shown.
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from runner.values.secret import Redactor


def scrub(raw: Path, clean: Path, redactor: Redactor) -> None:
    """Write a trace anew with every secret in it masked, and remove the raw one."""
    descriptor = os.open(clean, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with (
            os.fdopen(descriptor, "wb") as stream,
            zipfile.ZipFile(raw) as before,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after,
        ):
            for member in before.infolist():
                name = redactor.mask(member.filename)
                after.writestr(name, redactor.mask_bytes(before.read(member)))
    finally:
        raw.unlink()  # a trace that can't be scrubbed is not kept
