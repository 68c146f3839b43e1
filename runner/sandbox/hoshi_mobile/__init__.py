"""Hoshi Mobile, for practice: a made-up provider that shows every way to pay and many plans.

No such provider exists, and its pages copy nobody's. It is here so that what all flows share (choosing
among offers, cards, 3-D Secure, a PIN, slips, transfers, wallets) has one place where it is practised whole.
"""
