"""`python -m runner.browser.setup`: see to it that a browser and a Japanese font are there.

Progress goes to standard error, the path of the browser to standard output. Exit code 0 means
that a browser is there and starts; a missing font only warns.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from runner.browser.driver import ensure_driver
from runner.browser.driver import environment as driver_environment
from runner.browser.find import BrowserError
from runner.browser.fonts import ensure_cjk_font
from runner.browser.install import ensure_browser


def main(env: Mapping[str, str] = os.environ) -> int:
    """Set up, and tell how it went."""
    try:
        ensure_driver(env, _say)
        browser = ensure_browser(driver_environment(env), _say)
    except BrowserError as error:
        _say(str(error))
        return 1
    ensure_cjk_font(env, _say)
    print(browser.path)
    return 0


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        _say("Interrupted. Run it again to go on.")
        sys.exit(130)
