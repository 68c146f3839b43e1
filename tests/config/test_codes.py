"""Sources of codes in config.yaml: what may stand there, and what is told of the rest."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest

from runner.config.authenticators import EVERYWHERE, check_authenticators
from runner.config.secrets import Secrets
from runner.config.workspace import Workspace
from runner.flow.mistakes import Mistakes
from runner.values.secret import Redactor

HEAD = """\
accounts:
  docomo:
    at: sandbox
    credentials: {id: me, password: env:PASSWORD}
    codes:
"""


def opened(folder: Path, codes: str) -> Workspace:
    (folder / "config.yaml").write_text(HEAD + indent(dedent(codes).strip(), " " * 6) + "\n")
    return Workspace.open(folder)


def told(folder: Path, codes: str) -> str:
    with pytest.raises(Mistakes) as raised:
        opened(folder, codes)
    return str(raised.value)


def test_all_that_may_stand_there(tmp_path: Path) -> None:
    found = (
        opened(
            tmp_path,
            """
        - totp: env:TOTP
        - mail: {server: imap.example.com, user: me@example.com, password: keyring:mail/me,
                 from: docomo.ne.jp, subject: セキュリティコード}
          pattern: '(\\d{6})'
        - mail: {server: "127.0.0.1:4143", user: me, access_token: {command: [token]}, security: none}
        - mail: {server: "imap.example.com", user: me, password: env:P, security: starttls, folder: A}
        - webhook: {token: env:TOKEN, listen: "0.0.0.0:8760", from: DOCOMO}
        - webhook: {signing_key: file:key}
        - command: [sms]
        - file: ~/code
        - prompt: true
        - ask: true
        """,
        )
        .accounts["docomo"]
        .codes
    )
    mails = [entry.mail for entry in found if entry.mail]
    assert [(mail.host, mail.port) for mail in mails] == [
        ("imap.example.com", 993),
        ("127.0.0.1", 4143),
        ("imap.example.com", 143),
    ]
    assert mails[0].from_ == "docomo.ne.jp"
    hooks = [entry.webhook for entry in found if entry.webhook]
    assert str(hooks[0].listen) == "0.0.0.0:8760"
    assert hooks[1].listen is None


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{mail: {server: a.example, user: me}}", "a mailbox needs a `password`"),
        (
            "{mail: {server: a.example, user: me, password: env:P, access_token: env:T}}",
            "or else an `access_token`",
        ),
        (
            "{mail: {server: a.example, user: me, password: env:P, security: none}}",
            "the password would cross the network",
        ),
        ("{mail: {server: 'a b', user: me, password: env:P}}", "an address is wanted"),
        ("{mail: {server: 'a:99999', user: me, password: env:P}}", "an address is wanted"),
        ("{webhook: {listen: '127.0.0.1:8760'}}", "anybody could send codes"),
        ("{webhook: {token: env:T, listen: 127.0.0.1}}", "an address with a port is wanted"),
        ("{webhook: {token: env:T, listen: 8760}}", "an address with a port is wanted"),
        ("{prompt: true, ask: true}", "exactly one of"),
        ("{ask: false}", "`True` is wanted"),
        ("{totp: env:T, pattern: '('}", "not a regular expression"),
    ],
)
def test_what_may_not(tmp_path: Path, entry: str, said: str) -> None:
    message = told(tmp_path, f"- {entry}")
    assert said in message
    assert "config.yaml:6:" in message


@pytest.mark.parametrize(
    "entry",
    [
        "{totp: SECRETSECRET}",
        "{mail: {server: a.example, user: me, password: SECRETSECRET}}",
        "{mail: {server: a.example, user: me, access_token: SECRETSECRET}}",
        "{webhook: {token: SECRETSECRET}}",
        "{webhook: {signing_key: SECRETSECRET}}",
        "{webhook: SECRETSECRET}",
        "{webhook: {tokn: SECRETSECRET}}",
        "SECRETSECRET",
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_shown(tmp_path: Path, entry: str) -> None:
    assert "SECRET" not in told(tmp_path, f"- {entry}")


def checked(workspace: Workspace, folder: Path, **environment: str) -> list[str]:
    secrets = Secrets(environment, folder / "home", folder, Redactor())
    account = workspace.accounts["docomo"]
    found = check_authenticators(account, workspace.source, secrets, EVERYWHERE)
    return [str(mistake) for mistake in found]


def test_an_authenticators_secret_is_looked_at_where_it_is_named(tmp_path: Path) -> None:
    workspace = opened(tmp_path, "- totp: env:TOTP")
    assert checked(workspace, tmp_path, TOTP="jbsw y3dp ehpk 3pxp") == []
    assert checked(workspace, tmp_path, TOTP="otpauth://totp/x?secret=JBSWY3DPEHPK3PXP") == []
    (wrong,) = checked(workspace, tmp_path, TOTP="JBSWY3DP0HPK1PXP")
    assert "config.yaml:6:15" in wrong
    assert "env:TOTP: the secret is not base32" in wrong
    assert "JBSW" not in wrong
    (missing,) = checked(workspace, tmp_path)
    assert "env:TOTP: this variable is not set" in missing


def test_an_authenticator_of_the_defaults_is_looked_at_there(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(
        "defaults:\n  codes:\n    - prompt: true\n    - totp: {command: [printf, 'not base32!']}\n"
        "accounts:\n  docomo: {credentials: {id: me, password: env:P}}\n"
    )
    (wrong,) = checked(Workspace.open(tmp_path), tmp_path)
    assert "config.yaml:4:13" in wrong
    assert "command printf: the secret is not base32" in wrong
