"""mineo (Optage), for practice: eoID, My page, パケットチャージ.

Written from public code and public pages, never from the live site, so all of it may have drifted.

Seen in public programs: `https://my.mineo.jp/`, which leads to the sign-in; the eoID on one page (a box
labelled eoID, 次へ), the password on the next (placeholder eoIDパスワード, ログイン as a button, a submit or
a picture); `ログイン情報が正しくありません`; a one-time key (ワンタイムキー) on browsers that are not trusted, before
the password's page or after it, with a box to trust this one; a human check now and then; notices between
the sign-in and My page; the list of lines with `#radio_0` and `#pagePaging > li > p > input`; addresses
`/mvno_cp/*.action`; `#graphRemaining`, `div.boxCharge01` around the boxes of the packet charge, and
`p.box_yzr_btn > input` (ゆずるね。を宣言する) on the same page; `有効期限: 2016/12/15 23:59:59`.

Known from mineo's own pages: 55 yen for 100MB, at most 1,000MB at a time and 15,000MB a month; what was
charged is good to the end of the next month; choose a volume, 今すぐチャージ, look it over, 決定.

Unproved, plausible only: that eoIDs are asked for on `login.eonet.jp`; where the one-time key is sent, and
its six digits; the names of the actions; the confirmation's and the receipt's cells; the bill's page; the
list of past charges (third parties tell of one for this month).
"""
