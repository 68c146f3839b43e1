"""The words of a report: outcomes, states of a renewal, steps, files, pictures."""

from __future__ import annotations

from typing import NamedTuple


class Ending(NamedTuple):
    """An outcome for people. `tone` chooses colour and sign; `todo` stands where a run has no hint."""

    tone: str
    title: str
    meaning: str
    todo: str


_LOOK = "Look at the picture and the steps below. If the line expires soon, renew it by hand."
ENDINGS = {
    "read_only": Ending(
        "calm", "Read only", "The run read and bought nothing.", "There is nothing to do."
    ),
    "nothing_due": Ending(
        "calm", "Nothing due", "No policy asks for a renewal yet.", "There is nothing to do."
    ),
    "renewed": Ending(
        "good",
        "Renewed",
        "The renewal is paid, and the provider shows that it counts.",
        "There is nothing to do.",
    ),
    "renewal_pending": Ending(
        "wait",
        "Paid, not active yet",
        "The renewal is paid, but the provider does not show it as active yet.",
        "Wait. The next run looks again and does not pay a second time.",
    ),
    "awaiting_payment": Ending(
        "wait",
        "Waiting for your payment",
        "The order is placed, and the provider waits for its money.",
        "Pay it before the date that the provider names.",
    ),
    "needs_you": Ending(
        "act",
        "Needs you",
        "The run can't go on without something that only you can give.",
        "Do what the message asks for, then run it again.",
    ),
    "rejected": Ending(
        "act",
        "Password refused",
        "The site refused the password. It is not tried again until it changes.",
        "Sign in on the site yourself, correct the stored password, then run it again.",
    ),
    "declined": Ending(
        "act",
        "Payment declined",
        "The provider did not accept the payment. The line is not renewed.",
        "Check the card, or the other means of payment, with the provider.",
    ),
    "too_expensive": Ending(
        "act",
        "Too expensive",
        "A renewal costs more than you agreed to, and was not paid.",
        "Raise the limit in config.yaml, or renew by hand on the site.",
    ),
    "payment_unknown": Ending(
        "fault",
        "Payment unknown",
        "It is not certain how the payment ended. Nothing more is paid on this line until it is.",
        "Look at the payment history on the site, and at your card statement.",
    ),
    "maintenance": Ending(
        "fault",
        "Site under maintenance",
        "The site is closed for maintenance.",
        "Run it again when the site is open.",
    ),
    "changed": Ending(
        "fault",
        "Site has changed",
        "A page was not as expected, and was left alone.",
        f"The flow of this site needs an update. {_LOOK}",
    ),
    "unreachable": Ending(
        "fault",
        "Site unreachable",
        "The site did not answer as it should.",
        "Run it again later. If this stays so, check the network of this machine.",
    ),
    "busy": Ending(
        "wait",
        "Account in use",
        "Another run holds this account, so this one did not start.",
        "Wait for the other run to end.",
    ),
    "failed": Ending("fault", "Failed", "The run could not be finished.", _LOOK),
}

STATES = {
    "planned": "Planned",
    "approved": "Agreed, to be paid next",
    "committing": "Paying",
    "confirmed": "Paid, to be proved",
    "verified": "Paid and proved",
    "renewal_pending": "Paid, not active yet",
    "awaiting_payment": "Waiting for your payment",
    "declined": "Declined",
    "aborted": "Stopped, not paid",
    "unknown": "Not known whether it was paid",
    "charged": "Paid, to be proved",
    "not_charged": "Not paid",
}
"""The states of a renewal, for people."""

STATUSES = {"ok": "done", "running": "cut off"}
FIGURES = {"expires_on": "Expires"}
FAILURES = {
    "page.yaml": "What the page held (accessibility tree)",
    "console.txt": "What the browser's console said",
    "requests.txt": "Requests that failed",
}
CAPTIONS = {
    "failure": "The page when the run ended",
    "confirmation": "Confirmation",
    "receipt": "Receipt",
}
"""Names of pictures, in the order in which people want to see them."""
