"""IIJmio (IIJ), for practice: the members' pages, coupons (data volumes), and buying more of them.

Written from public code and public pages, never from the live site, so all of it may have drifted; most of
the programs that open these pages are old.

Seen in public programs: `/j_security_check` with `j_username` and `j_password`, the sign-in of a Java server,
which stands in the place of the page that was asked for; `/auth/logout.jsp`;
`/service/setup/hdd/couponstatus/` with `table.base2` (rows: all that is left, this month's, last month's; whole
MB without a unit) and `/service/setup/hdd/viewdata/` (one form with a hidden `hdoCode` for each line, put
straight into the table, where HTML allows none; then days such as `2013年 4月 1日`, with full-width spaces, and
MB). One recent program, by guesses, signs in at `/auth/login/` with an e-mail address or mioID.

Told by third parties: 220 yen for 1GB on ギガプラン, at most 20 in a month, there at once, good to the end of
the month of the purchase, no cancelling.

Unproved, plausible only: that coupons of several lines stand on one page; the row of what was bought; all
pages of the purchase; the bill; the sentences for what is wrong; whether 1GB are 1,000 or 1,024MB.
"""
