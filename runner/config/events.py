"""The names that stand under `events:` of a target."""

from __future__ import annotations

CHOICE = (
    "read_only", "nothing_due", "renewed", "renewal_pending", "awaiting_payment", "needs_you",
    "rejected", "declined", "too_expensive", "payment_unknown", "maintenance", "changed",
    "unreachable", "busy", "failed", "hand_off", "asked", "noticed", "expires_soon",
    "settings_wrong", "undelivered",
)  # fmt: skip
"""What a target's owner can choose among; the rest follows from other wishes, or was asked for."""
