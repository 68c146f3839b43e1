"""The acts: how each kind of step is played. The twins of `runner.flow.steps`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from runner.page.acts.call import call
from runner.page.acts.card import card
from runner.page.acts.choose_plan import choose_plan
from runner.page.acts.click import click
from runner.page.acts.close_tab import close_tab
from runner.page.acts.download import download
from runner.page.acts.extend import extend
from runner.page.acts.extract import extract
from runner.page.acts.extract_all import extract_all
from runner.page.acts.fill import fill
from runner.page.acts.flow_of_steps import for_each, if_, use
from runner.page.acts.goto import goto
from runner.page.acts.one_time_code import one_time_code
from runner.page.acts.pay import pay
from runner.page.acts.screenshot import screenshot
from runner.page.acts.simple import check, hover, press, select, upload
from runner.page.acts.wait_for_owner import wait_for_owner
from runner.page.acts.waits import expect, wait_for

Act = Callable[..., Awaitable[str | None]]

ACTS: dict[str, Act] = {
    "call": call,
    "card": card,
    "check": check,
    "choose_plan": choose_plan,
    "click": click,
    "close_tab": close_tab,
    "download": download,
    "expect": expect,
    "extend": extend,
    "extract": extract,
    "extract_all": extract_all,
    "fill": fill,
    "goto": goto,
    "hover": hover,
    "one_time_code": one_time_code,
    "pay": pay,
    "press": press,
    "screenshot": screenshot,
    "select": select,
    "upload": upload,
    "wait_for": wait_for,
    "wait_for_owner": wait_for_owner,
}
"""How each kind is played: `act(stage, args)`, giving a note for the report or None. Raises Problem."""

HOLDERS: dict[str, Act] = {"if": if_, "for_each": for_each, "use": use}
"""Steps that hold others: `act(stage, args, path)`."""

__all__ = ["ACTS", "HOLDERS", "Act"]
