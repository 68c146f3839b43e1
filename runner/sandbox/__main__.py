"""python -m runner.sandbox serve --home HOME [--port N] [--exit-with-parent]"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from runner.sandbox.errors import SandboxError


def main() -> int:
    """Run one command; 0 when it ended well."""
    parser = argparse.ArgumentParser("python -m runner.sandbox", description="The practice portals")
    command = parser.add_subparsers(required=True).add_parser("serve", help="serve all portals")
    command.add_argument("--home", type=Path, required=True, help="folder for their state")
    command.add_argument("--port", type=int, default=0, help="0: any free one")
    command.add_argument(
        "--exit-with-parent", action="store_true", help="end when standard input is closed"
    )
    options = parser.parse_args()

    from runner.sandbox.serve import serve

    try:
        serve(options.home, options.port, options.exit_with_parent)
    except SandboxError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
