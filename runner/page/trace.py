"""Playwright traces without secrets.

A trace holds all that was typed and every cookie; Playwright offers no way to leave them out. So a
trace is kept aside until the run's end, every member of it is scrubbed, and only then it is shown.
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from runner.values.secret import Redactor


def scrub(trace: Path, redactor: Redactor) -> None:
    """Mask every secret in every member of a trace, in place. The file is its owner's alone."""
    clean = trace.with_suffix(".part")
    descriptor = os.open(clean, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with (
        os.fdopen(descriptor, "wb") as stream,
        zipfile.ZipFile(trace) as before,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for member in before.infolist():
            after.writestr(redactor.mask(member.filename), redactor.mask_bytes(before.read(member)))
    clean.replace(trace)
