"""How `--help` looks: arguments as people type them, and a line for each command that is never cut short."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup

from dvm.cli.line.coercing import Light

ENVIRONMENT = (
    ("DVM_MANIFEST", "The manifest, as an absolute path."),
    ("DVM_CONFIG_DIR", "The directory of dvm.toml and vms/; default: ~/.config/dvm."),
    ("DVM_STATE_DIR", "Logs, locks and the journal; default: the platform's place for state."),
    ("DVM_LIMACTL", "limactl, as an absolute path or a name on PATH."),
    ("LIMA_HOME", "Lima's directory; default: ~/.lima."),
    ("DVM_DRY_RUN", "1 before apply, sync, start, stop, rm, mv, run: show what would be done now, change nothing."),
    ("DVM_VERBOSE", "1: show each call of limactl."),
    ("DVM_LIMA_LOG_LEVEL", "How much limactl says in DVM's logs: trace, debug, info, warn or error."),
    ("DVM_IN_AUTOMATION", "A program drives DVM: no colour, no live display."),
    ("NO_COLOR", "No colour."),
)
EXIT_CODES = (
    ("0", "Done."),
    ("1", "Failed."),
    ("2", "There are changes; `dvm plan --detailed-exitcode` only."),
    ("3", "Refused by a security check."),
    ("4", "Locked, or a saved plan is stale."),
    ("64", "Wrong usage."),
    ("130", "Interrupted."),
)

# typer brings a click of its own, which has no public types: contexts, formatters and parameters are Any.


class CommandHelp(Light, TyperCommand):
    """A command whose arguments are shown by their metavar alone, without the type that a program would want."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:  # noqa: ANN401
        """Return what follows the command's name in its usage line."""
        return ["[OPTIONS]", *(param.metavar for param in _shown(self, ctx, "argument"))]

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Write the sections of arguments and options."""
        arguments = [(param.metavar, param.help or "") for param in _shown(self, ctx, "argument")]
        options = [param.get_help_record(ctx) for param in _shown(self, ctx, "option")]
        for title, rows in (("Arguments", arguments), ("Options", options)):
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


class GroupHelp(Light, TyperGroup):
    """All commands: the first sentence of each one's help, whole."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Write the section of commands, in the order in which they were added."""
        commands: list[Any] = [self.get_command(ctx, name) for name in self.list_commands(ctx)]
        rows = [(command.name, _first_sentence(command.help)) for command in commands if not command.hidden]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002
        """Write what holds for all commands."""
        for title, rows in (("Environment", ENVIRONMENT), ("Exit codes", EXIT_CODES)):
            with formatter.section(title):
                formatter.write_dl(rows)
        formatter.write_paragraph()
        formatter.write_text("`dvm` alone is `dvm ls`. `dvm COMMAND --help` describes a command, with an example.")


def _shown(command: TyperCommand, ctx: Any, kind: str) -> list[Any]:  # noqa: ANN401
    params: list[Any] = list(command.get_params(ctx))
    return [param for param in params if param.param_type_name == kind and not param.hidden]


def _first_sentence(text: str) -> str:
    paragraph = " ".join(text.split("\n\n", 1)[0].split())
    return paragraph.split(". ", 1)[0].rstrip(".") + "."
