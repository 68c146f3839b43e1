"""The practice portal of SoftBank: a phone and a tablet under one account. Nothing is sold here."""

from __future__ import annotations

from types import MappingProxyType

from runner.sandbox.softbank.brand import Brand
from runner.sandbox.softbank.contract import Contract
from runner.sandbox.softbank.usage import Usage

MY_SOFTBANK = Brand(
    site="My SoftBank",
    company="ソフトバンク",
    top_title="My SoftBank トップ｜ソフトバンク",
    login_title="ログイン | My SoftBank | ソフトバンク",
    colour="#00a0e9",
    top="https://my.softbank.jp/msb/d",
    signin="https://id.my.softbank.jp/sbid_auth/type1/2.0",
    data="https://re11.my.softbank.jp/resfe/top/",
    bill="https://bl11.my.softbank.jp/wco",
    token="mfsb",  # noqa: S106 - the name of a field
    links=("MSB010000", "MRERE0000", "WCO010000"),
)
PHONE, TABLET = "090-0000-2525", "080-0000-0031"
"""No Japanese mobile number begins with 090-0 or 080-0: they can belong to nobody."""


class SoftBank(Contract):
    """See `runner.sandbox.portal.Portal`."""

    name = "softbank"
    brand = MY_SOFTBANK
    numbers = (PHONE, TABLET)
    lines = MappingProxyType(
        {
            PHONE: Usage("ペイトク無制限", given="50.00", used="1.22", bill=9625),
            TABLET: Usage("データシェアプラン", given="3.00", used="2.85", bill=1078),
        }
    )


PORTAL = SoftBank()
