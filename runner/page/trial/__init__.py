"""The field test of a flow: looking only, and keeping what pages are made of, not what they say."""
