"""`dvm help`."""

from __future__ import annotations

from typing import Annotated

import typer

from dvm.cli.run import parse


def help_(
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="[COMMAND]", help="A command; without it all are listed.", show_default=False),
    ] = None,
) -> int:
    """Print what `dvm COMMAND --help` prints.

    Example: dvm help plan
    """
    return parse([*(command or ())[:1], "--help"])
