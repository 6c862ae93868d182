"""The manual pages, made from the commands: `python -m dvm.cli.line.manual DIRECTORY` (`make man`)."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dvm import __version__
from dvm.cli.commands import COMMANDS
from dvm.cli.line.app import load
from dvm.cli.line.help import ENVIRONMENT, EXIT_CODES
from dvm.cli.line.help import _first_sentence as first
from dvm.cli.line.reference import names_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SECTION = "1"
_INTRODUCTION = """\
DVM keeps development VMs on Lima in the state that a manifest describes. The manifest is TOML, lives in a dotfiles
repository, and names VMs and the setup scripts they get. `dvm plan` compares it with what Lima shows, `dvm apply`
carries the difference out after every security check has passed. `dvm` alone is `dvm ls`.
"""
_FILES = (
    ("~/.config/dvm/dvm.toml", "The manifest; vms/NAME/vm.toml beside it declare a VM each."),
    ("~/.config/dvm/dvm.lock", "Setup scripts that were read and approved, by `dvm review`."),
    ("dvm.json in an instance's directory", "The VM's receipt: what DVM did to it."),
)
_CODE = re.compile(r"`([^`]+)`")


def pages() -> Mapping[str, str]:
    """Return every page, by the name of its file."""
    commands = [load(listed) for listed in COMMANDS if not listed.hidden]
    found = {f"dvm.{_SECTION}": "\n".join(_overview(commands)) + "\n"}
    return found | {f"dvm-{each.name}.{_SECTION}": "\n".join(_command(each)) + "\n" for each in commands}


def write(directory: Path) -> None:
    """Write every page into a directory, and remove those of commands that are no more."""
    directory.mkdir(parents=True, exist_ok=True)
    made = pages()
    for name, text in made.items():
        (directory / name).write_text(text, encoding="utf-8")
    for path in directory.glob(f"dvm*.{_SECTION}"):
        if path.name not in made:
            path.unlink()


def _overview(commands: list[Any]) -> Iterator[str]:
    yield from _heading("dvm", "development VMs on Lima, as a manifest describes them")
    yield from _synopsis("dvm", "COMMAND", "[ARGUMENT]...")
    yield ".SH DESCRIPTION"
    yield from _paragraphs(_INTRODUCTION)
    yield ".SH COMMANDS"
    for command in commands:
        yield from _item(f"dvm-{command.name}({_SECTION})", _first_sentence(command.help))
    for title, rows in (("ENVIRONMENT", ENVIRONMENT), ("EXIT STATUS", EXIT_CODES), ("FILES", _FILES)):
        yield f".SH {title}"
        for name, text in rows:
            yield from _item(name, text)


def _command(command: Any) -> Iterator[str]:  # noqa: ANN401 - typer's own click has no types of its own
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    options = [param for param in command.params if param.param_type_name == "option" and not param.hidden]
    text = inspect.cleandoc(command.help or "")
    body, _, example = text.partition("Example: ")
    first = _first_sentence(text)
    yield from _heading(f"dvm-{command.name}", first.rstrip(".")[0].lower() + first.rstrip(".")[1:])
    yield from _synopsis(f"dvm {command.name}", "[OPTIONS]", *(param.metavar for param in arguments))
    yield ".SH DESCRIPTION"
    yield from _paragraphs(body)
    rows = [(param.metavar, param.help or "") for param in arguments]
    rows += [(names_of(param), param.help or "") for param in options if param.name != "help"]
    if rows:
        yield ".SH OPTIONS"
        for name, what in rows:
            yield from _item(name, what)
    if example:
        yield ".SH EXAMPLE"
        yield ".EX"
        yield _escaped(" ".join(example.split()))
        yield ".EE"
    yield ".SH SEE ALSO"
    yield f".BR dvm ({_SECTION})"


def _heading(name: str, what: str) -> Iterator[str]:
    yield '.\\" Made from the help texts by `make man`; a test keeps it fresh.'
    yield f'.TH {name.upper().replace("-", chr(92) + "-")} {_SECTION} "" "dvm {__version__}" "DVM"'
    yield ".SH NAME"
    yield f"{_escaped(name)} \\- {_escaped(what)}"


def _synopsis(name: str, *words: str) -> Iterator[str]:
    yield ".SH SYNOPSIS"
    yield f".B {_escaped(name)}"
    if words:
        yield _escaped(" ".join(words))


def _item(name: str, text: str) -> Iterator[str]:
    yield ".TP"
    yield f".B {_escaped(name)}"
    yield _inline(text)


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.strip().split("\n\n"):
        yield ".PP"
        yield _inline(" ".join(paragraph.split()))


def _inline(text: str) -> str:
    parts = _CODE.split(text)
    shown = "".join(f"\\fB{_escaped(part)}\\fR" if at % 2 else _escaped(part) for at, part in enumerate(parts))
    return f"\\&{shown}" if shown.startswith((".", "'")) else shown


def _escaped(text: str) -> str:
    """Return text in which roff finds nothing to do: hyphens stay those that a shell understands."""
    plain = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "\\[u2026]")
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain


def _first_sentence(text: str) -> str:
    return first(inspect.cleandoc(text or ""))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
