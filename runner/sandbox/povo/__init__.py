"""povo2.0 (KDDI), for practice: a line that costs nothing, kept by paid toppings.

Written from public code and public pages, never from the live site, so all of it may have drifted. The
real one is an app first; what its web pages show is known from fixtures of programs that open them.

Known from povo's own words (contract sheet, questions and answers): without a paid topping in the 180 days
that begin on the day after the last one ran out, the line is stopped by and by, and ended 30 days later;
the day of a purchase is not counted among a topping's days. Others count from the purchase, to be safe.

Seen in public programs: the host `shop.povo.jp` with `/manage/order-history`; signing in with an e-mail
address and a code by mail, good for two minutes; a session of 1,200 seconds; the texts of the pages
(`60.00GB / 120.00GB`, `2099年 12月 31日 午後11:59`, `残り 999 日間`, `注文完了`, `処理中`, `2026年 2月 28日`,
`xxxx-xxxx-xxxx-1234`); the names of toppings; `https://povo.jp/success` after 3-D Secure, before which
nothing is charged.

Its mails: the sender info@povo.jp and the subject トッピング購入完了のお知らせ are in a public program that
watches a mailbox for them; their text is a guess.

Told by third parties: the prices, of 2022.

Unproved, plausible only: that toppings can be bought on the web at all, the shop's pages and markup, the
sign-in's address, the digits of the code, what is said when something is wrong.
"""
