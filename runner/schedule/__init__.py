"""The schedule room: when accounts run by themselves."""
