"""The words of the calendar, in the owner's languages. `{…}` are filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Key = Literal[
    "name", "ends", "renew", "approve", "by hand", "remind", "needs you", "account", "read",
    "balance", "plan", "price", "until", "renewed before", "may change",
]  # fmt: skip

WORDS: Mapping[str, Mapping[Key, str]] = {
    "en": {
        "name": "Kigen: lines",
        "ends": "{line}: last day",
        "renew": "{line}: renewal",
        "approve": "{line}: renewal, once you approve it",
        "by hand": "{line}: renewal, when you run it",
        "remind": "{line}: to be renewed by you",
        "needs you": "{line}: needs you",
        "account": "Account: {value}",
        "read": "Read on {value}",
        "balance": "Balance: {value}",
        "plan": "Plan: {value}",
        "price": "Price: {value}",
        "until": "Lasts until {value} then",
        "renewed before": "It is to be renewed on {value}; this day moves then.",
        "may change": "As it is known today.",
    },
    "ja": {
        "name": "Kigen：回線の期限",
        "ends": "{line}：有効期限の最終日",
        "renew": "{line}：更新",
        "approve": "{line}：更新（承認が必要）",
        "by hand": "{line}：更新（手動で実行）",
        "remind": "{line}：ご自身での更新",
        "needs you": "{line}：対応が必要",
        "account": "アカウント：{value}",
        "read": "確認日：{value}",
        "balance": "残高：{value}",
        "plan": "プラン：{value}",
        "price": "料金：{value}",
        "until": "更新後の期限：{value}",
        "renewed before": "{value}に更新の予定です。更新されるとこの日は変わります。",
        "may change": "今日の時点での予定です。",
    },
    "zh-CN": {
        "name": "Kigen：线路到期",
        "ends": "{line}：有效期最后一天",
        "renew": "{line}：续期",
        "approve": "{line}：续期（需您批准）",
        "by hand": "{line}：续期（需您手动运行）",
        "remind": "{line}：请自行续期",
        "needs you": "{line}：需要您处理",
        "account": "账户：{value}",
        "read": "读取日期：{value}",
        "balance": "余额：{value}",
        "plan": "套餐：{value}",
        "price": "价格：{value}",
        "until": "续期后有效期至：{value}",
        "renewed before": "预定于{value}续期，届时此日期会更新。",
        "may change": "以今天所知为准。",
    },
    "zh-TW": {
        "name": "Kigen：門號到期",
        "ends": "{line}：有效期限最後一天",
        "renew": "{line}：續期",
        "approve": "{line}：續期（需您核准）",
        "by hand": "{line}：續期（需您手動執行）",
        "remind": "{line}：請自行續期",
        "needs you": "{line}：需要您處理",
        "account": "帳戶：{value}",
        "read": "讀取日期：{value}",
        "balance": "餘額：{value}",
        "plan": "方案：{value}",
        "price": "價格：{value}",
        "until": "續期後有效至：{value}",
        "renewed before": "預定於{value}續期，屆時此日期會更新。",
        "may change": "以今天所知為準。",
    },
}
