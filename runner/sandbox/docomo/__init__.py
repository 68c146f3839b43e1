"""NTT docomo, for practice: dアカウント sign-in, My docomo, and the 1GB追加オプション.

Written from public code and public pages, never from the live site, so all of it may have drifted.

Seen in public programs: the hosts and addresses of the sign-in (`cfg.smt.docomo.ne.jp`,
`/auth/cgi/anidlogin`, `/auth/cgi/idauth`), its field names (`authid`, `authpass`, `arcv`, `rotpwd`,
`deviceflg`, `devicename`, `funcid`), `#Di_Uid`, `#Di_Pass`, the six boxes of the code page with the
whole length in `maxlength` and 次へ disabled until they are full, the wrong-code sentence, the
cookie `g_smt_omitbrowser`, the English words of the human check, the addresses of My docomo, and
`section#mydcm_data_3day`, `section#mydcm_data_month`, `span.latest-area-foma-monthly-gb-value`.

Known from pages of docomo and of third parties: the two strengths of the second step, エラー
[d1100], ロック中 and the address for unlocking, 通信量の確認・データ量追加, added data that is valid to
the end of the next month.

Unproved, plausible only: the sentence for a wrong password and for a code that ran out, the number
of tries before the lock, all of the order pages and the history of orders, the labels of the usage
page, the words of the session's end, the price of 1,100円.
"""
