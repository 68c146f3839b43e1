"""Rakuten Mobile, for practice: Rakuten ID, my 楽天モバイル, and data for use abroad.

Written from public code and public pages, never from the live site, so all of it may have drifted.

Seen in public programs: `portal.mobile.rakuten.co.jp/dashboard` and `/my-rakuten-mobile/`, which lead to
`login.account.rakuten.com/sso/authorize` with `#/sign_in` (user ID or e-mail, 次へ) and `#/sign_in/password`
(パスワード, 次へ), both drawn by script; `/session/upgrade`, which greets a known visitor (ようこそ) and wants the
password once more, beside 別の楽天IDでログイン; `/auth/callback`; `div.title__data` with `3.25 GB`, the data used this
month, there some time after the page; cookies whose names begin with `TS01`, as those of F5's firewall, whose
own page begins with `The requested URL was rejected`.

Told by third parties: データチャージ in my 楽天モバイル, for use abroad 500 yen for 1GB, up to 5GB at a time,
without tax, there at once, good for 31 days with that of the purchase; 2GB abroad each month are part of
the plan.
A line that was not used in 180 days may be stopped, after a message (Rakuten's terms, as quoted in 2021).

Unproved, plausible only: the addresses, words and cells of everything but the sign-in and the data used; that
a purchase wants the password once more; how lines are changed; the sentences for what is wrong. Domestic data
is not sold any more, as far as is known.
"""
