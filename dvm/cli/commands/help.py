"""`dvm help`."""

from __future__ import annotations

from typing import Annotated

import typer


def help_(
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="[COMMAND]", help="A command; without it all are listed.", show_default=False),
    ] = None,
) -> int:
    """Print what `dvm COMMAND --help` prints.

    Example: dvm help plan
    """
    from dvm.cli.run import parse

    return parse([*(command or ())[:1], "--help"])
