"""A question on the terminal."""

from __future__ import annotations

import sys

from dvm.errors import UsageError
from dvm.views.approval import PROMPT, approves


def ask(question: str, *, detail: str = "Nothing was changed.", remedy: str) -> bool:
    """Ask, and return whether the answer is "yes": nothing else approves.

    Raises:
        UsageError: there is no terminal to ask on; it has `detail` and `remedy`.
    """
    if not sys.stdin.isatty():
        raise UsageError("There is no terminal to ask on.", detail=detail, remedy=remedy)
    sys.stdout.write(question)
    sys.stdout.flush()
    return approves(sys.stdin.readline())


def ask_to_apply() -> bool:
    """Ask whether a plan that was shown is to be applied.

    Raises:
        UsageError: there is no terminal to ask on.
    """
    return ask(PROMPT, remedy="Give -y (--auto-approve) to apply without being asked.")
