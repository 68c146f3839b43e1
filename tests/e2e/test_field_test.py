"""`kigen try`: it signs in and looks, orders nothing, and its bundle holds nothing of its owner's."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from runner.cli.mistake import WrongCall
from runner.cli.run import Request, run_accounts
from runner.config.home import Home
from runner.config.workspace import shipped
from runner.flow.library import Library
from runner.sandbox import control, record
from runner.values.secret import Redactor
from tests.e2e.canary import Canaries, forms_of, stands_in
from tests.e2e.test_dry_runs import account, flows
from tests.e2e.test_softbank import PHONE, TABLET
from tests.e2e.world import World

FACTS = {
    "bill": ("73519", ["73519", "73,519"]),
    "data_left": ("13.57", ["13.57", "13,57"]),
    "expires_on": ("2031-12-29", ["2031年12月29日", "2031-12-29", "2031/12/29", "2031"]),
    "plan": ("綾小路麗華プラン", ["綾小路", "麗華"]),
}
"""What only this owner has: what is set at the portal, and how it would look in a bundle."""

BY_HAND = {"google-fi"}
"""Nobody but its owner can sign in there."""
CHOOSING = {"au", "iijmio", "mineo"}
"""A line is shown there only after a choice in a form, which is held back."""


def members(bundle: Path) -> dict[str, str]:
    assert bundle.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(bundle) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def bundle_of(told: dict[str, Any]) -> dict[str, str]:
    return members(Path(told["bundle"]))


def test_nothing_of_the_owner_is_in_the_bundle(world: World) -> None:
    for key, (value, _) in FACTS.items():
        world.set(key, value)
    own = control.secrets(world.home, "docomo")
    record.begin(world.home)
    told = world.field_test("read_only")
    texts = bundle_of(told.json)
    canaries = Canaries()
    canaries.learn(world.home)
    canaries.plant(**{name: value for name, value in own.items() if name != "line"})
    for part in (*own["id"].split("@"), own["line"][4:], own["line"].replace("-", "")):
        canaries.plant(**{f"part {part}": part})
    for key, (_, shown) in FACTS.items():
        canaries.plant(**{f"{key} {one}": one for one in shown})
    whole = "\n".join((*texts, *texts.values())).encode() + Path(told.json["bundle"]).read_bytes()
    found = [
        (what, form)
        for secret, what in canaries.secrets.items()
        for form, data in forms_of(secret).items()
        if stands_in(data, whole)
    ]
    assert found == []
    assert len(canaries.secrets) > 15
    summary = json.loads(texts["summary.json"])
    assert summary["read"][0]["data_left"] == "DataVolume"
    assert (summary["outcome"], summary["as_shipped"], summary["last_problem"]) == (
        "read_only", True, None,
    )  # fmt: skip
    assert any("残りデータ量" in text for name, text in texts.items() if name.startswith("pages/"))
    counted = {
        name: counts
        for line in json.loads(texts["selectors.json"])
        for name, counts in line["matches"].items()
        if any(counts)
    }
    assert {"id_box", "password_box", "code_boxes", "left", "valid_until"} <= set(counted)


@pytest.mark.nightly
def test_nothing_is_ordered_or_changed(world: World) -> None:
    record.begin(world.home)
    told = world.field_test("read_only")
    asked = [(one["method"], one["host"], one["path"]) for one in record.read(world.home)]
    typed = [path for method, _, path in asked if method == "POST"]
    assert {path.rpartition("/")[2] for path in typed} <= {"idauth", "login", "rotpwd"}, typed
    assert not any("/data/add" in path for _, _, path in asked), "nor was it looked at"
    assert any("/application/" in path for _, _, path in asked), "the history was"
    assert (world.charges, world.renewals()) == ([], [])
    assert told.json["held_back"] == []
    with world.ledger() as ledger:
        run = ledger.runs.list("docomo")[0]
        assert (run.trigger, run.read_only, ledger.proofs.list()) == ("field test", True, [])
    assert world.readings() == 0


@pytest.mark.nightly
def test_the_words_of_an_owners_copy_do_not_stay(world: World) -> None:
    world.write().joinpath("flows").mkdir()
    flow = (shipped() / "flows/docomo.yaml").read_text()
    mine = flow.replace("  locked: {text: ロック中}", "  locked: {text: taroさん}")
    assert mine != flow
    (world.folder / "flows/docomo.yaml").write_text(mine)
    told = world.field_test("read_only")
    texts = bundle_of(told.json)
    assert json.loads(texts["summary.json"])["as_shipped"] is False
    assert not any("taro" in text for text in texts.values())


@pytest.mark.nightly
def test_a_choice_of_line_is_held_back_and_a_second_line_is_told_apart(world: World) -> None:
    world.at("softbank", PHONE, TABLET)
    world.config["deadline"] = "90 seconds"
    told = world.field_test("changed")
    assert set(told.json["held_back"]) == {"read: select line_box", "read: click change_line"}
    texts = bundle_of(told.json)
    assert json.loads(texts["summary.json"])["lines"] == 2
    assert "0000" in "".join(texts.values())
    assert PHONE[4:] not in "".join(texts.values())


@pytest.mark.nightly
@pytest.mark.parametrize("name", [name for name in flows() if name not in BY_HAND])
def test_every_flow_can_be_tried(world: World, name: str) -> None:
    """Whatever a flow does: nothing is charged, and what its owner knows is in no bundle."""
    own = control.secrets(world.home, name)
    world.name, world.config = name, account(Library([shipped()]).load(name).flow, world.home)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        run_accounts(world.request(flows=(name,), field_test=True, read_only=True))
    told = json.loads(out.getvalue())
    assert told["outcome"] == ("changed" if name in CHOOSING else "read_only"), told
    assert bool(told["held_back"]) == (name in {*CHOOSING, "softbank"})
    assert world.charges == []
    texts = "\n".join(bundle_of(told).values())
    secrets = {key: value for key, value in own.items() if key != "pay_with" and len(value) > 3}
    assert [key for key, value in secrets.items() if value in texts] == []


def test_one_account_at_a_time(world: World) -> None:
    world.write()
    config = (world.folder / "config.yaml").read_text()
    more = config.split("accounts:\n", 1)[1].replace("  docomo:", "  second:", 1)
    (world.folder / "config.yaml").write_text(config + more)
    with pytest.raises(WrongCall, match="several accounts use this flow: docomo, second"):
        run_accounts(
            Request(world.folder, Home(world.home), Redactor(), ("docomo",), field_test=True)
        )
