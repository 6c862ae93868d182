"""git: what it clones or pulls is remote code too, until a commit or a tag is checked out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dvm.checks.patterns import pattern
from dvm.checks.scripts.disk import path_key
from dvm.checks.scripts.effects.downloads import remote
from dvm.checks.scripts.effects.options import ParsedOptions, names_of, take_apart
from dvm.checks.scripts.effects.streams import other_program
from dvm.checks.scripts.values import EMPTY, DataOrigin, Known, OriginKind, Value, literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from dvm.checks.scripts.program import Command
    from dvm.checks.scripts.shell import Shell

_VALUES = names_of(
    "-b --branch --depth -o --origin -c --config --revision --reference --filter -j -C -u --upload-pack --template"
    " --receive-pack --exec --prefix -P --git-dir --work-tree -m --server-option --shallow-since --separate-git-dir"
)
_MOST_SETTINGS = 16
_COMMIT = pattern(r"[0-9a-f]{7,64}")
_TAG = pattern(r"(refs/|tags/|refs/tags/)*v?\d[\w.+-]*|.*\d+\.\d+.*")
_ADDRESS = pattern(r"(https?|ssh|git)://|[\w.-]+@[\w.-]+:|[\w.-]+\.[a-z]{2,}:")
_MOVING = pattern(r"(refs/remotes/)?(origin|upstream)/.*|FETCH_HEAD|@\{u(pstream)?\}")
# Settings whose value git hands to a shell.
_COMMANDS = pattern(
    r"alias\.\S+|core\.(sshcommand|pager|editor|fsmonitor|askpass|gitproxy)|pager\.\S+|credential\.(\S+\.)?helper"
    r"|filter\.\S+\.(clean|smudge|process)|diff\.external|sequence\.editor|(diff|merge)\S*\.(cmd|driver|textconv)"
    r"|remote\.\S+\.(uploadpack|receivepack)|uploadpack\.packobjectshook|gpg\.program|core\.alternaterefscommand",
    re.IGNORECASE,
)
_HARMLESS_HELPER = pattern(
    r"cache|store|libsecret|osxkeychain|manager\S*|cache --timeout.*|!\S*gh auth git-credential|", re.IGNORECASE
)


def _git(shell: Shell, command: Command) -> Value:  # noqa: C901, PLR0912 - one way for each kind
    texts = command.texts
    line = take_apart(command.args, _VALUES)
    verb = line.operands[0].text if line.operands else ""
    _runs(shell, command, line, verb)
    if verb == "archive" and any(text.startswith("--remote") for text in texts):
        return remote(command)
    directory = line.value("-C")
    place = line.value("--git-dir") or literal(".") if directory is None else directory
    tree = line.value("--work-tree")
    match verb:
        case "clone":
            _clone(shell, command, line)
        case "pull":
            _moves(shell, command, place)
        case "submodule" if "--remote" in texts:
            _moves(shell, command, place)
        case "fetch":
            shell.fetched_commit = any(_COMMIT.fullmatch(word.text) for word in line.operands[1:])
            if not shell.fetched_commit:
                shell.fetched = DataOrigin(OriginKind.REMOTE, command.text, command.place)
        case "merge" | "rebase" | "reset" | "checkout" | "switch":
            _goes(shell, command, line, place)
            origin = shell.clones.get(shell.repository(place))
            if tree is not None and origin is not None:
                shell.filled(tree, origin)
        case "subtree" if not any(_COMMIT.fullmatch(word.text) for word in line.operands):
            prefix = line.value("--prefix", "-P")
            if prefix is not None and any(_ADDRESS.match(word.text) for word in line.operands):
                _moves(shell, command, prefix)
        case "show" | "cat-file" | "archive":
            return _shown(shell, command, line, place)
        case "ls-remote":
            return remote(command)
        case _:
            pass
    if verb in {"clone", "pull", "fetch", "submodule"}:
        return EMPTY
    return other_program(shell, command)


def _clone(shell: Shell, command: Command, line: ParsedOptions) -> None:
    operands = line.operands[1:]
    if not operands:
        return
    branch = line.value("-b", "--branch")
    revision = line.value("--revision")
    address = operands[0].text
    if revision is not None or (branch is not None and (_TAG.fullmatch(branch.text) or branch.holes)):
        return
    if not _ADDRESS.match(address) and not operands[0].holes:
        return
    directory = operands[1] if len(operands) > 1 else literal(address.rstrip("/").removesuffix(".git"))
    shell.filled(directory, DataOrigin(OriginKind.REMOTE, command.text, command.place))


def _moves(shell: Shell, command: Command, directory: Value) -> None:
    """It brings what the branch holds today."""
    origin = DataOrigin(OriginKind.REMOTE, command.text, command.place)
    shell.program.moving.append((command.place, command.text))
    shell.filled(directory, origin)


def _goes(shell: Shell, command: Command, line: ParsedOptions, directory: Value) -> None:
    targets = line.operands[1:]
    moving = any(_MOVING.fullmatch(word.text) for word in targets)
    if moving and not (shell.fetched_commit and any(word.text == "FETCH_HEAD" for word in targets)):
        _moves(shell, command, directory)
        return
    pinned = moving or any(
        _COMMIT.fullmatch(word.text) or _TAG.fullmatch(word.text) or _is_given(word) for word in targets
    )
    if not pinned or line.operands[0].text in {"merge", "rebase"}:
        return
    shell.pinned = True
    name = shell.repository(directory)
    if name in shell.clones:
        del shell.clones[name]
    elif len(shell.clones) == 1 and line.value("-C") is None:
        # Where the script went by other ways than `cd`.
        shell.clones.clear()


def _is_given(word: Value) -> bool:
    return bool(word.holes) and all(hole.known is not Known.NO and hole.origin is None for hole in word.holes)


def _shown(shell: Shell, command: Command, line: ParsedOptions, directory: Value) -> Value:
    moving = any(_MOVING.match(word.text.partition(":")[0]) for word in line.operands[1:])
    if (moving and shell.fetched is not None) or shell.repository(directory) in shell.clones:
        return remote(command)
    return other_program(shell, command)


def _runs(shell: Shell, command: Command, line: ParsedOptions, verb: str) -> None:  # noqa: C901 - one way for each kind
    """Options and settings whose value git runs."""
    args = (*command.args, *_from_environment(shell, command))
    for index, word in enumerate(args):
        name, equals, _ = word.text.partition("=")
        if name.lower() == "core.hookspath":
            value = word.drop(len(name) + 1) if equals else (args[index + 1] if index + 1 < len(args) else EMPTY)
            if shell.disk.unknown(value):
                shell.trouble(command.place, "git runs hooks from a directory that the script does not show")
        if not _COMMANDS.fullmatch(name):
            continue
        value = word.drop(len(name) + 1) if equals else (args[index + 1] if index + 1 < len(args) else EMPTY)
        if "helper" in name.lower() and _HARMLESS_HELPER.fullmatch(value.text):
            continue
        code = value.drop(1) if value.text.startswith("!") else value
        if value.text.startswith("!") or not name.lower().startswith("alias."):
            shell.run_code(code, command.place, None, "git")
    if verb in {"clone", "fetch", "pull", "ls-remote", "push", "archive"}:
        for option in line.values(
            "-u" if verb in {"clone", "ls-remote"} else "--exec", "--upload-pack", "--receive-pack", "--exec"
        ):
            shell.run_code(option, command.place, None, "git, as the other side's program")
        if any(text.startswith("ext::") for text in command.texts):
            shell.looked_through(literal(" ".join(command.texts)), command.place, "git")
            shell.trouble(command.place, "git runs a command of its own as the other side")
    template = line.value("--template")
    if template is not None and verb in {"clone", "init"} and shell.disk.unknown(template):
        shell.trouble(command.place, "git copies hooks from a directory that the script does not show")


def _from_environment(shell: Shell, command: Command) -> list[Value]:
    """Return the settings of GIT_CONFIG_KEY_0, GIT_CONFIG_VALUE_0 and so on: name, value, name, value."""
    given = dict(command.assignments)
    found: list[Value] = []
    for number in range(_MOST_SETTINGS):
        pair = [
            given.get(name) or shell.variable(name)
            for name in (f"GIT_CONFIG_KEY_{number}", f"GIT_CONFIG_VALUE_{number}")
        ]
        if pair[0] is None or pair[1] is None:
            break
        found += [value for value in pair if value is not None]
    return found


def other_clone(shell: Shell, command: Command) -> Value:
    """`gh repo clone`, `svn checkout`, `hg clone`: whatever is there today, unless a revision is named."""
    texts = command.texts
    verbs = {"gh": ("repo", "clone"), "svn": ("checkout", "co", "export"), "hg": ("clone",)}[command.name]
    line = take_apart(command.args, names_of("-r --revision --rev -u --updaterev --branch -b --username --password"))
    operands = line.operands
    skip = 2 if command.name == "gh" else 1
    asked = texts[:2] == verbs if command.name == "gh" else texts[:1] and texts[0] in verbs
    if not asked or len(operands) <= skip or line.has("-r", "--revision", "--rev", "-u", "--updaterev"):
        return other_program(shell, command)
    target = operands[skip + 1] if len(operands) > skip + 1 else operands[skip]
    _moves(shell, command, target)
    return EMPTY


def _cd(shell: Shell, command: Command) -> Value:
    operands = [word for word in take_apart(command.args).operands if word.text != "-"]
    target = operands[0] if operands else literal("~")
    key = path_key(target)
    shell.directory = key if key.startswith(("/", "~", "\ue000")) or not shell.directory else f"{shell.directory}/{key}"
    return EMPTY


def _build(shell: Shell, command: Command) -> Value:
    """`make` and its kin run what is in a directory."""
    line = take_apart(command.args, names_of("-C -f -j --directory --file --makefile -B -G -S --build"))
    directory = line.value("-C", "--directory", "-S", "--build") or literal(".")
    file = line.value("-f", "--file", "--makefile")
    origin = shell.clone_at(directory) or (None if file is None else shell.clone_at(file))
    if origin is not None:
        shell.ran(command.place, origin, command.name)
    if file is not None and command.name in {"make", "gmake"}:
        shell.run_path(file, command, command.name, bash=False)
        stdin = command.stdin
        if file.text == "-" and stdin is not None and stdin.origin is not None:
            shell.ran(command.place, stdin.origin, command.name)
    return EMPTY


EFFECTS: dict[str, Callable[[Shell, Command], Value]] = {
    "git": _git,
    **dict.fromkeys(("svn", "hg"), other_clone),
    "cd": _cd,
    "pushd": _cd,
    **dict.fromkeys(("make", "gmake", "ninja", "cmake", "meson", "just", "scons"), _build),
}
