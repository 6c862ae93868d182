"""`dvm explain`."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from dvm.checks.registry import FAMILIES, all_checks, checks_of
from dvm.checks.registry import explain as look_up
from dvm.views.explain import render_check, render_list
from dvm.views.styles import Ink, use_colour


def _codes(incomplete: str) -> list[str]:
    # Any case is understood, and a shell completes what has been typed.
    codes = [code.lower() if incomplete.islower() else code for code in all_checks()]
    return [code for code in codes if code.startswith(incomplete)]


def explain(
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="[CODE]",
            help="A check's code; without it all are listed.",
            show_default=False,
            autocompletion=_codes,
        ),
    ] = None,
) -> int:
    """Show what a security check looks for, why, and how to fix what it found.

    Example: dvm explain DVM102
    """
    ink = Ink(use_colour(sys.stdout, os.environ))
    if code is None:
        families = [(heading, checks_of(name)) for name, heading in FAMILIES.items()]
        sys.stdout.write(render_list(families, ink=ink))
    else:
        sys.stdout.write(render_check(look_up(code), ink=ink))
    return 0
