"""Parts of another flow: its steps and selectors, but the account's own hosts."""

from __future__ import annotations

import textwrap

import pytest

from runner.page.problems import WrongHost
from tests.page.conftest import HEADER, Practice

ENGINE = """
parts:
  sign_in:
    - goto: "{{ address }}"
    - fill: {password_box: "{{ account.password }}"}
login:
  - use: {part: sign_in, with: {address: https://engine.example.jp/}}
read: [{goto: https://engine.example.jp/}]
"""
OPEN = """
login:
  - use: {part: engine/sign_in, with: {address: https://practice.example.jp/form}}
"""


def _engine(practice: Practice) -> None:
    """A second flow in the same folder, for another host."""
    practice.site.pages["/form"] = "<input type=password id=pw><p>ログアウト</p>"
    header = [
        line for line in HEADER if line.split(":")[0] not in ("flow", "hosts", "login", "read")
    ]
    (practice.folder / "flows").mkdir()
    (practice.folder / "selectors").mkdir()
    (practice.folder / "flows/engine.yaml").write_text(
        "\n".join(["flow: engine", "hosts: [engine.example.jp]", *header]) + ENGINE
    )
    (practice.folder / "selectors/engine.yaml").write_text(
        "site: engine\nselectors: {password_box: {css: '#pw'}}\n"
    )


def test_a_shared_part_types_secrets_on_the_account_s_own_hosts(practice: Practice) -> None:
    _engine(practice)
    practice.flow(textwrap.dedent(OPEN))
    assert practice.play("login") == {"resumed": False}


def test_a_shared_part_opens_no_page_of_its_own_flow_s_hosts(practice: Practice) -> None:
    _engine(practice)
    practice.flow(textwrap.dedent(OPEN).replace("practice.example.jp/form", "engine.example.jp/"))
    with pytest.raises(WrongHost, match=r"engine\.example\.jp"):
        practice.play("login")
