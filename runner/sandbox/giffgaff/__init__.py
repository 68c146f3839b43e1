"""giffgaff (United Kingdom), for practice: airtime credit, goodybags, and a line that is kept by using it.

Written from public code and public pages, never from the live site, so all of it may have drifted.

Seen in public programs: the hosts `www.giffgaff.com`, `id.giffgaff.com` and `publicapi.giffgaff.com`
(`/gateway/graphql`); `/dashboard`; the sign-in at `/auth/login/challenge?redirect=…`, with a token from
`/auth/csrf`; a code of six digits by e-mail or text message, by `/v4/mfa/challenge/me` and
`/v4/mfa/validation`.

Known from texts of giffgaff's community: choose an airtime value; with a saved card `Pay now`; with a new
one number, name, expiry, security code, postcode, `Find address`, `Pay now`; afterwards an offer to make a
goodybag of the credit or to set up auto top-up; with a voucher sixteen digits, `Redeem`. One act that
changes the balance is wanted every 180 days (or six months).

Told by third parties: that 10 pounds are the smallest top-up; that accounts of overseas users were closed
in July 2026.

Unproved, plausible only: the addresses of the top-up's pages, all markup, what is said when something is
wrong, what goodybags cost and hold, that a voucher's value is shown before it is redeemed, past orders.
"""
