"""au (KDDI), for practice: au ID, My au with its bill, the data charge site.

Written from public code and public pages, never from the live site, so all of it may have drifted.

Seen in public programs: the sign-in's address with `targeturl`; `#loginAliasId` with 次へ
`#btn_idInput`, `#loginAuonePwd` with ログイン `#btn_pwdLogin`, both at once on some days; the code box
`#confirmcode`, whose 次へ is a link that submits the form; a page that waits while a one-time URL is
opened on the phone; 許可する; pages of My au that want the 暗証番号 of four digits; the list of lines
(`input[type=radio][name=number]`, the label beginning with the number) and its 選択; the bill's address,
with amounts in brackets; a `confirm` dialog of the browser.

Known from au's own pages: what the phone shows of a one-time URL, with its box and its button, and the
barcode beside it for My au's app; that a code may come by mail (from auto@connect.auone.jp); the
units of a data charge, 0.5GB for 550 yen and 1GB for 1,000 yen, good for 62 days; that buying again renews
the time of what is left; at once or by reservation; with the bill (暗証番号) or by the card that is
registered with the au ID (its security code).

Unproved, plausible only: all pages of the data charge and their host, the cells of My au's top page, how
lines are changed, the sentences for what is wrong, the number of tries.
"""
