"""The steps of the language, one file a kind. `AnyStep` is a step of any kind."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Discriminator, Tag

from runner.flow.base import Step
from runner.flow.steps import for_each, if_
from runner.flow.steps.call import CallStep
from runner.flow.steps.card import CardStep
from runner.flow.steps.check import CheckStep
from runner.flow.steps.choose_plan import ChoosePlanStep
from runner.flow.steps.click import ClickStep
from runner.flow.steps.close_tab import CloseTabStep
from runner.flow.steps.download import DownloadStep
from runner.flow.steps.expect import ExpectStep
from runner.flow.steps.extend import ExtendStep
from runner.flow.steps.extract import ExtractStep
from runner.flow.steps.extract_all import ExtractAllStep
from runner.flow.steps.fill import FillStep
from runner.flow.steps.for_each import ForEachStep
from runner.flow.steps.goto import GotoStep
from runner.flow.steps.hover import HoverStep
from runner.flow.steps.if_ import IfStep
from runner.flow.steps.one_time_code import OneTimeCodeStep
from runner.flow.steps.pay import PayStep
from runner.flow.steps.press import PressStep
from runner.flow.steps.screenshot import ScreenshotStep
from runner.flow.steps.select import SelectStep
from runner.flow.steps.upload import UploadStep
from runner.flow.steps.use import UseStep
from runner.flow.steps.wait_for import WaitForStep
from runner.flow.steps.wait_for_owner import WaitForOwnerStep


def _kind(value: Any) -> str | None:
    """The kind of a step: its one key, annotations aside. A wrong one is named as it stands."""
    if isinstance(value, Step):
        return value.kind
    if not isinstance(value, dict):
        return None
    keys = [key for key in value if key not in ("evidence", "note")]
    return str(keys[0]) if keys else None


AnyStep = Annotated[
    Annotated[CallStep, Tag("call")]
    | Annotated[CardStep, Tag("card")]
    | Annotated[CheckStep, Tag("check")]
    | Annotated[ChoosePlanStep, Tag("choose_plan")]
    | Annotated[ClickStep, Tag("click")]
    | Annotated[CloseTabStep, Tag("close_tab")]
    | Annotated[DownloadStep, Tag("download")]
    | Annotated[ExpectStep, Tag("expect")]
    | Annotated[ExtendStep, Tag("extend")]
    | Annotated[ExtractStep, Tag("extract")]
    | Annotated[ExtractAllStep, Tag("extract_all")]
    | Annotated[FillStep, Tag("fill")]
    | Annotated[ForEachStep, Tag("for_each")]
    | Annotated[GotoStep, Tag("goto")]
    | Annotated[HoverStep, Tag("hover")]
    | Annotated[IfStep, Tag("if")]
    | Annotated[OneTimeCodeStep, Tag("one_time_code")]
    | Annotated[PayStep, Tag("pay")]
    | Annotated[PressStep, Tag("press")]
    | Annotated[ScreenshotStep, Tag("screenshot")]
    | Annotated[SelectStep, Tag("select")]
    | Annotated[UploadStep, Tag("upload")]
    | Annotated[UseStep, Tag("use")]
    | Annotated[WaitForStep, Tag("wait_for")]
    | Annotated[WaitForOwnerStep, Tag("wait_for_owner")],
    Discriminator(_kind),
]

for _module in (for_each, if_):  # what stands inside these is known only here
    _module.AnyStep = AnyStep  # type: ignore[attr-defined]  # there for types alone until now

STEPS: dict[str, type[Step]] = {
    step.kind: step
    for step in (
        CallStep, CardStep, CheckStep, ChoosePlanStep, ClickStep, CloseTabStep, DownloadStep,
        ExpectStep, ExtendStep, ExtractStep, ExtractAllStep, FillStep, ForEachStep, GotoStep, HoverStep, IfStep,
        OneTimeCodeStep, PayStep, PressStep, ScreenshotStep, SelectStep, UploadStep, UseStep,
        WaitForStep, WaitForOwnerStep,
    )
}  # fmt: skip
"""Every kind of step by its key."""
