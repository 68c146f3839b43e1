"""`download`: keep a file that the site hands out."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from runner.flow.base import Args, Step
from runner.flow.scalars import Ref


class Download(Args):
    short = "click"

    click: Ref = Field(description="What starts the download.")
    name: str = Field(
        "download", pattern=r"^[a-z0-9_-]+$", description="The file's name among the evidence."
    )


class DownloadStep(Step):
    """Click, and keep the file that comes among the run's evidence.

    Short form: `download: receipt_pdf`
    """

    kind: ClassVar = "download"
    effect: ClassVar = "write"
    download: Download
