"""The workspace: found, opened, settled, held against the flows that its accounts use."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from runner.config.home import home
from runner.config.quantities import parse_duration, write_duration
from runner.config.references import Reference
from runner.config.secrets import Secrets
from runner.config.workspace import NoSuchAccount, NoWorkspace, Workspace, find_workspace, shipped
from runner.flow.mistakes import Mistakes
from runner.values.money import Money
from runner.values.secret import Redactor, Secret

HERE = Path(__file__).parent

CONFIG = """
defaults:
  at: sandbox
  policy: {when: days_left <= 7, approve: above 5000 JPY}
  caps: {renewal: 4000 JPY, month: 9000 JPY}
  deadline: 3 minutes
accounts:
  example:
    credentials: {id: 0901, password: env:PASSWORD}
    policy: {when: balance < 500 JPY}
    plan: {name: 1GB, price: 1100 JPY, tolerance: 100 JPY}
    caps: {day: 5000 JPY}
    lines:
      "090-0000-0000": {title: 自宅, plan: {name: 5GB, price: 3300 JPY}, caps: {renewal: 3500 JPY}}
      second:
  broken: {flow: broken}
  alone:
    flow: example
    at: live
    schedule: {cron: "0 9 * * *"}
    credentials: {id: taro, password: {command: [pass, taro]}}
    codes: [{totp: keyring:site/taro}, {file: ~/codes, pattern: "[0-9]{6}"}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for kind in ("flows", "selectors"):
        (tmp_path / kind).mkdir()
        for file in (HERE / "site" / kind).iterdir():
            (tmp_path / kind / file.name).symlink_to(file)
    (tmp_path / "flows" / "broken.yaml").write_text("flow: [")
    (tmp_path / "config.yaml").write_text(CONFIG)
    return tmp_path


def test_an_account_has_what_it_its_lines_and_the_defaults_say(folder: Path) -> None:
    account, site = Workspace.open(folder).account("example")
    assert site.flow.title == "Example"
    assert (account.name, account.flow, account.at) == ("example", "example", "sandbox")
    assert account.deadline == timedelta(minutes=3)
    assert account.schedule is None
    first, second = account.lines
    assert (first.name, first.title, second.title) == ("090-0000-0000", "自宅", None)
    assert first.policy is not None
    assert first.policy.when is not None
    assert first.policy.when.text == "balance < 500 JPY"
    assert first.policy.approve == Money.parse("5000 JPY")
    assert (str(first.caps.renewal), str(first.caps.day), str(first.caps.month)) == (
        "3500 JPY",
        "5000 JPY",
        "9000 JPY",
    )
    assert str(second.caps.renewal) == "4000 JPY"


def test_a_line_s_plan_takes_nothing_from_its_account_s(folder: Path) -> None:
    first, second = Workspace.open(folder).accounts["example"].lines
    assert first.plan is not None
    assert second.plan is not None
    assert (first.plan.name, str(first.plan.price), first.plan.tolerance) == (
        "5GB",
        "3300 JPY",
        None,
    )
    assert (second.plan.name, str(second.plan.tolerance)) == ("1GB", "100 JPY")


def test_an_account_without_lines_has_one_of_its_own_name(folder: Path) -> None:
    account = Workspace.open(folder).accounts["alone"]
    assert [line.name for line in account.lines] == ["alone"]
    assert account.at == "live"
    assert account.credentials["password"] == Reference("command", ("pass", "taro"))
    assert account.codes[1].pattern is not None
    assert account.codes[1].pattern.search("code 123456")


def test_one_account_runs_though_another_s_flow_is_broken(folder: Path) -> None:
    workspace = Workspace.open(folder)
    assert workspace.account("example")
    with pytest.raises(Mistakes, match=r"broken\.yaml:1:"):
        workspace.account("broken")
    assert [Path(one.file).name for one in workspace.mistakes()] == ["broken.yaml"]


def test_what_an_account_signs_in_with(folder: Path) -> None:
    account, site = Workspace.open(folder).account("example")
    secrets = Secrets({"PASSWORD": "hunter2"}, folder, folder, Redactor())
    found = secrets.credentials(account, site.flow.secrets)
    assert found == {"id": "0901", "password": Secret("hunter2")}
    assert secrets.redactor.mask("0901 hunter2") == "0901 •••"


def test_an_account_that_is_not_there(folder: Path) -> None:
    with pytest.raises(NoSuchAccount, match="accounts: `example`, `broken`, `alone`") as caught:
        Workspace.open(folder).account("exampel")
    assert caught.value.hint == "did you mean `example`?"


def test_plain_text_in_the_file_is_not_in_any_repr(folder: Path) -> None:
    text = CONFIG.replace("env:PASSWORD", "hunter2")
    (folder / "config.yaml").write_text(text)
    workspace = Workspace.open(folder)
    assert "hunter2" not in repr(workspace.config) + repr(workspace.accounts)
    assert "hunter2" not in str(workspace.config.model_dump())


def test_flows_that_come_with_kigen_are_found(folder: Path) -> None:
    assert (shipped() / "flows").is_dir()
    own = folder / "flows" / "docomo.yaml"
    own.write_text("flow: docomo")
    assert Workspace.open(folder).library.path("docomo") == own
    own.unlink()
    assert Workspace.open(folder).library.path("docomo") == shipped() / "flows" / "docomo.yaml"


def test_finding_the_workspace(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    deep = folder / "a" / "b"
    deep.mkdir(parents=True)
    assert find_workspace(None, {}, deep) == folder
    assert find_workspace(folder, {"KIGEN_WORKSPACE": "/nowhere"}, elsewhere) == folder
    assert find_workspace(None, {"KIGEN_WORKSPACE": str(folder)}, elsewhere) == folder
    with pytest.raises(NoWorkspace, match=r"KIGEN_WORKSPACE names /nowhere.*kigen init"):
        find_workspace(None, {"KIGEN_WORKSPACE": "/nowhere"}, folder)


def test_no_workspace_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    with pytest.raises(NoWorkspace, match="kigen init"):
        find_workspace(None, {}, tmp_path)
    own = tmp_path / "config" / "kigen"
    own.mkdir(parents=True)
    (own / "config.yaml").touch()
    assert find_workspace(None, {}, tmp_path) == own


def test_home_is_for_its_owner_only(tmp_path: Path) -> None:
    own = home({"KIGEN_HOME": str(tmp_path / "state")})
    assert own.ledger == tmp_path / "state" / "ledger.db"
    made = (own.evidence, own.receipts, own.logs, own.sandbox, own.refusals, own.cache)
    for folder in (own.folder, *made):
        assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("4 minutes", 240),
        ("90 days", 7776000),
        ("1.5 hours", 5400),
        ("30s", 30),
        ("2 weeks", 1209600),
    ],
)
def test_lengths_of_time(text: str, seconds: float) -> None:
    assert parse_duration(text).total_seconds() == seconds
    assert parse_duration(write_duration(parse_duration(text))).total_seconds() == seconds


