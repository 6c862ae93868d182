"""Runs a command line and turns the outcome into an exit code and words; no traceback reaches a user."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import signal
import sys
import threading
from io import TextIOWrapper
from typing import TYPE_CHECKING

from dvm.errors import DvmError, ExitCode, InterruptedError_, ManifestError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType

    from typer import TyperException


def run(arguments: Sequence[str]) -> int:
    """Run `dvm ARGUMENTS…` and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that can't show a character gets its escape, not an error.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        with interruptible():
            code = _dispatch(arguments)
        _end_sessions(code)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output has enough (`dvm plan | head`). Python would complain once more at exit.
        _drop_output()
        return ExitCode.DONE
    except OSError as error:
        _drop_output()
        return _tell(DvmError(f"The output can't be written: {error.strerror}.", remedy="Look at where it goes."))
    return code


def _end_sessions(code: int) -> None:
    journal = sys.modules.get("dvm.state.journal")
    if journal is not None:  # most commands have none, and need not import it
        journal.end_sessions(code)


def _drop_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


# What a write to standard output may end with: no other file's error comes without its name.
_OUTPUT = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})


# Of the commands with -f the other short options are switches.
_SHORT = re.compile(r"-[yr]*f(.*)", re.DOTALL)
# pydantic looks through every installed package for plugins at import, which costs as much as a small command.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Make an error of the signals that ask to stop: what runs is ended, locks and temporary files go."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        # Not KeyboardInterrupt, of which typer makes an exit without a word.
        raise InterruptedError_("Interrupted.", detail="Nothing more is done; `dvm plan` shows what is left to do.")

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    in_main = threading.current_thread() is threading.main_thread()
    # What is ignored (nohup) stays so.
    heard = [number for number in signals if in_main and signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, interrupt) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _dispatch(arguments: Sequence[str]) -> int:
    from dvm.cli.line.fast_path import meaning

    # Where a shell asks for completions the words are in the environment, and the command line is empty.
    plain = None if "_DVM_COMPLETE" in os.environ else meaning(arguments)
    try:
        return plain.run() if plain else parse(arguments)
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted.\n")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.filename is None and error.errno in _OUTPUT:
            raise
        return _tell(_without_a_place(error), arguments)
    except Exception as error:  # noqa: BLE001 - the last place that can
        return _tell(error, arguments)


def _without_a_place(error: OSError) -> BaseException:
    """Return what to show of an error: the working directory that is gone has a sentence of its own."""
    try:
        os.getcwd()  # noqa: PTH109 - asked as everybody else did
    except OSError:
        return DvmError("The current directory is not there any more.", remedy="Go to another: cd ~")
    return error


def parse(arguments: Sequence[str]) -> int:
    """Let typer find out what is meant, and run it."""
    import typer

    from dvm.cli.line.app import app

    try:
        return int(app(list(arguments), standalone_mode=False, prog_name="dvm") or 0)
    except typer.Abort as error:
        raise KeyboardInterrupt from error
    except typer.TyperException as error:
        return _tell_usage(error, arguments)


def _tell(error: BaseException, arguments: Sequence[str] = ()) -> int:
    from dvm.views.diagnostics import render_error
    from dvm.views.styles import Ink, use_colour

    ink = Ink(use_colour(sys.stderr, os.environ))
    verbose = os.environ.get("DVM_VERBOSE", "") not in {"", "0"}
    sys.stdout.flush()
    files = error.files if isinstance(error, ManifestError) else ()
    sources = {file.path: file.content for file in files if file.content is not None}
    sys.stderr.write(render_error(error, ink=ink, sources=sources, verbose=verbose, option=_manifest_option(arguments)))
    return error.exit_code if isinstance(error, DvmError) else ExitCode.FAILED


def _manifest_option(arguments: Sequence[str]) -> str:
    """Return ` -f PATH` where the command line has it: advice is to work on the same manifest."""
    import shlex

    words = list(arguments)
    words = words[: words.index("--")] if "--" in words else words
    short = words[:1] != ["logs"]  # whose -f is another
    for at, word in enumerate(words):
        # As typer reads it: `-f PATH`, `-fPATH`, and behind other short options (`-yf PATH`).
        found = _SHORT.fullmatch(word) if short else None
        if word == "--manifest" or (found and not found[1]):
            return f" -f {shlex.quote(words[at + 1])}" if at + 1 < len(words) else ""
        if found or word.startswith("--manifest="):
            return f" -f {shlex.quote(found[1] if found else word.removeprefix('--manifest='))}"
    return ""


def _tell_usage(error: TyperException, arguments: Sequence[str]) -> int:
    from dvm.cli.line.suggestions import of_command, of_extra_word, of_option
    from dvm.text import visible

    context = getattr(error, "ctx", None)
    message = error.format_message()
    if not message:  # `dvm` with a group and no command shows its help
        return ExitCode.USAGE
    # Only of one that it does not know does typer look for possibilities.
    option = getattr(error, "option_name", None) if hasattr(error, "possibilities") else None
    found = None
    if option and arguments:
        # In place of typer's guesses, of which some do another thing (--prune for --dry-run).
        found = of_option(arguments, option)
    elif arguments and message.startswith(f"No such command '{arguments[0]}'"):
        found = of_command(arguments)
    elif arguments and message.startswith("Got unexpected extra argument"):
        found = of_extra_word(arguments)
    if found is not None:
        # The line has the manifest's option where it belongs; "-f" may have been another program's.
        return _tell(UsageError(found.summary, detail=found.note, remedy=found.line))
    sys.stderr.write(f"Error: {visible(message, keep=chr(10))}\n")
    if context is not None:
        sys.stderr.write(f"Try `{context.command_path} --help`.\n")
    return ExitCode.USAGE
