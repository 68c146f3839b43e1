"""Hinode Bank, for practice: the card of the practice accounts, and 3-D Secure.

No such bank exists; its host ends in `.example`, which belongs to nobody (RFC 6761). Its pages do
what the pages of card issuers do under EMV 3-D Secure: a shop's page holds a frame on the bank's
host; there nothing is asked (frictionless), a code that was sent by text message, or a yes in the
bank's app; then the frame posts the shop its answer.

A portal that takes cards does this:

1. `payments.begin(books, card, …)` gives the address for the frame, and the payment's token.
2. The frame posts `payment` (the token) to the address `back` on the shop's own host. Cookies of
   the shop don't come with it: what the order was is found by the token.
3. `payments.finish(books, token)` tells once whether the bank approves, and what was kept with it.

What the bank asks is set by `kigen sandbox set bank asks code`.
"""
