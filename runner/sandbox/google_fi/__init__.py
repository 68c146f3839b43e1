"""Google Fi, for practice: a line that is kept cheaply by pausing it again and again.

Written from public help pages, never from the live site, so all of it may have drifted.

Known from Google's help (support.google.com/fi): the billing cycle begins two days after the day of
activation, on the 2nd where that would be the 1st or the 28th to 31st; the bill is charged
automatically; on the Flexible plan data costs $10/GB. Pausing service: `Actions` → `Pause service` →
review → `Pause service` (an older page: `Manage plan` → `Pause service` at the bottom → confirm); "Number
retention: You keep your number."; "Service automatically turns back on after 3 months."; `Resume
service` at any time; device protection and financing are still charged.

Unproved, plausible only: the markup, the labels of the account page (`Your plan`, `Current cycle`,
`X.XX GB of data used`, `Cycle ends Nov 20`, `Next bill`, `Pay now` when a payment failed), the sentence
that names the day of the resume. That Google's sign-in refuses automated browsers ("This browser or app
may not be secure") is common knowledge; by what it tells them is not known. Here it is the keys: text
that comes into a box without any having been pressed was not typed by a person. `refuses browser`
makes it look at `navigator.webdriver` as well: then nobody gets in but with a browser of their own.
"""
