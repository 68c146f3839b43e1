"""The ledger: what happened. Runs, readings, renewals, letters that wait to be sent, and leases.

Start at `runner.ledger.ledger.Ledger`. This room records facts and refuses contradictions; why a
thing was done is not known here. Nothing is imported here, so that a command that needs no ledger
does not pay for it.
"""
