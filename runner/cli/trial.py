"""A field test as the command line has it: who looks on, and where the bundle is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.cli.mistake import WrongCall
from runner.config.references import Reference
from runner.config.workspace import shipped
from runner.flow.library import Library, NoSuchFlow, Site
from runner.flow.mistakes import Mistakes
from runner.page.evidence import StepRecord
from runner.page.trial.labels import labels_of
from runner.page.trial.looking import Looking
from runner.renewal.bundle import Played, write_bundle
from runner.renewal.outcome import RunResult
from runner.values.secret import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.config.model import Account


@dataclass
class Trial:
    """One field test, of one account. `as_shipped`: the flow is as it came; `owners`: it did not come
    with kigen at all.

    What may stay of pages are the words of the flow as it came: an owner may have written their
    own name into their copy.
    """

    site: Site
    redactor: Redactor
    looking: Looking
    as_shipped: bool
    owners: bool
    steps: list[StepRecord] = field(default_factory=list)
    bundle: Path | None = None
    why_not: str = ""
    ended_well: bool = False

    @classmethod
    def of(cls, chosen: list[tuple[Account, Site]], redactor: Redactor) -> Trial:
        """Raises WrongCall where there is not exactly one account to try with."""
        if len(chosen) != 1:
            names = ", ".join(account.name for account, _ in chosen)
            raise WrongCall(
                f"several accounts use this flow: {names}", "name one of them: --account NAME"
            )
        account, site = chosen[0]
        if site.flow.kept_by == "owner":
            raise WrongCall(
                f"`{site.flow.flow}` has no site to try", "`kigen renewed` takes your word"
            )
        public = _as_it_came(site)
        looking = Looking(labels_of(public or site, _own_texts(account)))
        same = public is not None and public.digest == site.digest
        return cls(site, redactor, looking, same, public is None)

    def step(self, step: StepRecord) -> None:
        """A step has begun or ended."""
        if step.status == "running":
            self.steps.append(step)

    def end(self, result: RunResult) -> None:
        """Write the bundle beside the run's report."""
        self.ended_well = result.exit_code == 0
        played = Played(self.site, result, self.looking, self.steps, self.as_shipped)
        try:
            self.bundle = write_bundle(Path(str(result.evidence)), played, self.redactor)
        except OSError as error:
            self.why_not = str(error)

    def to_json(self, result: dict[str, Any]) -> dict[str, Any]:
        """The result of the run, with what a field test adds to it."""
        return result | {
            "bundle": None if self.bundle is None else str(self.bundle),
            "held_back": self.looking.held,
        }

    def told(self) -> str:
        """What its owner is told at the end."""
        if self.bundle is None:
            return f"  bundle   could not be kept: {self.why_not}"
        rows = [("bundle", f"{self.bundle}, without personal data")]
        rows += [("", f"held back: {held}") for held in self.looking.held]
        if self.looking.held and not self.ended_well:
            rows.append(("", "it may have ended as it did because of what was held back"))
        rows.append(("look", f"python3 -m zipfile -e {self.bundle} field-test, then READ-ME.txt"))
        if self.owners:
            rows.append(
                ("", "the flow is your own: its words stay in the bundle, so look for yours")
            )
        rows.append(("", "read it before you share it; the report beside it is for your eyes only"))
        return "\n".join(f"  {name:8} {text}" for name, text in rows)


def _own_texts(account: Account) -> Iterator[str]:
    """What the owner has written about themselves: none of its words stays in a bundle."""
    if account.name != account.flow:
        yield account.name
    for line in account.lines:
        yield from (line.name, line.title or "")
    for given in account.credentials.values():
        if not isinstance(given, Reference):
            yield given.reveal()


def _as_it_came(site: Site) -> Site | None:
    """The flow as it came with kigen; None for one of the owner's own."""
    try:
        return Library([shipped()]).load(site.flow.flow)
    except (NoSuchFlow, Mistakes):
        return None
