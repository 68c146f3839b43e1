"""What `kigen version` says. A file of its own: it is told without the command line library."""

from __future__ import annotations


def text() -> str:
    """The name and the installed version."""
    import importlib.metadata

    return f"kigen {importlib.metadata.version('kigen')}"
