"""What starts `kigen` by itself: units for systemd and launchd, a line for cron, a workflow.

They hold paths and no secret. Every five minutes `run due` looks whether a time has come: a run that got
nowhere may be tried again after minutes.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from runner.cli.mistake import WrongCall

EVERY = 5
"""Minutes from one look to the next."""
_STOPPING = 900
"""Seconds until a daemon that was told to stop is killed. It tells its own runs to end before that."""


@dataclass(frozen=True)
class Program:
    """How `kigen` is called: by which interpreter, for which workspace, with its state where."""

    python: str
    workspace: Path
    home: Path

    def words(self, *words: str) -> list[str]:
        """What calls `kigen` with these words, wherever it is called from."""
        return [self.python, "-m", "runner", "--quiet", "--workspace", str(self.workspace), *words]


@dataclass(frozen=True)
class Units:
    """The files by name, where they belong, and what is to be done once they are there."""

    files: dict[str, str]
    folder: Path | None
    next_step: str

    def text(self) -> str:
        """All of them, each under its name where there are several."""
        if len(self.files) == 1:
            return next(iter(self.files.values()))
        return "\n".join(f"# {name}\n{text}" for name, text in self.files.items())


def units(by: str, program: Program, *, serve: bool) -> Units:
    """What to install. Raises WrongCall where it can't keep a daemon running."""
    if by == "systemd":
        return _served_by_systemd(program) if serve else _systemd(program)
    if by == "launchd":
        return _launchd(program, serve=serve)
    if serve:
        raise WrongCall(f"{by} keeps nothing running", "`--serve` is for systemd and launchd")
    return _cron(program) if by == "cron" else _github_actions(program)


def written(made: Units, to: Path | None, *, force: bool) -> Iterator[Path]:
    """Write the files. Raises WrongCall where one is there already, or none belongs anywhere."""
    folder = to or made.folder
    if folder is None:
        raise WrongCall("this has no file of its own", made.next_step)
    there = [folder / name for name in made.files if (folder / name).exists()]
    if there and not force:
        raise WrongCall(f"{there[0]} is there already", "`--force` replaces it")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in made.files.items():
        (folder / name).write_text(text, encoding="utf-8")
        yield folder / name


def _systemd(program: Program) -> Units:
    service = f"""\
[Unit]
Description=Kigen: renew the lines that are due
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
{_systemd_call(program, "run", "due")}
# A run ends in order by itself, and its browser after it.
KillMode=mixed
"""
    timer = f"""\
[Unit]
Description=Kigen: look every {EVERY} minutes whether a line is due

[Timer]
OnCalendar=*:0/{EVERY}
RandomizedDelaySec=60
Persistent=true

[Install]
WantedBy=timers.target
"""
    return Units(
        {"kigen-due.service": service, "kigen-due.timer": timer},
        _systemd_folder(),
        "then: systemctl --user daemon-reload && systemctl --user enable --now kigen-due.timer",
    )


def _served_by_systemd(program: Program) -> Units:
    text = f"""\
[Unit]
Description=Kigen: keeps prepaid lines alive
Wants=network-online.target
After=network-online.target

[Service]
{_systemd_call(program, "serve")}
Restart=on-failure
RestartSec=30
# The daemon itself sees to it that runs end in order.
KillMode=mixed
TimeoutStopSec={_STOPPING}

[Install]
WantedBy=default.target
"""
    return Units(
        {"kigen.service": text},
        _systemd_folder(),
        "then: systemctl --user daemon-reload && systemctl --user enable --now kigen.service; "
        "`loginctl enable-linger` keeps it running while you are signed out",
    )


def _systemd_folder() -> Path:
    return Path.home() / ".config/systemd/user"


def _systemd_call(program: Program, *words: str) -> str:
    called = " ".join(map(_for_systemd, program.words(*words)))
    home = _quoted(f"KIGEN_HOME={program.home}")
    return f"ExecStart={called}\nEnvironment={home}"


def _for_systemd(word: str) -> str:
    """A word of a command as systemd reads it: quoted, and without its signs for values."""
    return _quoted(word.replace("$", "$$"))


def _quoted(word: str) -> str:
    text = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{text}"'


def _cron(program: Program) -> Units:
    called = shlex.join(["env", f"KIGEN_HOME={program.home}", *program.words("run", "due")])
    line = f"*/{EVERY} * * * * {called.replace('%', chr(92) + '%')}\n"
    return Units(
        {"crontab": line},
        None,
        "add it to your crontab: (crontab -l; kigen schedule install cron) | crontab -",
    )


def _launchd(program: Program, *, serve: bool) -> Units:
    label = "kigen.serve" if serve else "kigen.due"
    words = program.words("serve") if serve else program.words("run", "due")
    called = "\n".join(f"    <string>{escape(word)}</string>" for word in words)
    when = (
        f"<key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>\n"
        f"  <key>ExitTimeOut</key><integer>{_STOPPING}</integer>"
        if serve
        else f"<key>StartInterval</key><integer>{EVERY * 60}</integer>"
    )
    text = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key><string>{label}</string>
  <key>ProgramArguments</key>
  <array>
{called}
  </array>
  <key>EnvironmentVariables</key>
  <dict><key>KIGEN_HOME</key><string>{escape(str(program.home))}</string></dict>
  <key>RunAtLoad</key><true/>
  {when}
</dict>
</plist>
"""
    folder = Path.home() / "Library/LaunchAgents"
    name = f"{label}.plist"
    return Units({name: text}, folder, f"then: launchctl bootstrap gui/$(id -u) {folder / name}")


def _github_actions(program: Program) -> Units:
    text = """\
name: Kigen
on:
  schedule: [{cron: "*/15 * * * *"}]
  workflow_dispatch:
concurrency: {group: kigen, cancel-in-progress: false}
jobs:
  due:
    # A machine of your own: the ledger must outlive every run. Without it Kigen can't know what it has
    # paid; a machine of GitHub's forgets it each time, and its caches may be dropped.
    runs-on: self-hosted
    timeout-minutes: 60
    env:
      KIGEN_HOME: ${{ vars.KIGEN_HOME }}  # a folder that stays, such as /var/lib/kigen
      # KIGEN_KEY: ${{ secrets.KIGEN_KEY }}, and whatever config.yaml names as `env:NAME`
    steps:
      - uses: actions/checkout@v4
        with: {clean: false}
      - name: the ledger must be kept
        run: test -n "$KIGEN_HOME" && mkdir -p -m 700 "$KIGEN_HOME"
      - run: kigen --quiet run due
"""
    return Units(
        {"kigen.yml": text},
        program.workspace / ".github/workflows",
        "then: set the variable KIGEN_HOME of the repository, and its secrets",
    )
