"""Mails in which a provider tells of payments: a second source, beside its own pages."""

from __future__ import annotations

from pydantic import Field

from runner.flow.base import Grade, Part
from runner.flow.scalars import Pattern


class MailedPayment(Part):
    """Mails that tell that something was paid. `amount` and `reference` find their first group, or all
    that they match, in the subject or the text; figures of full width are ordinary ones by then.
    """

    from_: str = Field(
        alias="from",
        pattern=r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$",
        description="The sender's whole address.",
    )
    subject: str = Field(min_length=1, description="Only mails whose subject holds this.")
    amount: Pattern = Field(description="The amount that was paid.")
    reference: Pattern | None = Field(None, description="The receipt's number.")
    evidence: Grade | None = None
    note: str | None = None
