"""docs/reference/commands.md, made from the commands: `python -m dvm.cli.line.reference >PAGE` (`make reference`)."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

from dvm.cli.commands import COMMANDS
from dvm.cli.line.app import load
from dvm.cli.line.foreign import FOREIGN_COMMANDS, FOREIGN_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = """\
# Commands

Made from the help texts by `python -m dvm.cli.line.reference`; a test keeps it fresh. Words are those of
[the glossary](../glossary.md). `dvm` alone is `dvm ls`. [Exit codes](exit-codes.md) and
[environment variables](environment.md) have pages of their own.
"""


def reference() -> str:
    """Return the text of docs/reference/commands.md."""
    parts = [_HEAD, *("\n".join(_command(load(listed))) for listed in COMMANDS if not listed.hidden)]
    return "\n".join([*parts, "\n".join(_foreign())])


def _foreign() -> Iterator[str]:
    yield "## Words of Terraform, Vagrant and Lima"
    yield ""
    yield "Each of these ends with 64 and prints the line to type instead."
    yield ""
    yield "| command | here, without a VM | with VMs |"
    yield "|---|---|---|"
    for name, word in FOREIGN_COMMANDS.items():
        named = word.named.replace("{}", "VM") if word.named else word.alone
        yield f"| `{name}` | `{word.alone}` | `{named}` |"
    yield ""
    yield "| option | here |"
    yield "|---|---|"
    for name, option in FOREIGN_OPTIONS.items():
        here = option.here.replace("{}", "VALUE" if option.here != "{}" else "VM")
        yield f"| `-{name}` | {f'`{here}`' if here else option.note} |"
    yield ""


def _command(command: Any) -> Iterator[str]:  # noqa: ANN401 - typer's own click has no types of its own
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    options = [param for param in command.params if param.param_type_name == "option" and not param.hidden]
    usage = " ".join(["dvm", command.name, *(param.metavar for param in arguments), *(["[OPTIONS]"] * bool(options))])
    yield f"## dvm {command.name}"
    yield ""
    yield f"    {usage}"
    yield ""
    yield from _text(inspect.cleandoc(command.help or ""))
    rows = [(param.metavar, param.help) for param in arguments if param.help]
    rows += [(names_of(param), param.help or "") for param in options if param.name != "help"]
    if rows:
        yield "| | |"
        yield "|---|---|"
        yield from (f"| `{_cell(name)}` | {_cell(text)} |" for name, text in rows)
        yield ""


def _text(text: str) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        words = " ".join(paragraph.split())
        yield f"Example: `{words.removeprefix('Example: ')}`" if words.startswith("Example: ") else words
        yield ""


def names_of(param: Any) -> str:  # noqa: ANN401 - typer's option
    """Return the names of an option, and what it takes."""
    names = ", ".join(param.opts)
    return names if param.is_flag else f"{names} {param.metavar or ''}".rstrip()


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(reference())
