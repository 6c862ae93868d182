"""Chooses how an apply shows its progress."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from dvm.views.apply_human import LiveApply
from dvm.views.apply_plain import PlainApply
from dvm.views.screen import is_screen
from dvm.views.styles import Ink, use_colour
from dvm.views.tally import APPLY, Command

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dvm.execute.hooks import Hooks


def hooks_for(
    out: TextIO,
    environment: Mapping[str, str],
    *,
    err: TextIO | None = None,
    command: Command = APPLY,
    stream: bool = False,
) -> Hooks:
    """Return the view for `out`: a live display, or plain lines where that is not possible.

    Failures go to `err`, by default standard error. `stream`: show what setup scripts print.
    """
    err = err or sys.stderr
    ink, err_ink = Ink(use_colour(out, environment)), Ink(use_colour(err, environment))
    if is_screen(out, environment):
        return LiveApply(out, err, environment=environment, ink=ink, err_ink=err_ink, command=command, stream=stream)

    return PlainApply(out, err, ink=ink, err_ink=err_ink, command=command, stream=stream)
