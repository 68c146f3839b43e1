"""Webビリング (NTT Finance), for practice: the bills of docomo lines, month by month.

Seen in public programs: the host; an entry for dアカウント whose address contains `logindcm`; the headings
請求年月, 支払年月日, 支払/ご利用金額; the company written ＮＴＴドコモ, months like 2026年7月分, days like
2026年7月31日; amounts with figures and commas of full width.

Unproved, plausible only: all other words and addresses, the order of the columns, and that months are
written in full width, too.
"""
