"""Tsubame Pay, for practice: a wallet that shops lead to, and that leads back, as PayPal and others do.

No such wallet exists, and its pages copy nobody's. A portal that takes it does this:

1. `checkout.begin(books, …)` gives the payment's token; `checkout.page(token)` is where the shop
   sends its visitor, in the same window or in one of its own.
2. The wallet sends the visitor to `back?payment=…`, whether they paid or not. A window of its own it
   only closes.
3. `checkout.finish(books, token)` tells once whether it was paid, and what was kept with it.
"""
