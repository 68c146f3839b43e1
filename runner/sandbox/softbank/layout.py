"""What the pages of SoftBank's engine would be called after a redesign."""

from runner.sandbox.layout import Redesign

REDESIGN = Redesign(
    names={
        "sbid-msn-check": "c-form__tel",
        "err-area": "c-alert",
        "flt_l": "c-row__label",
        "flt_r": "c-row__value",
        "dataChart": "usageModel",
        "contract-info": "c-contract",
        "js-toggle-content": "c-accordion",
    },
    words={
        "ログアウト": "サインアウト",
        "ログインする": "次へ進む",
        "本人確認する": "確認",
        "プリペイド残高": "ご利用可能額",
        "利用有効期間": "ご利用期限",
        "リチャージ": "チャージ",
        "お支払い金額": "合計",
        "申し込む": "確定",
    },
)
