"""SoftBank, for practice: My SoftBank, its sign-in, its data page and its billing pages. Read only.

The same engine serves Y!mobile, LINEMO and the prepaid accounts, as it does at the real company;
they are folders of their own beside this one, with what differs.

Written from public code and public pages, never from the live site, so all of it may have drifted.

Seen in public programs: the hosts (`my`, `id.my`, `re11.my`, `bl11.my` below `softbank.jp`) and the
addresses below `/msb/d/`, `/sbid_auth/type1/2.0/`, `/resfe/top/` and `/wco/`; the deep links
`webLink/doSend/CODE`; the fields `telnum`, `password` and the hidden `ticket` on one page; the
security number of three digits by text message, with radios for where it goes and a link for
送信する; the code box with `maxlength="3"` whose field is called `password`; that it is asked again
at the billing host, and alone where the browser is known already; the form that submits itself with
`mfiv` and `mfsb`; a chart in the data page whose figures are texts, and empty for nothing; the cells
`flt_l` and `flt_r` with labels in full width; the list of months by `YYYYMM`; `.err-area`; the titles.

Known from SoftBank's own pages: the choice 携帯電話番号でログイン, then ログインする; that a visitor needs
cookies.

Unproved, plausible only: the sentences for a wrong password, a wrong number and a lock, how many
tries there are, the page with the choice of a line, the name of the chart, the words of the session's
end, the list of past bills as a table.
"""
