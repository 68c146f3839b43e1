"""LINEMO, for practice: My Menu, and データ追加購入 (1 GB more for this month).

SoftBank's engine; see the folder `softbank` for the sign-in.

Seen in public programs: the host `care.linemo.jp`, and the plans ミニ with 3 GB for 990円 and ベストプランV
with 30 GB for 2,970円. Everything else here is unproved, plausible only: that the sign-in is SoftBank's,
every address, every label, 1 GB for 550円.
"""
