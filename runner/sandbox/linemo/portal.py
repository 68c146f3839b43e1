"""The practice portal of LINEMO: one line with the small plan."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from runner.sandbox.softbank.brand import Brand
from runner.sandbox.softbank.carrier import TEMPLATES as SHARED
from runner.sandbox.softbank.shop import Shop, Wares
from runner.sandbox.softbank.usage import Usage

NUMBER = "090-0000-0990"
"""No Japanese mobile number begins with 090-0: it can belong to nobody."""


class Linemo(Shop):
    """See `runner.sandbox.portal.Portal`."""

    name = "linemo"
    brand = Brand(
        site="My Menu",
        company="LINEMO",
        top_title="My Menu トップ | LINEMO",
        login_title="ログイン | LINEMO",
        colour="#06c755",
        top="https://care.linemo.jp/mymenu",
        signin="https://care.linemo.jp/sbid_auth/type1/2.0",
        data="https://care.linemo.jp/resfe/top/",
        bill="https://care.linemo.jp/wco",
        token="mflm",  # noqa: S106 - the name of a field
        links=("MLM010000", "MRERE0000", "WCO010000"),
    )
    numbers = (NUMBER,)
    templates = (Path(__file__).parent / "templates", SHARED)
    lines = MappingProxyType({NUMBER: Usage("ミニプラン", given="3.00", used="2.62", bill=990)})
    wares = Wares("データ追加購入（1GB）", "1", 550, "agree", "1")


PORTAL = Linemo()
