"""Plays `extract`; the values of a page are read here for `extract_all` and `choose_plan`, too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from runner.flow.fields import Cell, Field, Rows, Typed, shape
from runner.flow.scalars import Pattern, Ref
from runner.page.data import at_path
from runner.page.patience import NotYet
from runner.page.problems import Missing, Unread
from runner.page.stage import ReadFrom, Stage
from runner.values.errors import Unreadable
from runner.values.read import read

if TYPE_CHECKING:
    from playwright.async_api import Locator

OPTIONAL = 2.0
"""Seconds to wait for a value that need not be there."""

_SHOWN = """(element, attribute) => {
  if (attribute) return element.getAttribute(attribute)
  if (/^(input|textarea|select)$/i.test(element.tagName)) return element.value
  const shown = element.innerText
  return shown === undefined || /^(script|template)$/i.test(element.tagName)
    ? element.textContent : shown
}"""
_ALL_SHOWN = f"(elements, attribute) => elements.map(element => ({_SHOWN})(element, attribute))"
_PAGE_DATA = "path => path.split('.').reduce((at, key) => at?.[key], globalThis)"


async def extract(stage: Stage, args: dict[str, Field]) -> str:
    """Read each value; the reading keeps them by their names."""
    told = []
    for name, field in args.items():
        value = await value_of(stage, name, field)
        stage.extracted[name] = value
        stage.read_from[name] = ReadFrom(stage.site, stage.values, field)
        told.append(f"{name}: {value}")
    return ", ".join(told)


async def value_of(stage: Stage, name: str, field: Field) -> Any:
    """Read one value. Raises Missing or Unread."""

    async def attempt(timeout: float) -> Any:
        return typed(stage, field, await _raw(stage, field, timeout))

    patience = min(OPTIONAL, stage.patience) if field.optional else stage.patience
    try:
        if field.from_ is not None:
            return await stage.on(
                field.from_,
                lambda found, timeout: _of_element(stage, field, found, timeout),
                patience=patience,
            )
        return await stage.until(attempt, f"the value `{name}`", patience=patience)
    except (Missing, Unread) as problem:
        if field.optional:
            return None
        raise type(problem)(f"`{name}`: {problem.message}", hint=problem.hint) from None


async def _of_element(stage: Stage, field: Field, found: Locator, timeout: float) -> Any:
    text = await _shown(found, field.attribute, timeout)
    if field.path is not None:
        text = at_path(text, field.path)
    return typed(stage, field, text)


async def _shown(found: Locator, attribute: str | None, timeout: float) -> Any:
    """What an element shows, by a single question. Raises NotYet: Playwright itself would look for it
    every half second only, after a while.
    """
    texts = await found.evaluate_all(_ALL_SHOWN, attribute)
    if not texts:
        raise NotYet("it is not there")
    if len(texts) == 1:
        return texts[0]
    return await found.evaluate(_SHOWN, attribute, timeout=timeout)  # tells which there are


async def _raw(stage: Stage, field: Field, _: float) -> Any:
    if field.value is not None:
        return field.value.template.evaluate(stage.values)
    found = await json_of(stage, field.response, field.page_data)
    return at_path(found, field.path) if field.path else found


async def json_of(stage: Stage, response: Pattern | None, page_data: str | None) -> Any:
    """JSON that the page fetched, or data that it holds. Raises NotYet while there is none."""
    if response is not None:
        found = await stage.traffic.json(response.regex)
    else:
        found = await stage.page.evaluate(_PAGE_DATA, page_data)
    if found is None:
        raise NotYet("the page has not fetched it yet")
    return found


def typed(stage: Stage, field: Typed, text: Any) -> Any:
    """A text as the value that the field says it is. Raises Unreadable."""
    how = stage.how
    if isinstance(text, int | float) and not isinstance(text, bool):
        how = replace(how, locale="en")  # JSON's own numbers: the point is a decimal point
        text = str(text)
    elif text is not None and not isinstance(text, str):
        return text  # worked out of other values, or a list: typed already
    text = "" if text is None else text.strip()
    if field.pattern is not None:
        match = field.pattern.regex.search(text)
        if match is None:
            raise Unreadable(field.as_, text, f"it doesn't hold {field.pattern}")
        text = match[1] if match.re.groups else match[0]
    return read(field.as_, text, how, **shape(field))


async def rows_of(
    stage: Stage, args: Rows, patience: float = OPTIONAL
) -> list[tuple[dict[str, Any], Locator | None]]:
    """Every row's values, with the row's element where there is one. The page has so many seconds to show
    the first one."""
    if args.rows is None:

        async def attempt(_: float) -> Any:
            found = at_path(await json_of(stage, args.response, args.page_data), args.path or "")
            if not isinstance(found, list):
                raise Unreadable("list", str(found)[:80], "this is no list")
            return found

        items = await stage.until(attempt, "the list")
        return [
            ({n: typed(stage, c, at_path(item, c.path or n)) for n, c in args.fields.items()}, None)
            for item in items
        ]
    elements = await _elements(stage, args.rows, patience)
    headings = await _headings(elements[0]) if elements else []
    return [(await _row(stage, args.fields, row, headings), row) for row in elements]


async def _elements(stage: Stage, ref: Ref, patience: float) -> list[Locator]:
    """The row elements; a page may have none, but is given a moment to show them."""
    locators = stage.all(ref)

    async def attempt(_: float) -> list[Locator]:
        for locator in locators:
            if found := await locator.all():
                return found
        raise NotYet("no row yet")

    try:
        return await stage.until(attempt, f"`{ref}`", patience=min(patience, stage.patience))
    except Missing:
        return []


async def _headings(row: Locator) -> list[str]:
    texts: list[str] = await row.evaluate(
        """row => [...(row.closest('table')?.querySelectorAll('tr') ?? [])]
          .map(tr => [...tr.children])
          .find(cells => cells.length && cells.every(cell => cell.tagName === 'TH'))
          ?.map(cell => cell.innerText.trim()) ?? []"""
    )
    return texts


async def _row(
    stage: Stage, fields: dict[str, Cell], row: Locator, headings: list[str]
) -> dict[str, Any]:
    cells: list[str] = await row.evaluate(
        "row => [...row.children].map(cell => (cell.innerText ?? cell.textContent).trim())"
    )
    values = {}
    for position, (name, cell) in enumerate(fields.items()):
        text = await _cell(stage, name, cell, position, row, cells, headings)
        try:
            values[name] = typed(stage, cell, text)
        except Unreadable as error:
            if not cell.optional:
                raise Unread(f"`{name}` of a row: {error}") from error
            values[name] = None
    return values


async def _cell(
    stage: Stage,
    name: str,
    cell: Cell,
    position: int,
    row: Locator,
    cells: list[str],
    headings: list[str],
) -> Any:
    if cell.from_ is not None:
        return await stage.on(
            cell.from_,
            lambda found, timeout: _shown(found, cell.attribute, timeout),
            inside=row,
        )
    if cell.column is not None:
        if cell.column not in headings:
            raise Missing(f"the table has no column “{cell.column}”, only {', '.join(headings)}")
        position = headings.index(cell.column)
    elif cell.cell is not None:
        position = cell.cell - 1
    if position >= len(cells):
        raise Missing(f"`{name}`: the row has {len(cells)} cells, no cell {position + 1}")
    return cells[position]
