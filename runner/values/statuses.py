"""States as sites word them, in one word each: `期限切れ` is `expired`."""

from __future__ import annotations

import re

from runner.values.context import ReadAs
from runner.values.errors import reading
from runner.values.plain import plain

_WORDS = {
    "active": "利用中|ご利用中|契約中|有効|使用中|正常",
    "not_active": "未開通|利用開始前|未使用|未激活|inactive|not active",
    "expired": "期限切れ|有効期限切れ|失効|无效|已过期|已過期",
    "finished": "利用終了|終了|使用済み|已用完",
    "suspended": "利用停止中|利用停止|停止中|停机|停機",
    "completed": "注文完了|完了|手続き完了|支払完了|支払い完了|已完成|complete|done",
    "pending": "処理中|手続き中|申込中|受付中|处理中|處理中|in progress|processing",
    "cancelled": "キャンセル|取消|取消済み|已取消|canceled",
    "failed": "失敗|エラー|失败",
    "not_issued": "未発行",
    "preview": "preview - still finalizing",
    "locked": "ロック中",
    "unknown": "不明|未知",
}
_MEANS = {text: word for word, texts in _WORDS.items() for text in (word, *texts.split("|"))}


def read_status(text: str, how: ReadAs) -> str:
    """The word for a state. Raises Unreadable for a wording that is not in the list."""
    with reading("status", text):
        clean = plain(text, "status").casefold()
        word = _MEANS.get(clean) or _MEANS.get(re.sub(r"[ -]", "_", clean))
        if word is None:
            raise ValueError(
                f"it is none of the known states ({', '.join(_WORDS)}); read it as text"
            )
        return word
