"""The sandbox: practice portals on this machine, a small web application of its own.

A portal here is a site, not an accomplice. It is written from what is publicly known of the real
one, keeps its own books, and knows nothing of the program that visits it. It imports nothing of the
other rooms; they may import `start` (to run it) and `control` (to steer it).
"""
