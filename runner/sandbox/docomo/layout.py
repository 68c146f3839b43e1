"""What docomo's pages would be called after a redesign."""

from __future__ import annotations

from runner.sandbox.layout import Redesign

NAMES = {
    "Di_Uid": "lgn_id_text",
    "Di_Pass": "lgn_pw_text",
    "nextaction": "btn-primary",
    "button_submit": "btn",
    "input_code": "otp-cell",
    "mydcm_login_normal": "gnav_login",
    "mydcm_footer_login_btn": "gnav_area",
    "mydcm_data_month": "usage_summary",
    "mydcm_data_3day": "usage_recent",
    "mydcm_bill": "usage_fee",
    "latest-area-foma-monthly-gb-value": "usage_summary__num",
    "agree_check": "terms_ok",
    "charge-data01": "tbl-basic",
}
WORDS = {
    "次へ": "進む",
    "ログアウト": "サインアウト",
    "ログイン": "サインイン",
    "当月ご利用データ量": "今月使ったデータ",
    "利用可能データ量": "使えるデータ",
    "残りデータ量": "データ残量",
    "データ有効期限": "使える期間",
    "当月ご利用料金": "今月の料金",
    "お支払い金額": "合計",
    "受付番号": "お手続き番号",
    "同意する": "確認しました",
    "手続きを完了する": "この内容で申し込む",
}
REDESIGN = Redesign(NAMES, WORDS)
