"""What holds for every page alike, seen without a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from runner.config.dashboard import Dashboard
from tests.dashboard.pages import OPEN, PAGES
from tests.dashboard.showcase import showcase
from tests.pictures import FOLDER, SHOTS
from tests.web.desks import Browser, at_the_dashboard

BASE = "https://kigen.example/lines"
ALL = PAGES | OPEN


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The pages by name, as a proxy serves them in a folder."""
    with (
        showcase(tmp_path_factory.mktemp("showcase"), every=18) as (desk, ids),
        at_the_dashboard(desk, Dashboard(url=BASE)) as owner,
    ):
        visitor = Browser(owner.port, host="kigen.example")
        answers = {
            name: visitor.get(path.format(**ids), cookie=f"__Host-kigen={owner.session}")
            for name, path in ALL.items()
        }
        assert {name: one.status for name, one in answers.items()} == dict.fromkeys(ALL, 200)
        yield {name: one.body for name, one in answers.items()}


@pytest.mark.parametrize("name", ALL)
def test_every_address_stays_in_its_folder(drawn: dict[str, str], name: str) -> None:
    found = re.findall(r'\b(?:href|src|action|hx-get|hx-post)="([^"]*)"', drawn[name])
    assert found
    for address in found:
        assert address.startswith(("/lines/", "#", "https://")), address


@pytest.mark.parametrize("name", ALL)
def test_every_form_that_changes_something_has_its_token(drawn: dict[str, str], name: str) -> None:
    forms = re.findall(r'<form method="post" action="([^"]*)">(.*?)</form>', drawn[name], re.DOTALL)
    assert len(forms) == drawn[name].count("<form") - drawn[name].count('method="get"')
    for address, form in forms:
        if not address.startswith("/lines/act/"):  # the link is the token there
            assert 'name="csrf" value="' in form, address


@pytest.mark.parametrize("name", ALL)
def test_nothing_runs_or_dresses_that_is_not_a_file_of_ours(
    drawn: dict[str, str], name: str
) -> None:
    page = drawn[name]
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|hx-on|\bjs:", page)
    assert not re.search(r"<(script|link|img|iframe)[^>]*(src|href)=\"(?!/lines/)", page)


def test_no_page_holds_what_lets_somebody_in(drawn: dict[str, str]) -> None:
    for page in drawn.values():
        assert not re.search(r"kigen_[\w-]{20}|\$argon2", page)


def test_a_page_tells_which_one_it_is(drawn: dict[str, str]) -> None:
    titles = {name: re.findall(r"<title>(.+?)</title>", page) for name, page in drawn.items()}
    assert all(len(found) == 1 for found in titles.values()), titles
    assert all(found[0].endswith("– Kigen") for found in titles.values()), titles


def test_every_page_is_pictured_in_the_docs() -> None:
    assert {page for _, page, *_ in SHOTS} == ALL.keys() - {"changed"}  # a run like the other one
    told = (FOLDER.parent / "dashboard.md").read_text()
    for name, *_ in SHOTS:
        assert (FOLDER / f"dashboard-{name}.webp").is_file()
        assert (
            f"(pictures/dashboard-{name}.webp)" in told
            or f'"pictures/dashboard-{name}.webp"' in told
        )
