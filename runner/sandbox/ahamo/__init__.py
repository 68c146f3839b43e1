"""ahamo (NTT docomo), for practice: a line that is signed in to with docomo's dアカウント, and more data.

Seen in public programs: the address of データ・料金, `https://ahamo.com/myportal/home/auth/`, which wants
a sign-in.

Told by third parties: 30GB for 2,970円, one more gigabyte for 550円, 大盛り (80GB more) for 1,980円, and that
data is not carried over into the next month.

Unproved, plausible only: all else, that is: the pages, their words and their addresses.
"""
