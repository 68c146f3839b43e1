from __future__ import annotations

import subprocess
import sys


def test_what_serves_the_dashboard_needs_no_browser() -> None:
    """Pages are played by workers. The daemon lives for months, and is spared what it does not use."""
    code = "import sys, runner.cli.serve, runner.web.dashboard; print('playwright' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
