"""The redactor of this process: it is one command, and whatever it fetched is masked everywhere."""

from __future__ import annotations

from runner.values.secret import Redactor

REDACTOR = Redactor()
