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
from runner.flow.source import Source, Texts, text_of
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
    """A flow with its selectors, and the sites whose parts it uses or whose pages it pays through.

    `code_text`: what `code` says; None where there is no such file.
    """

    flow: Flow
    selectors: Selectors
    source: Source
    selectors_source: Source
    others: Mapping[str, Site] = field(default_factory=dict)
    code_text: str | None = None

    @property
    def digest(self) -> str:
        """What names this version: of the flow, its selectors, and all flows that it uses."""
        texts = hashlib.sha256()
        for source in (self.source, self.selectors_source):
            texts.update(hashlib.sha256(source.text.encode()).digest())
        if self.code_text is not None:
            texts.update(hashlib.sha256(self.code_text.encode()).digest())
        for name in sorted(self.others):
            texts.update(self.others[name].digest.encode())
        return texts.hexdigest()[:16]

    @property
    def code(self) -> Path:
        """The Python file for the flow's `call` steps; it need not exist."""
        return _code(self.source, self.flow)


class Library:
    """Finds flows in folders that hold `flows/` and `selectors/`; earlier folders win.

    Every file is read once. `texts` stand for the files of the first folder, all of them.
    """

    def __init__(self, folders: Sequence[Path], texts: Texts | None = None) -> None:
        self._folders, self._given = tuple(folders), texts
        self._texts: dict[Path, str] = {}
        self._sources: dict[Path, Source] = {}
        self._sites: dict[str, Site] = {}

    @property
    def texts(self) -> Texts:
        """What the files of the first folder said that were read so far."""
        return {
            self._name(file): text for file, text in dict(self._texts).items() if self._own(file)
        }

    def names(self) -> list[str]:
        """The flows that there are, sorted."""
        return sorted(
            {file.stem for folder in self._folders for file in (folder / "flows").glob("*.yaml")}
        )

    def path(self, name: str, kind: str = "flows") -> Path:
        """The file of a flow (or of selectors). Raises NoSuchFlow."""
        for folder in self._folders:
            if self._is_there(file := folder / kind / f"{name}.yaml"):
                return file
        raise NoSuchFlow(name, self.names())

    def load(self, name: str) -> Site:
        """Load a flow with all that it needs. Raises NoSuchFlow, or Mistakes with all of them."""
        if name not in self._sites:
            self._sites[name] = self._load(name, ())
        return self._sites[name]

    def _load(self, name: str, users: tuple[str, ...]) -> Site:
        source = self._source(self.path(name))
        flow = validate(Flow, source)
        site_name = flow.selectors or name
        try:
            selectors_source = self._source(self.path(site_name, "selectors"))
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
        code = _code(source, flow)
        code_text = self._text(code) if self._is_there(code) else None
        site = Site(flow, selectors, source, selectors_source, others, code_text)
        if mistakes := lint(site):
            raise Mistakes(mistakes)
        return site

    def _own(self, file: Path) -> bool:
        """Whether a file is of the first folder."""
        return file.parent.parent == self._folders[0]

    def _name(self, file: Path) -> str:
        return file.relative_to(self._folders[0]).as_posix()

    def _is_there(self, file: Path) -> bool:
        if self._given is not None and self._own(file):
            return self._name(file) in self._given
        return file.is_file()

    def _text(self, file: Path) -> str:
        if file not in self._texts:
            given = self._given if self._own(file) else None
            self._texts[file] = text_of(file) if given is None else given[self._name(file)]
        return self._texts[file]

    def _source(self, file: Path) -> Source:
        if file not in self._sources:
            self._sources[file] = Source(file, self._text(file))
        return self._sources[file]


def _code(source: Source, flow: Flow) -> Path:
    return source.path.with_name(flow.flow.replace("-", "_") + ".py")


def _used(flow: Flow) -> Iterator[tuple[Place, str]]:
    """The other flows whose parts or interrupts a flow uses, with the places that name them."""
    for path, step in steps(flow):
        if isinstance(step, UseStep) and "/" in step.args.part:
            yield (*path, "use"), step.args.part.split("/")[0]
        elif isinstance(step, PayStep):
            for number, other in enumerate(step.args.through):
                yield (*path, "pay", "through", number), other
