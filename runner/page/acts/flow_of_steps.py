"""Plays `if`, `for_each` and `use`: steps that hold other steps."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from runner.flow.steps.for_each import ForEach
from runner.flow.steps.if_ import If
from runner.flow.steps.use import Use
from runner.page.problems import Unread
from runner.page.stage import Stage
from runner.page.watch import settle

Path = tuple[str | int, ...]


async def if_(stage: Stage, args: If, path: Path) -> str:
    """Play `then` or `else`, by what the page shows at this moment or by what is known."""
    if args.page is not None:
        await settle(stage)
        holds = await stage.look().holds(args.page)
    else:
        assert args.that is not None  # noqa: S101  the model allows no third way
        holds = bool(args.that.expression.evaluate(stage.values))
    key = "then" if holds else "else"
    await stage.play(args.then if holds else args.else_, (*path, "if", key))
    return key


async def for_each(stage: Stage, args: ForEach, path: Path) -> str:
    """Play the steps for each item; its name is known only inside."""
    items = args.in_.expression.evaluate(stage.values)
    if not isinstance(items, list | tuple):
        raise Unread(f"`{args.in_}` is no list")
    for number, item in enumerate(items):
        with _knowing(stage, {args.as_: item}):
            await stage.play(args.do, (*path, "for_each", "do", number))
    return f"{len(items)} times"


async def use(stage: Stage, args: Use, path: Path) -> str:
    """Play a part of this flow, or of another with that flow's own selectors."""
    values = {name: text.template.evaluate(stage.values) for name, text in args.with_.items()}
    other, _, name = args.part.rpartition("/")
    site, own = (stage.site.others[other], stage.site) if other else (stage.site, stage.site)
    stage.site = site
    try:
        with _knowing(stage, values):
            await stage.play(site.flow.parts[name], (*path, "use", "parts", name))
    finally:
        stage.site = own
    return args.part


@contextmanager
def _knowing(stage: Stage, more: dict[str, Any]) -> Iterator[None]:
    outer = stage.values
    stage.values = ChainMap(more, outer)  # type: ignore[arg-type]  # nobody writes into `outer`
    try:
        yield
    finally:
        stage.values = outer
