"""Where `kigen` begins. What needs no command line library is answered before one is imported."""

from __future__ import annotations

import os
import sys


def main(arguments: list[str] | None = None) -> int:
    """The command `kigen`; gives the exit code. Without `arguments` it is the whole process: those of
    the command line count, and it ends afterwards."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        from runner.cli import stopping
        from runner.cli.output import open_what_is_closed, take_every_sign

        if arguments is None:
            open_what_is_closed()
        with stopping.listening(to_the_end=arguments is None):
            try:
                with stopping.hearing(stopping.give_up):
                    if arguments is None:
                        take_every_sign()
                    return _answered(words)
            except KeyboardInterrupt:
                return stopping.exit_code()
    except KeyboardInterrupt:  # before anybody listened
        return 130


def run() -> int:
    """The command `run`, which is `kigen run`."""
    sys.argv.insert(1, "run")
    return main()


def _answered(words: list[str]) -> int:
    try:
        code = _done(words)
        sys.stdout.flush()
    except BrokenPipeError:
        return _unread()
    except OSError as error:  # the disk behind `kigen … > file` is full
        return _unwritten(error)
    return code


def _done(words: list[str]) -> int:
    try:
        return _quick(words) if _is_quick(words) else _called(words)
    except BrokenPipeError:
        raise
    except Exception as error:
        from runner.cli.errors import report

        return report(error, words)


def _unread() -> int:
    """Whoever read our output has left (`kigen status | head`): end in silence."""
    from runner.cli import stopping

    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return stopping.exit_code() if stopping.told() else 1


def _unwritten(error: OSError) -> int:
    """Our output can't be written: nobody may take what is left of it for the answer."""
    print(f"standard output can't be written: {error.strerror or error}", file=sys.stderr)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python tries again at its end
    return 1


def _is_quick(words: list[str]) -> bool:
    """Whether these words have an answer that is ready at hand."""
    if words in ([], ["--help"], ["--version"], ["version"]):
        return True
    credential = words[:1] == ["sandbox"] and words[1:2] in (["secrets"], ["sms"])
    return credential and len(words) > 2 and not any(word.startswith("-") for word in words)


def _quick(words: list[str]) -> int:
    if words[:1] == ["sandbox"]:
        return _credential(words[1], words[2:])
    if words in (["--version"], ["version"]):
        from runner.cli.version import text

        print(text())
        return 0
    from runner.cli.commands import top_help

    print(top_help())
    return 0


def _credential(what: str, words: list[str]) -> int:
    """What each run on the sandbox asks for again and again, as one's own password store would."""
    from runner.cli import answers

    if what == "secrets" and len(words) <= 2:
        return answers.secrets(*words)
    if what == "sms" and len(words) == 1:
        return answers.sms(words[0])
    return _command(["sandbox", what, *words], "kigen")


def _called(words: list[str]) -> int:
    """A command that does something."""
    import gc

    # What is imported is no garbage; looking for some in it takes a tenth of a second of a run.
    gc.set_threshold(200_000, 20, 20)
    from runner.cli.quick_run import play, understood

    try:
        asked = understood(words)
        return _command(words, "kigen") if asked is None else play(asked)
    finally:
        gc.freeze()  # nor is it worth a last search when the process ends


def _command(words: list[str], name: str) -> int:
    from runner.cli.app import kigen

    return kigen(words, name)
