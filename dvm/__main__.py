"""`dvm`, the command."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line and end with its exit code."""
    if "_DVM_COMPLETE" in os.environ:
        _complete()
    from dvm.cli.run import run

    sys.exit(run(sys.argv[1:]))


def _complete() -> None:
    """Answer a shell that completes names; whatever goes wrong leaves the line that is being typed alone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    from dvm.cli.completing import answer

    answered = answer(os.environ)
    if answered is not None:
        text, code = answered
        sys.stdout.write(text)
        sys.stdout.flush()
        sys.exit(code)


if __name__ == "__main__":
    main()
