"""SoftBank prepaid (シンプルスタイル), for practice: recharging by card in the ten official steps, or by number.

The account is at the same hosts as SoftBank's own; see the folder `softbank` for the sign-in.

Known from SoftBank's own pages: the ten steps with the labels 料金・支払い管理, リチャージ, クレジットカード,
リチャージ; 3,000円 or 5,000円; card number and expiry; 3-D Secure; that a recharge cannot be cancelled
or refunded; that the session ends ten minutes after the last page.

Known from third parties: 60 days for each recharge, added to those that are left, at most 360 days
ahead; at most 60,000円 on the balance; at most 5,000円 a day by card; ユニバーサルサービス料, deducted at
each recharge; that the number is lost 360 days after the end; that a prepaid card's number can be
registered on the site as well.

Unproved, plausible only: every address below `/msb/d/recharge/`, the labels プリペイド残高, 利用有効期間,
電話番号有効期間, お支払い金額, 受付番号, one box for the expiry, all pages for prepaid cards and the length of
their numbers, the sentences for a limit and for a card that was refused, the list of past recharges.
"""
