"""docs/providers.md: what each flow does and how far it is proved, from the flows and from test results."""
