"""`kigen version`."""

from __future__ import annotations


def text() -> str:
    """The name and the installed version."""
    import importlib.metadata

    return f"kigen {importlib.metadata.version('kigen')}"
