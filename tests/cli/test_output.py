"""What is printed arrives, whatever the other side can hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import CONFIG


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "euc-jp", "utf-8"])
def test_a_sign_that_standard_output_can_not_hold(encoding: str, tmp_path: Path) -> None:
    title = "é期😀"
    (tmp_path / "config.yaml").write_text(CONFIG.replace("祖母の電話", title), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "runner", "status", "--json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": encoding, "KIGEN_HOME": str(tmp_path / "home")},
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    lines = json.loads(done.stdout.decode(encoding))
    assert title in json.dumps(lines, ensure_ascii=False)
