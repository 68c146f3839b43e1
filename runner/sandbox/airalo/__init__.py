"""Airalo, for practice: several travel eSIMs under one account, topped up by card or by Airmoney.

Written from public code and public pages, never from the live site, so all of it may have drifted.

Seen in public programs that drive the shop: the host and its title; the cookie banner of OneTrust
(`#onetrust-banner-sdk`, `#onetrust-accept-btn-handler`); the nag of CleverTap that asks to allow
notifications (`#wzrk_wrapper`, `#wzrk-cancel`); test ids such as `package-grouped-packages_package-button`,
`sim-detail-info-list`, `DATA-value`, `VALIDITY-value`, `PRICE-value`; prices like `$4.50 USD` and `4.50 €`,
in the visitor's currency; `Moshi Moshi` with 1 GB for 7 days at that price.

Airalo's own words: the button `TOP UP` on eSIMs that can be topped up; `Apply Code/Use Airmoney` at the
checkout, Airmoney in USD and alone or with another way to pay; order numbers like `20241018-124189`; how
much is left in MB, the states of an eSIM and the reasons for a refusal, as its API for partners tells them.

Told by third parties: the way over My eSIMs, eSIM, top-up, checkout; three kinds of top-ups (data for the
time that is left, days, both); a greyed or missing button where none is sold.

Unproved, plausible only: the sign-in with its code by mail, addresses and markup of My eSIMs, the checkout
and the orders, their own requests, all other prices and words, and that data and days add up at once.
"""
