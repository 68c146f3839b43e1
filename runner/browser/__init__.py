"""Finding and launching a browser, contexts, saved sessions, network rules."""
