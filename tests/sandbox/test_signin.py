"""Signing in: tokens, passwords, locks, codes, trusted browsers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runner.sandbox import control
from tests.sandbox.visitor import IDAUTH, TOP, Visitor, sms_code


def kinds(home: Path) -> list[str]:
    return [event["kind"] for event in control.events(home)]


def test_a_code_leads_to_the_usage_page(visitor: Visitor, home: Path) -> None:
    page = visitor.sign_in(home)
    assert "ログアウト" in page.text
    assert kinds(home) == ["code_sent", "signed_in"]


def test_who_is_signed_in_is_not_asked_again(visitor: Visitor, home: Path) -> None:
    visitor.sign_in(home)
    again = visitor.ask("https://cfg.smt.docomo.ne.jp/auth/cgi/anidlogin")
    assert again.status == 302
    assert "ログアウト" in visitor.follow(again).text


def test_signing_out_ends_both_sessions(visitor: Visitor, home: Path) -> None:
    visitor.sign_in(home)
    assert "ログアウトしました" in visitor.follow(visitor.ask(f"{TOP}logout")).text
    assert visitor.ask(f"{TOP}contract/").status == 302
    assert visitor.ask("https://cfg.smt.docomo.ne.jp/auth/cgi/anidlogin").status == 200


def test_every_page_has_its_own_arcv_and_each_is_good_once(visitor: Visitor, home: Path) -> None:
    page = visitor.ask("https://cfg.smt.docomo.ne.jp/auth/cgi/anidlogin")
    form = {"arcv": page.hidden("arcv"), "authid": "someone"}
    second = visitor.ask(IDAUTH, form)
    assert second.hidden("arcv") != page.hidden("arcv")
    assert "エラー [d1100]" in visitor.ask(IDAUTH, form).text


def test_a_form_without_its_token_or_its_cookie_is_an_error(visitor: Visitor, home: Path) -> None:
    assert "エラー [d1100]" in visitor.ask(IDAUTH, {"authid": "someone"}).text
    page = visitor.ask("https://cfg.smt.docomo.ne.jp/auth/cgi/anidlogin")
    visitor.cookies.clear()
    form = {"arcv": page.hidden("arcv"), "authid": "someone"}
    assert "エラー [d1100]" in visitor.ask(IDAUTH, form).text


def test_a_wrong_password_is_told_and_sends_no_code(visitor: Visitor, home: Path) -> None:
    page = visitor.give_password(control.secrets(home, "docomo")["id"], "wrong")
    assert "パスワードに誤りがあります" in page.text
    assert kinds(home) == ["wrong_password"]
    assert control.sms(home, "docomo") is None


def test_an_unknown_id_looks_like_a_wrong_password(visitor: Visitor, home: Path) -> None:
    page = visitor.give_password("nobody@example.ne.jp", "wrong")
    assert "パスワードに誤りがあります" in page.text


def test_wrong_passwords_lock_the_account_until_the_pin_unlocks_it(
    visitor: Visitor, home: Path
) -> None:
    secrets = control.secrets(home, "docomo")
    control.set_(home, "docomo", "lock_after", 3)
    pages = [visitor.give_password(secrets["id"], "wrong").text for _ in range(3)]
    assert ["ロック中" in page for page in pages] == [False, False, True]
    assert "ロック中" in visitor.give_password(secrets["id"], secrets["password"]).text

    menu = "https://id.smt.docomo.ne.jp/cgi7/id/"
    for pin, words in (("0x00", "誤りがあります"), (secrets["pin"], "ロックを解除しました")):
        form = {"arcv": visitor.ask(f"{menu}menu").hidden("arcv"), "authid": secrets["id"]}
        assert words in visitor.ask(f"{menu}unlock", form | {"nwpin": pin}).text
    assert "ログアウト" in visitor.sign_in(home).text


def test_a_right_password_sets_the_count_back(visitor: Visitor, home: Path) -> None:
    secrets = control.secrets(home, "docomo")
    control.set_(home, "docomo", "lock_after", 2)
    visitor.give_password(secrets["id"], "wrong")
    visitor.give_password(secrets["id"], secrets["password"])
    assert "ロック中" not in visitor.give_password(secrets["id"], "wrong").text


def test_a_wrong_code_is_told_and_the_right_one_still_works(visitor: Visitor, home: Path) -> None:
    secrets = control.secrets(home, "docomo")
    page = visitor.give_password(secrets["id"], secrets["password"])
    code = sms_code(home)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    page = visitor.ask(IDAUTH, {"arcv": page.hidden("arcv"), "rotpwd": wrong})
    assert "セキュリティコードが間違っています。" in page.text
    page = visitor.ask(IDAUTH, {"arcv": page.hidden("arcv"), "rotpwd": code})
    assert "ログアウト" in visitor.follow(page).text


def test_another_code_makes_the_first_one_useless(visitor: Visitor, home: Path) -> None:
    secrets = control.secrets(home, "docomo")
    page = visitor.give_password(secrets["id"], secrets["password"])
    first = sms_code(home)
    page = visitor.ask(IDAUTH, {"arcv": page.hidden("arcv"), "resend": "再送信"})
    second = sms_code(home)
    assert first != second
    page = visitor.ask(IDAUTH, {"arcv": page.hidden("arcv"), "rotpwd": first})
    assert "間違っています" in page.text
    page = visitor.ask(IDAUTH, {"arcv": page.hidden("arcv"), "rotpwd": second})
    assert "ログアウト" in visitor.follow(page).text


def test_a_code_runs_out(visitor: Visitor, home: Path) -> None:
    secrets = control.secrets(home, "docomo")
    page = visitor.give_password(secrets["id"], secrets["password"])
    code = sms_code(home)
    control.set_(home, "docomo", "now", datetime.now(UTC) + timedelta(minutes=11))
    page = visitor.ask(IDAUTH, {"arcv": page.hidden("arcv"), "rotpwd": code})
    assert "有効期限が切れています" in page.text


def test_a_message_is_read_once_and_the_newest_comes_first(visitor: Visitor, home: Path) -> None:
    secrets = control.secrets(home, "docomo")
    for _ in range(2):
        visitor.give_password(secrets["id"], secrets["password"])
    newest = control.sms(home, "docomo")
    assert newest is not None
    assert newest.to == secrets["line"]
    assert control.sms(home, "docomo") is None


def test_a_trusted_browser_is_asked_for_no_code(visitor: Visitor, home: Path) -> None:
    visitor.sign_in(home, trust=True)
    assert "g_smt_omitbrowser" in visitor.cookies["cfg.smt.docomo.ne.jp"]
    control.set_(home, "docomo", "sign_out")
    secrets = control.secrets(home, "docomo")
    assert visitor.give_password(secrets["id"], secrets["password"]).status == 302
    control.set_(home, "docomo", "forget_terminals")
    control.set_(home, "docomo", "sign_out")
    page = visitor.give_password(secrets["id"], secrets["password"])
    assert "セキュリティコードの入力" in page.text


@pytest.mark.parametrize(
    ("strength", "asked"),
    [("strong", [True] * 4), ("weak", [True, False, False, True]), ("off", [False] * 4)],
)
def test_how_often_a_code_is_asked(
    visitor: Visitor, home: Path, strength: str, asked: list[bool]
) -> None:
    control.set_(home, "docomo", "two_step", strength)
    seen = []
    for _ in asked:
        sent = kinds(home).count("code_sent")
        visitor.sign_in(home)
        seen.append(kinds(home).count("code_sent") > sent)
        control.set_(home, "docomo", "sign_out")
    assert seen == asked


def test_a_new_password_ends_the_old_one(visitor: Visitor, home: Path) -> None:
    old = control.secrets(home, "docomo")
    control.set_(home, "docomo", "password")
    assert control.secrets(home, "docomo")["password"] != old["password"]
    assert "誤りがあります" in visitor.give_password(old["id"], old["password"]).text


def test_a_session_ends_when_nobody_comes(visitor: Visitor, home: Path) -> None:
    visitor.sign_in(home)
    now = datetime.now(UTC)
    for minutes, status in ((25, 200), (50, 200), (81, 302)):
        control.set_(home, "docomo", "now", now + timedelta(minutes=minutes))
        assert visitor.ask(f"{TOP}contract/").status == status


def test_the_sign_in_leads_back_to_my_docomo_only(visitor: Visitor, home: Path) -> None:
    visitor.sign_in(home)
    for asked, led in ((f"{TOP}contract/", f"{TOP}contract/"), ("https://evil.example/", TOP)):
        url = f"https://cfg.smt.docomo.ne.jp/auth/cgi/anidlogin?rl={asked}"
        callback = visitor.ask(url).headers["location"]
        assert visitor.ask(callback).headers["location"] == led
        assert "エラー" in visitor.ask(callback).text  # a ticket is good once
