"""From pydantic's errors to mistakes with places, in plain English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from runner.flow.mistakes import Mistake, Mistakes, did_you_mean, listed
from runner.flow.private import resembles
from runner.flow.shapes import keys_at
from runner.flow.source import Source
from runner.flow.wording import WRONG_KIND, kind_wanted, kind_word, options_of, say

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

    Model = TypeVar("Model", bound=BaseModel)

_FEW = 12
"""Allowed keys that a hint names one by one."""


@dataclass(frozen=True)
class _Problem:
    """One error of pydantic. `path` exists in the data; `branch` is that of a union, at `fork`."""

    kind: str
    loc: tuple[str | int, ...]
    path: tuple[str | int, ...]
    context: dict[str, Any]
    message: str
    fork: tuple[str | int, ...] | None
    branch: str


def validate(model: type[Model], source: Source) -> Model:
    """A file's data as a model. Raises Mistakes with all that is wrong."""
    from pydantic import ValidationError

    if source.data is None:
        raise Mistakes([source.mistake((), "this file is empty")])
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        raise Mistakes(mistakes_of(error, model, source)) from None


def mistakes_of(error: ValidationError, model: type[BaseModel], source: Source) -> list[Mistake]:
    """Every error as a mistake. What may be a secret in a private file is hidden before the first
    is told: several may be on one line."""
    data = source.data
    found = error.errors(include_url=False, include_input=False)
    problems = _folded([_problem(one, data) for one in found])
    for problem in problems if source.private is not None else ():
        _hide(problem, data, model, source)
    mistakes = [(one, _mistake(one, data, model, source)) for one in problems]
    misspelt = {
        (*one.path[:-1], mistake.hint) for one, mistake in mistakes if one.kind == "extra_forbidden"
    }
    return [
        mistake
        for one, mistake in mistakes
        if one.kind != "missing" or (*one.path, f"did you mean `{one.loc[-1]}`?") not in misspelt
    ]


def _problem(error: Any, data: Any) -> _Problem:
    loc = tuple(error["loc"])
    path: list[str | int] = []
    fork, branch, value, parent = None, "", data, None
    for number, part in enumerate(loc):
        inside = _has(value, part)
        if isinstance(parent, list) and loc[number + 1 : number + 2] == (part,):
            parent = None  # a list's entry is a step: first its tag stands here, then its key
        elif inside:
            parent, value = value, value[part]
            path.append(part)
        elif fork is None and part != "[key]":
            last = number == len(loc) - 1
            if not (last and error["type"] in ("missing", "missing_argument")):
                fork, branch = tuple(path), str(part)
    context = error.get("ctx") or {}
    return _Problem(error["type"], loc, tuple(path), context, error["msg"], fork, branch)


def _has(value: Any, part: str | int) -> bool:
    if isinstance(value, dict):
        return part in value
    return isinstance(value, list) and isinstance(part, int) and part < len(value)


def _folded(problems: list[_Problem]) -> list[_Problem]:
    """Of a union's branches, keep the errors of the one that was most likely meant."""
    kept = [problem for problem in problems if problem.fork is None]
    for fork in dict.fromkeys(p.fork for p in problems if p.fork is not None):
        here = [problem for problem in problems if problem.fork == fork]
        branches: dict[str, list[_Problem]] = {}
        for problem in here:
            branches.setdefault(problem.branch, []).append(problem)
        best = min(branches.values(), key=_unlikely)
        if len(branches) > 1 and all(p.kind in WRONG_KIND for p in here):
            wanted = " or ".join(dict.fromkeys(kind_wanted(p.kind) for p in here))
            best = [_Problem("wrong_kind", fork, fork, {"wanted": wanted}, "", None, "")]
        kept += best
    return kept


def _unlikely(branch: list[_Problem]) -> tuple[int, int]:
    wrong_kind = any(p.kind in WRONG_KIND and p.path == p.fork for p in branch)
    return (1 if wrong_kind else 0, len(branch))


def _hide(problem: _Problem, data: Any, model: type[BaseModel], source: Source) -> None:
    """Hide what is not understood, and what stands where something of another kind belongs."""
    path, value = problem.path, data
    for part in problem.path:
        value = value[part]
    key, known = str(path[-1]) if path else "", list[str]()
    unknown = problem.kind == "extra_forbidden"
    if unknown:
        known = keys_at(model, problem.loc[:-1])
    foreign = "[key]" in problem.loc or problem.kind in (*WRONG_KIND, "wrong_kind")
    foreign = foreign or isinstance(value, list)
    if (unknown or foreign) and not source.repeats(key, known):
        source.hide_key(path)
    if unknown or foreign or _strange(value, options_of(problem.kind, problem.context), source):
        source.hide(path)


def _strange(value: Any, options: Sequence[str], source: Source) -> bool:
    """Whether a value is none of its options, nor nearly one, or has keys that none has."""
    if isinstance(value, dict):
        keys = all(source.repeats(key) for key in value)
        return not keys or any(_strange(one, (), source) for one in value.values())
    if isinstance(value, list):
        return any(_strange(one, (), source) for one in value)
    return bool(options) and not resembles(str(value), options)


def _mistake(problem: _Problem, data: Any, model: type[BaseModel], source: Source) -> Mistake:
    path, last = problem.path, problem.loc[-1] if problem.loc else ""
    value = data
    for part in problem.path:
        value = value[part]
    if problem.kind == "extra_forbidden":
        allowed = keys_at(model, problem.loc[:-1])
        hint = did_you_mean(str(last), allowed) or _allowed(allowed)
        return source.mistake(path, _unknown(str(last), allowed, source), hint, key=True)
    if problem.kind == "missing":
        return source.mistake(path, f"`{last}` is missing")
    if problem.kind == "union_tag_invalid":
        tag = str(problem.context["tag"])
        allowed = [part.strip(" '") for part in str(problem.context["expected_tags"]).split(",")]
        hint = did_you_mean(tag, allowed) or _allowed(sorted(allowed), all_of_them=True)
        where = (*path, tag) if _has(value, tag) else path
        return source.mistake(where, f"unknown key `{tag}`", hint, key=True)
    if problem.kind == "union_tag_not_found":
        return source.mistake(path, f"a map is wanted, not {kind_word(value)}")
    is_key = "[key]" in problem.loc
    judged = problem.path[-1] if is_key and problem.path else value
    message, hint = say(problem.kind, problem.message, problem.context, judged)
    offset = int(problem.context.get("column_offset") or 0)
    return source.mistake(path, message, hint, key=is_key, column_offset=offset)


def _unknown(key: str, allowed: Sequence[str], source: Source) -> str:
    if source.repeats(key, allowed):
        return f"unknown key `{key}`"
    return "unknown key; it is not shown, as it may be a secret"


def _allowed(keys: Sequence[str], *, all_of_them: bool = False) -> str | None:
    if not keys:
        return None
    if len(keys) > _FEW and not all_of_them:
        return f"allowed here: {listed(keys[:_FEW])}, …"
    return f"allowed here: {listed(keys)}"
