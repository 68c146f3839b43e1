"""The library: flow files and selectors files of a workspace, loaded, checked and put together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from runner.flow.lint import lint
from runner.flow.mistakes import Mistakes, did_you_mean
from runner.flow.model import Flow
from runner.flow.selectors import Selectors
from runner.flow.source import Source, load
from runner.flow.steps.pay import PayStep
from runner.flow.steps.use import UseStep
from runner.flow.validate import validate
from runner.flow.walk import Path as Place
from runner.flow.walk import steps


class NoSuchFlow(LookupError):
    """No folder has a flow of this name."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.hint = name, did_you_mean(name, known)
        known_text = ", ".join(known) or "none"
        super().__init__(f"there is no flow `{name}`; known flows: {known_text}")


@dataclass(frozen=True)
class Site:
    """A flow with its selectors, and the sites whose parts it uses or whose pages it pays through."""

    flow: Flow
    selectors: Selectors
    source: Source
    selectors_source: Source
    others: Mapping[str, Site] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """What names this version: of the flow, its selectors, and all flows that it uses."""
        texts = hashlib.sha256()
        for source in (self.source, self.selectors_source):
            texts.update(hashlib.sha256(source.text.encode()).digest())
        if self.code.is_file():
            texts.update(hashlib.sha256(self.code.read_bytes()).digest())
        for name in sorted(self.others):
            texts.update(self.others[name].digest.encode())
        return texts.hexdigest()[:16]

    @property
    def code(self) -> Path:
        """The Python file for the flow's `call` steps; it need not exist."""
        return self.source.path.with_name(self.flow.flow.replace("-", "_") + ".py")


class Library:
    """Finds flows in folders that hold `flows/` and `selectors/`; earlier folders win."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._sites: dict[str, Site] = {}

    def names(self) -> list[str]:
        """The flows that there are, sorted."""
        return sorted(
            {file.stem for folder in self._folders for file in (folder / "flows").glob("*.yaml")}
        )

    def path(self, name: str, kind: str = "flows") -> Path:
        """The file of a flow (or of selectors). Raises NoSuchFlow."""
        for folder in self._folders:
            if (file := folder / kind / f"{name}.yaml").is_file():
                return file
        raise NoSuchFlow(name, self.names())

    def load(self, name: str) -> Site:
        """Load a flow with all that it needs. Raises NoSuchFlow, or Mistakes with all of them."""
        if name not in self._sites:
            self._sites[name] = self._load(name, ())
        return self._sites[name]

    def _load(self, name: str, users: tuple[str, ...]) -> Site:
        source = load(self.path(name))
        flow = validate(Flow, source)
        site_name = flow.selectors or name
        try:
            selectors_source = load(self.path(site_name, "selectors"))
        except NoSuchFlow:
            raise Mistakes(
                [
                    source.mistake(
                        ("selectors",) if flow.selectors else ("flow",),
                        f"there is no selectors/{site_name}.yaml for this flow",
                    )
                ]
            ) from None
        selectors = validate(Selectors, selectors_source)
        others = {}
        for path, other in _used(flow):
            if other in (name, *users):
                raise Mistakes([source.mistake(path, f"`{other}` uses this flow in turn")])
            try:
                others[other] = self._load(other, (*users, name))
            except NoSuchFlow as error:
                raise Mistakes([source.mistake(path, str(error), hint=error.hint)]) from None
        site = Site(flow, selectors, source, selectors_source, others)
        if mistakes := lint(site):
            raise Mistakes(mistakes)
        return site


def _used(flow: Flow) -> Iterator[tuple[Place, str]]:
    """The other flows whose parts or interrupts a flow uses, with the places that name them."""
    for path, step in steps(flow):
        if isinstance(step, UseStep) and "/" in step.args.part:
            yield (*path, "use"), step.args.part.split("/")[0]
        elif isinstance(step, PayStep):
            for number, other in enumerate(step.args.through):
                yield (*path, "pay", "through", number), other


def load_flow(name: str, folders: Sequence[Path]) -> Flow:
    """A checked flow by its name."""
    return Library(folders).load(name).flow
