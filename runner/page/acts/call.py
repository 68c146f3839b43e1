"""Plays `call`: an own step in Python, from the file beside the flow."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from playwright.async_api import Error as PlaywrightError

from runner.flow.steps.call import Call
from runner.page.problems import Problem, Unexpected
from runner.page.stage import Stage


async def call(stage: Stage, args: Call) -> str:
    """Call `async def NAME(page, **values)`; secrets are not handed over."""
    function = getattr(_module(stage.site.code), args.function)
    values = {name: text.template.evaluate(stage.values) for name, text in args.with_.items()}
    try:
        found = await function(stage.page, **values)
    except (Problem, PlaywrightError):
        raise
    except Exception as error:
        raise Unexpected(
            f"{stage.site.code.name}: `{args.function}` failed: {type(error).__name__}: {error}",
            "failed",
        ) from error
    if args.into is not None:
        stage.extracted[args.into] = found
    return args.function


def _module(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"flows_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise Unexpected(f"{file} can't be loaded", "failed")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
