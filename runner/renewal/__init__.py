"""The use case: read, decide, pay once, verify, reconcile. Knows no YAML and no HTTP."""
