"""`dvm`, the command."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from contextlib import suppress

# Objects between two looks for garbage. Python's own 700 makes it look a hundred times while it imports what stays.
_BETWEEN_COLLECTIONS = 50_000


def main() -> None:
    """Run the command line and end with its exit code."""
    gc.set_threshold(_BETWEEN_COLLECTIONS)
    ended: list[int] = []
    # The first to register is the last to be called.
    atexit.register(_leave, ended)
    if None in {sys.stdin, sys.stdout, sys.stderr}:
        _open_streams()
    if "_DVM_COMPLETE" in os.environ:
        _complete()
    if sys.argv[1:2] in (["ssh"], ["sh"]):
        _reenter()
    from dvm.cli.run import run

    code = run(sys.argv[1:])
    ended.append(code)
    sys.exit(code)


def _leave(ended: list[int]) -> None:
    """End at once: else Python takes apart all that was imported, which takes longer than `dvm version`."""
    if ended:
        with suppress(OSError, ValueError):
            sys.stderr.flush()
        # Standard output was flushed, or can't be.
        os._exit(ended[0])


def _reenter() -> None:
    """Become a session at once where that is open; an interrupt ends us as it ends every command."""
    from dvm.cli.guest.reentry import reenter

    try:
        reenter(sys.argv[1:])
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted.\n")
        sys.exit(130)


def _open_streams() -> None:
    """Open what a shell closed (`dvm plan >&-`): the next file that is opened would get its number, and the output."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            # The lowest number that is free is this one; what DVM starts has it too.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False))  # noqa: SIM115


def _complete() -> None:
    """Answer a shell that completes names; whatever goes wrong leaves the line that is being typed alone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    from dvm.cli.line.completion import answer

    answered = answer(os.environ)
    if answered is not None:
        text, code = answered
        sys.stdout.write(text)
        sys.stdout.flush()
        sys.exit(code)


if __name__ == "__main__":
    main()
