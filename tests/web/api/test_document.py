"""The API as it is written down: its document, and its page for people."""

from __future__ import annotations

import json
import re
from pathlib import Path

from jsonschema import Draft202012Validator

from runner.web.api import OPERATIONS, api_document
from runner.web.api_problems import Kind

OPENAPI = Path(__file__).parents[3] / "docs" / "openapi.json"


def test_the_published_document_is_the_codes_own() -> None:
    assert json.loads(OPENAPI.read_text()) == api_document()


def test_the_page_names_every_request_and_every_problem() -> None:
    page = (OPENAPI.parent / "api.md").read_text()
    rows = re.findall(r"^\| `(GET|POST) ([^`?]+)`(?:, `([^`]+)`)?", page, re.MULTILINE)
    told = set()
    for method, path, second in rows:
        told.add((method, path))
        if second:  # one row for two: the whole path, or its last part
            told.add(
                (method, second if second.count("/") > 1 else path.rpartition("/")[0] + second)
            )
    assert told == {(one.method, one.path) for one in OPERATIONS}
    problems = re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", page, re.MULTILINE)
    assert problems == [(one.type.rpartition(":")[2], str(one.status)) for one in Kind]


def test_all_operations_are_told_apart() -> None:
    assert len({one.id for one in OPERATIONS}) == len(OPERATIONS)
    assert len({(one.method, one.path) for one in OPERATIONS}) == len(OPERATIONS)
    for schema in api_document()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_no_two_kinds_of_problems_have_one_name() -> None:
    assert len({kind.type for kind in Kind}) == len(Kind)
    assert all(400 <= kind.status < 600 for kind in Kind)
