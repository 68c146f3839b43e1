"""Y!mobile, for practice: My Y!mobile, and 通常速度に戻す申し込み (0.5 GB more for this month).

SoftBank's engine at hosts of its own; see the folder `softbank` for the sign-in.

Seen in public programs: the hosts `my`, `id.my`, `re61.my`, `bl61.my` below `ymobile.jp`, the paths
below `/muc/d/`, the deep links, the titles, the hidden tokens `mfiv` and `mfym`; the four tables of the
data page with 繰越, 基本, 有料 and 使用済み, the remaining data in `span.fs-28`, tabs and line breaks in
the cells; and, from the years 2014 to 2016 on an older portal, the menu entries of 通常速度に戻すお申し込み
with `select[name=selectedRequestStatus]`, whose value 10 orders once, then 確認 and 申し込み.

Unproved, plausible only: that those pages are on today's portal in this form, their addresses, 0.5 GB
for 550円, the list of orders.
"""
