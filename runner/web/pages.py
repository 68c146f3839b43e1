"""Pages from templates, in the language of whoever reads them."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from runner.values.sentences import said
from runner.web.csrf import FIELD
from runner.web.shown import Shown
from runner.web.texts import texts, wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from runner.config.live import Settings

_TEMPLATES = Path(__file__).parent / "templates"
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of what stands behind them, also behind the name they came with (UAX #9)."""


class Pages:
    """Draws pages. `base`: the address under which the owner's browser finds us, as config.yaml
    has it; `language`: for browsers that ask for none of ours; `settings`: every page says so when
    there are mistakes in them."""

    def __init__(self, base: str, language: str = "en", settings: Settings | None = None) -> None:
        self.base, self._language = base.rstrip("/"), language
        self.badge: Callable[[str], int] = lambda _: 0
        """How many things wait on a page of the dashboard, by its name."""
        self._settings = settings
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_straight,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    @property
    def prefix(self) -> str:
        """What stands before every path: empty, unless a proxy serves us in a folder."""
        return urlsplit(self.base).path

    @property
    def secure(self) -> bool:
        """Whether the owner's browser reaches us over TLS."""
        return self.base.startswith("https://")

    def language(self, request: Request) -> str:
        """The language of whoever asks: one of `texts.LANGUAGES`."""
        return wanted(request.headers.get("accept-language"), self._language)

    def draw(
        self, request: Request, template: str, *, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """A page. Templates know `t` (the words), `language`, `prefix`, `who` (None: a stranger) and
        `csrf`, the hidden field that every form to a page of the dashboard has, `said`: what came
        of the form that led here, and `sentence`, which shows what a run has said. All is escaped."""
        language = self.language(request)
        words = texts(language)
        html = self._environment.get_template(template).render(
            t=words,
            said=_said(request.query_params.get("said", ""), words),
            badge=self.badge,
            language=language,
            sentence=partial(_sentence, language=language),
            prefix=self.prefix,
            who=(who := getattr(request.state, "who", None)),
            last_good=self._last_good(language) if who is not None else None,
            csrf_token=(token := getattr(request.state, "csrf", None)),
            csrf=_hidden(token),
            **values,
        )
        return HTMLResponse(html, status, {"content-language": language, "vary": "accept-language"})

    def _last_good(self, language: str) -> str | None:
        """The moment of the settings that hold, where the present ones can't be used."""
        settings = self._settings
        if settings is None or settings.trouble is None:
            return None
        taken = settings.trouble.taken  # the day, too: they may hold for weeks
        return Shown(language, settings.zone, taken).moment(taken)

    def message(self, request: Request, key: str, *, status: int) -> HTMLResponse:
        """A page that says one thing: the words `KEY_title` and `KEY_text`."""
        return self.draw(request, "message.html", status=status, key=key)


def _straight(value: Any) -> Any:
    """What is shown of a value: a portal's words turn none of ours around."""
    return _TURNING.sub("", value) if type(value) is str else value


def _said(key: str, words: Mapping[str, str]) -> str | None:
    """What is said of what was done, if it is among our words."""
    return key if f"said_{key}" in words else None


def _sentence(text: str, language: str) -> Markup:
    """What a run has said, in the language of the page; parts without a translation are marked."""
    pieces = (
        text if spoken == language else Markup('<span lang="{}">{}</span>').format(spoken, text)
        for text, spoken in said(_straight(text), language)
    )
    return Markup("").join(pieces)


def _hidden(token: str | None) -> Markup:
    if token is None:
        return Markup()
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token)
