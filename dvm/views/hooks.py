"""Chooses how an apply shows its progress."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from dvm.views.apply_human import LiveApply
from dvm.views.apply_plain import PlainApply
from dvm.views.styles import Ink, use_colour
from dvm.views.tally import GO_ON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dvm.execute.hooks import Hooks


def hooks_for(
    out: TextIO,
    environment: Mapping[str, str],
    *,
    err: TextIO | None = None,
    again: str = GO_ON,
    option: str = "",
    stream: bool = False,
) -> Hooks:
    """Return the view for `out`: a live display, or plain lines where that is not possible.

    Failures go to `err`, by default standard error; `again` says how to go on where not all was done;
    `option` is what a command in advice needs to work on the same manifest; `stream`: show what setup scripts print.
    """
    err = err or sys.stderr
    ink, err_ink = Ink(use_colour(out, environment)), Ink(use_colour(err, environment))
    if live_is_possible(out, environment):
        return LiveApply(
            out, err, environment=environment, ink=ink, err_ink=err_ink, again=again, option=option, stream=stream
        )

    return PlainApply(out, err, ink=ink, err_ink=err_ink, again=again, option=option, stream=stream)


def live_is_possible(out: TextIO, environment: Mapping[str, str]) -> bool:
    """Return whether `out` is a terminal that can move its cursor, and a person looks at it."""
    return (
        out.isatty() and environment.get("TERM") not in {None, "", "dumb"} and not environment.get("DVM_IN_AUTOMATION")
    )
