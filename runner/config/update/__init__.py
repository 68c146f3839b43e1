"""Taking newer flows and selectors from a release, without touching what their owner has changed."""