@pytest.mark.parametrize(
    "text", ["", "4", "minutes", "-4 minutes", "0 days", "4 moons", "4  days", "٤ days"]
)
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(ValueError, match="not a length of time"):
        parse_duration(text)


def test_reading_config_pulls_nothing_heavy() -> None:
    heavy = (
        "keyring",
        "sqlalchemy",
        "playwright",
        "apprise",
        "babel",
        "dateparser",
        "runner.flow.steps",
    )
    code = (
        "import sys, runner.config.workspace, runner.config.secrets\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_thousand_accounts_load_in_reasonable_time(folder: Path) -> None:
    accounts = "".join(
        f"  a{number}:\n    flow: example\n    credentials: {{id: taro, password: env:PW}}\n"
        f"    plan: {{name: 1GB, price: 1100 JPY}}\n    schedule: daily at 09:30..10:30\n"
        for number in range(1000)
    )
    (folder / "config.yaml").write_text(CONFIG + accounts)
    Workspace.open(folder)
    began = time.process_time()
    assert len(Workspace.open(folder).accounts) == 1003
    # Far above what it takes (0.15 s): this finds what grows with the square of the accounts.
    assert time.process_time() - began < 2


def test_an_unreadable_config_is_told(folder: Path) -> None:
    (folder / "config.yaml").unlink()
    with pytest.raises(Mistakes, match="there is no such file"):
        Workspace.open(folder)
    if os.geteuid():
        (folder / "config.yaml").touch(mode=0o000)
        with pytest.raises(Mistakes, match="may not be read"):
            Workspace.open(folder)


def test_the_schema_agrees_with_the_model(folder: Path) -> None:
    import jsonschema

    from runner.config.file import ConfigFile
    from runner.flow.schema import json_schema
    from runner.flow.source import loads

    schema = json_schema(ConfigFile, "config.yaml")
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(loads(CONFIG.replace("      second:\n", "")).data)
    assert not validator.is_valid({"acounts": {}})
    assert not validator.is_valid({"accounts": {"a": {"caps": {"day": 5}}}})
    assert not validator.is_valid({"notify": {"targets": {"a": {"url": "tgram://x"}}}})
