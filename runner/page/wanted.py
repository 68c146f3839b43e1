"""Which responses a flow reads, so that only those are kept."""

from __future__ import annotations

import re

from runner.flow.fields import Field, Rows
from runner.flow.library import Site
from runner.flow.walk import steps


def wanted_responses(site: Site) -> list[re.Pattern[str]]:
    """The address patterns of all `response:` fields of a flow and of the flows it uses."""
    found = {}
    for part in (site, *site.others.values()):
        for _, step in steps(part.flow):
            sources: list[object] = []
            if step.kind == "extract":
                sources = list(step.args.values())
            elif isinstance(step.args, Rows):
                sources = [step.args]
            for source in sources:
                if isinstance(source, Field | Rows) and source.response is not None:
                    found[source.response.regex.pattern] = source.response.regex
    return list(found.values())
