"""Ultra Mobile (United States), for practice: a prepaid plan that is renewed by hand, or renews itself.

Written from third parties' pages, never from the live site, so all of it may have drifted. This is the
provider of which the least is known.

Told by third parties: `ultramobile.com/account`; there `Renew` on the left, a payment method, `Buy now`;
else `Manage plan`, which sets the plan of the next term; PayGo at 3 dollars a month with 100 minutes, 100
texts and 100 MB, which renews itself; a text message received in China costs 10 cents of the wallet; a
PayGo line cannot be moved to another plan; passwords are set anew by text message.

Unproved, plausible only: the sign-in, and that it may ask for a code; all markup; taxes and fees; plans of
three months and their price; that a renewal adds its days to those that are left; 60 days from the end of
a plan to the loss of the number; the list of payments.
"""
