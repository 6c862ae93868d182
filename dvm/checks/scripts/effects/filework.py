"""Programs that copy, rename, link or permit files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.patterns import pattern
from dvm.checks.scripts.disk import path_key
from dvm.checks.scripts.effects.options import take_apart
from dvm.checks.scripts.values import EMPTY, Value, literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from dvm.checks.scripts.program import Command
    from dvm.checks.scripts.shell import Shell
    from dvm.checks.scripts.values import DataOrigin

_EXECUTABLE = pattern(r"0?[0-7]?[1357][0-7]{2}|0?[0-7]{1,2}[1357][0-7]|0?[0-7]{2,3}[1357]|[ugoa,]*[+=][rwst]*[xX].*")
_PROGRAMS = pattern(r"(^|/)s?bin/[^/]*$")
_INSTALL = frozenset({"-m", "--mode", "-o", "--owner", "-g", "--group", "-t", "--target-directory", "-S"})


def _copy(shell: Shell, command: Command) -> Value:
    line = take_apart(
        command.args, _INSTALL if command.name == "install" else frozenset({"-t", "--target-directory", "-S"})
    )
    operands = list(line.operands)
    target = line.value("-t", "--target-directory")
    if target is None:
        if len(operands) < 2:  # noqa: PLR2004 - from and to
            return EMPTY
        target = operands.pop()
    into = len(operands) > 1 or line.has("-t", "--target-directory") or target.text.endswith(("/", "bin"))
    mode = line.value("-m", "--mode")
    runnable = command.name == "install" and not line.has("-d") and (mode is None or _is_executable(mode))
    for operand in operands:
        if operand.text == "/dev/stdin":
            shell.write(target, command.stdin or EMPTY, command.place)
        file = shell.disk.find(target if operand.text == "/dev/stdin" else operand)
        origin = shell.clone_at(operand) if file is None else None
        if origin is not None:
            name = literal("/" + operand.text.rstrip("/").rpartition("/")[2])
            _copy_of_clone(shell, command, target + name if into else target, origin)
            continue
        if file is None:
            program = operand.text.rpartition("/")[2]
            shell.disk.place_program(target + literal(f"/{program}") if into else target, program)
            continue
        name = literal("/" + operand.text.rpartition("/")[2])
        if not into or (operand.holes and operand.parts[-1] == operand.holes[-1]):
            shell.disk.link(target, file)
        if into:
            shell.disk.link(target + name, file)
        if runnable and file.runnable is None and file.origin is not None:
            file.runnable = command.place
    return EMPTY


def _copy_of_clone(shell: Shell, command: Command, path: Value, origin: DataOrigin) -> None:
    shell.disk.copied(path, origin, command.place)
    # A directory of it is one more place of the repository.
    shell.clones[path_key(path).rpartition("/")[2]] = origin
    if _PROGRAMS.search(path.text):
        shell.ran(command.place, origin, "every shell that looks for programs there")


def _is_executable(mode: Value) -> bool:
    return _EXECUTABLE.fullmatch(mode.text) is not None


def _chmod(shell: Shell, command: Command) -> Value:
    line = take_apart([word for word in command.args if not word.text.startswith("-")])
    if not line.operands or not _is_executable(line.operands[0]):
        return EMPTY
    for operand in line.operands[1:]:
        file = shell.disk.find(operand)
        for found in [file] if file is not None else shell.disk.below(operand):
            if found.origin is not None and found.runnable is None:
                found.runnable = command.place
    return EMPTY


EFFECTS: dict[str, Callable[[Shell, Command], Value]] = {
    **dict.fromkeys(("cp", "mv", "ln", "install", "ginstall"), _copy),
    "chmod": _chmod,
}
