"""How the tables came to be, step by step.

A change of `tables.py` or `indexes.py` comes with a new file in `versions/`: the next number of
four digits, written by hand, with the tables spelled out as they are at that moment, and
`schema.HEAD` raised. A released step never changes. A test compares the result of all steps with
these two, word for word.
"""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", "runner.ledger:migrations")
    config.set_main_option("path_separator", "os")
    return config


def upgrade(connection: Connection) -> None:
    """Takes all missing steps inside the transaction of `connection`."""
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
