"""The command line: the commands by name, each imported when it is the one that runs."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer
import typer.main
from typer.core import TyperCommand

from dvm.cli.commands import COMMANDS, Listed
from dvm.cli.line.help import CommandHelp, GroupHelp


class Commands(GroupHelp):
    """All commands, as names and summaries: importing every one takes longer than most of them run."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - typer's own
        super().__init__(**settings)
        self.commands = {
            each.name: TyperCommand(each.name, help=each.summary, hidden=each.hidden, rich_markup_mode=None)
            for each in COMMANDS
        }

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:  # noqa: ANN401
        """Return the command that runs, its own options and arguments now known."""
        name, command, rest = super().resolve_command(ctx, args)
        found = next((each for each in COMMANDS if each.name == name), None)
        return name, command if found is None else load(found), rest


def load(listed: Listed) -> TyperCommand:
    """Import a command."""
    module, _, function = (listed.place or f"{listed.name}:{listed.name}").partition(":")
    alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    run = getattr(import_module(f"dvm.cli.commands.{module}"), function)
    alone.command(listed.name, cls=CommandHelp, hidden=listed.hidden)(run)
    command = typer.main.get_command(alone)
    assert isinstance(command, TyperCommand)
    return command


app = typer.Typer(
    name="dvm",
    cls=Commands,
    help="Development VMs on Lima, as a manifest says: look at the plan, agree, apply, and nothing else.",
    # Plain help: rich would cost more than the rest of the start.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _main(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", "-V", help="Print DVM's version.")] = False,
) -> int:
    if version:
        from dvm.cli.commands.version import version as tell

        raise typer.Exit(tell())
    # `dvm` alone is `dvm ls`.
    if context.invoked_subcommand is not None:
        return 0
    from dvm.cli.commands.ls import ls

    return ls()
