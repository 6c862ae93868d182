"""docs/commands.md, made from the commands themselves: `python -m dvm.cli.reference >docs/commands.md`."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = """\
# Commands

Made from the help texts by `python -m dvm.cli.reference`; a test keeps it fresh. Words are those of
[the glossary](glossary.md). `dvm` alone is `dvm ls`.
"""

_TAIL = """\
## Environment

| variable | what it does |
|---|---|
| `DVM_MANIFEST` | the manifest, as an absolute path |
| `DVM_CONFIG_DIR` | the directory of `dvm.toml` and `vms/`; `~/.config/dvm` unless told |
| `DVM_STATE_DIR` | logs, locks and the journal; the platform's place for state unless told |
| `DVM_LIMACTL` | limactl, as an absolute path or a name on PATH |
| `LIMA_HOME` | Lima's directory; `~/.lima` unless told |
| `DVM_DRY_RUN` | `1` before apply, sync, start, stop, rm: print limactl's arguments and the scripts, ask Lima nothing |
| `DVM_VERBOSE` | `1`: each call of limactl is shown on standard error, and of a bug in DVM where it happened |
| `DVM_IN_AUTOMATION` | a program drives DVM: no colour, no live display |
| `NO_COLOR` | no colour |

## Exit codes

| code | meaning |
|---|---|
| 0 | done |
| 1 | failed |
| 2 | there are changes (`plan --detailed-exitcode` only) |
| 3 | refused by a security check |
| 4 | locked or stale |
| 64 | wrong usage |
| 130 | interrupted |

`dvm ssh` and `dvm sh` end with the status of the command or the shell; 255 is ssh's own failure.
"""


def reference() -> str:
    """Return the text of docs/commands.md."""
    import typer.main

    from dvm.cli.app import app

    group: Any = typer.main.get_command(app)
    parts = [_HEAD]
    parts += ["\n".join(_command(command)) for command in group.commands.values() if not command.hidden]
    return "\n".join([*parts, _TAIL])


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
    rows += [(_names(param), param.help or "") for param in options if param.name != "help"]
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


def _names(param: Any) -> str:  # noqa: ANN401
    names = ", ".join(param.opts)
    return names if param.is_flag else f"{names} {param.metavar or ''}".rstrip()


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(reference())
