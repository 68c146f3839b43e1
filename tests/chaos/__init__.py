"""Attacks on a paying run: it is killed, starved, locked out and lied to, and never pays twice.

`instants` names the moments of a run, `deeds` what is done to it then, `victim` is the run itself,
`bench` starts it and settles what it left, `verdict` holds the portal's book against the ledger.
The product has no hooks for this: a victim wraps the product's own methods in its own process.
"""
