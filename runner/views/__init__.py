"""What people are shown of lines, runs and what waits: the same for command line, pages and API."""
