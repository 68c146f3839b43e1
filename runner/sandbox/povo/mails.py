"""povo's mails: a code for signing in, and that a topping was bought."""

from __future__ import annotations

from typing import Any

from runner.sandbox import mails
from runner.sandbox.desk import Desk
from runner.sandbox.japan import day, money
from runner.sandbox.povo import line

SENDER = "povo2.0 <info@povo.jp>"


def code(desk: Desk, address: str, text: str) -> None:
    """The code."""
    mails.send(desk, SENDER, address, "【povo】認証コードのお知らせ", text)


def bought(desk: Desk, address: str, done: dict[str, Any]) -> None:
    """トッピング購入完了のお知らせ, with what stands on the receipt."""
    text = (
        "povo2.0をご利用いただきありがとうございます。\n以下のトッピングの購入が完了しました。\n\n"
        f"注文番号：{done['reference']}\nトッピング：{done['name']}\n"
        f"お支払い金額：{money(done['price'])}（税込）\n購入日：{day(line.today(desk.books))}\n"
    )
    mails.send(desk, SENDER, address, "【povo】トッピング購入完了のお知らせ", text)
