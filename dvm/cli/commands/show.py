"""`dvm show`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from dvm.cli.line import options as opt
from dvm.cli.saved import read_to_show
from dvm.text import visible
from dvm.views.json_text import render_json


def show(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A plan that `dvm plan --out FILE` saved.", show_default=False)
    ],
    json: opt.Json = False,
    verbose: opt.Verbose = False,
) -> int:
    """Show a saved plan again, exactly as it was shown when it was saved.

    It reads that file and nothing else: it asks Lima nothing and does not check whether the plan is stale;
    `dvm apply FILE` does. A file that others could write, that is damaged, or that another version of DVM wrote is an
    error.

    Exit codes: 0 shown, 1 no saved plan, 3 refused by a security check.

    Example: dvm show vms.plan
    """
    shown = read_to_show(file.absolute())
    if json:
        sys.stdout.write(render_json(shown.document))
    else:
        sys.stdout.write(visible(shown.verbose if verbose else shown.text, keep="\n"))
    return 0
