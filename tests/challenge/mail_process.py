"""The mail server's process: `mail_devel`, which leaves STARTTLS out of IMAP unless it is told."""

from __future__ import annotations

import argparse
import sys

from mail_devel import __main__, service

_usual = service.imap_context


async def _with_tls(args: argparse.Namespace) -> argparse.Namespace:
    settings = await _usual(args)
    settings.tls = True
    return settings


if __name__ == "__main__":
    if "--tls" in sys.argv:
        sys.argv.remove("--tls")
        service.imap_context = _with_tls
    __main__.main()
