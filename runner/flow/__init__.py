"""The flow language: what a flow, its steps and its selectors are. Knows no browser and no account."""
