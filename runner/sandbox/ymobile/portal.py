"""The practice portal of Y!mobile: one line with a small plan."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from runner.sandbox.softbank.brand import Brand
from runner.sandbox.softbank.carrier import TEMPLATES as SHARED
from runner.sandbox.softbank.shop import Shop, Wares
from runner.sandbox.softbank.usage import Usage

NUMBER = "070-0000-0550"
"""No Japanese mobile number begins with 070-0: it can belong to nobody."""


class YMobile(Shop):
    """See `runner.sandbox.portal.Portal`."""

    name = "ymobile"
    brand = Brand(
        site="My Y!mobile",
        company="ワイモバイル",
        top_title="My Y!mobile トップ｜ワイモバイル",
        login_title="ログイン | ワイモバイル",
        colour="#e60020",
        top="https://my.ymobile.jp/muc/d",
        signin="https://id.my.ymobile.jp/sbid_auth/type1/2.0",
        data="https://re61.my.ymobile.jp/resfe/top/",
        bill="https://bl61.my.ymobile.jp/wco",
        token="mfym",  # noqa: S106 - the name of a field
        links=("MWBWL0130", "MRERE0000", "WCO010023"),
    )
    numbers = (NUMBER,)
    templates = (Path(__file__).parent / "templates", SHARED)
    lines = MappingProxyType(
        {NUMBER: Usage("シンプル2 S", given="4.00", used="4.71", bill=2365, carried="0.92")}
    )
    wares = Wares("通常速度に戻すお申し込み（0.5GB）", "0.5", 550, "selectedRequestStatus", "10")


PORTAL = YMobile()
