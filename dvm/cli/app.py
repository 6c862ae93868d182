"""The commands and their names."""

from __future__ import annotations

import typer

from dvm.cli.commands.apply import apply
from dvm.cli.commands.check import check
from dvm.cli.commands.demo import demo
from dvm.cli.commands.explain import explain
from dvm.cli.commands.plan import plan
from dvm.cli.commands.review import review
from dvm.cli.commands.sync import sync
from dvm.cli.commands.version import version
from dvm.cli.everyday import EVERYDAY, HIDDEN
from dvm.cli.helping import Command, Group

app = typer.Typer(
    name="dvm",
    cls=Group,
    help="Development VMs on Lima, as a manifest says: look at the plan, agree, apply, and nothing else.",
    # Plain help: rich would cost more than the rest of the start.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (plan, apply, sync, *EVERYDAY, check, explain, review, demo, version):
    app.command(command.__name__.rstrip("_").replace("_", "-"), cls=Command)(command)
for command in HIDDEN:
    app.command(command.__name__.replace("_", "-"), hidden=True)(command)


@app.callback()
def _main(context: typer.Context) -> int:
    # `dvm` alone is `dvm ls`.
    if context.invoked_subcommand is not None:
        return 0
    from dvm.cli.commands.ls import ls

    return ls()
