"""Plays `call`: an own step in Python, from the file beside the flow."""

from __future__ import annotations

from importlib.abc import ExecutionLoader
from importlib.util import module_from_spec, spec_from_loader
from types import ModuleType

from playwright.async_api import Error as PlaywrightError

from runner.flow.library import Site
from runner.flow.steps.call import Call
from runner.page.problems import Problem, Unexpected
from runner.page.stage import Stage
from runner.values.plain import sound


async def call(stage: Stage, args: Call) -> str:
    """Call `async def NAME(page, **values)`; secrets are not handed over."""
    function = getattr(_module(stage.site), args.function)
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
        stage.extracted[args.into] = sound(found)
    return args.function


class _AsRead(ExecutionLoader):
    """Loads what the file said when its flow was read and found right, not what it says now."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def get_filename(self, fullname: str) -> str:
        return str(self._site.code)

    def get_source(self, fullname: str) -> str:
        return self._site.code_text or ""


def _module(site: Site) -> ModuleType:
    loader = _AsRead(site)
    spec = spec_from_loader(f"flows_{site.code.stem}", loader)
    if spec is None:
        raise Unexpected(f"{site.code} can't be loaded", "failed")
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module
