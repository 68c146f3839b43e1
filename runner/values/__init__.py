"""Values: money, data volumes, dates, durations and secrets. Pure functions, no side effects.

`read` turns what a page shows into a value, `format` shows a value to people, and `secret` keeps
what must not be shown.
"""
