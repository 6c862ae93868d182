"""Programs that run another command: sudo, env, timeout, xargs, find -exec, su -c, docker run and their kin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dvm.checks.patterns import pattern
from dvm.checks.scripts.bash.quoting import unescape_ansi
from dvm.checks.scripts.effects.downloads import remote
from dvm.checks.scripts.effects.interpreters import EFFECTS as INTERPRETERS
from dvm.checks.scripts.effects.options import CONTAINER_VALUES, names_of, spread, take_apart
from dvm.checks.scripts.effects.shells import SHELLS
from dvm.checks.scripts.values import EMPTY, Value, hole, literal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dvm.checks.scripts.program import Command
    from dvm.checks.scripts.shell import Shell

_ASSIGNMENT = pattern(r"[A-Za-z_][A-Za-z0-9_]*=")
_FIND_ACTIONS = ("-exec", "-execdir", "-ok", "-okdir")


class Wrapper(Struct, frozen=True):
    """How a wrapper's command line goes on to the inner command.

    `skip`: operands of its own before the command; `code`: options whose value is a text for a shell; `shell`:
    options that mean a shell reading the standard input, where no command follows ("" : always); `joined`: the
    words are put together and given to a shell.
    """

    with_value: frozenset[str] = frozenset()
    skip: int = 0
    code: frozenset[str] = frozenset()
    shell: frozenset[str] = field(default_factory=frozenset)
    joined: bool = False


_SUDO = names_of("-u -g -h -p -C -T -r -t -U -D -R --user --group --chdir --host --prompt")
_SYSTEMD = names_of("-p -u -M -E -t --unit --property --uid --gid --slice --description --machine --setenv")
_SU = names_of("-c --command --session-command")
WRAPPERS: dict[str, Wrapper] = {
    "sudo": Wrapper(_SUDO, shell=names_of("-s -i --shell --login")),
    "doas": Wrapper(names_of("-u -C"), shell=names_of("-s")),
    "pkexec": Wrapper(names_of("--user")),
    "env": Wrapper(names_of("-u -C --unset --chdir"), code=names_of("-S --split-string")),
    "command": Wrapper(),
    "exec": Wrapper(names_of("-a")),
    "time": Wrapper(names_of("-f -o --format --output")),
    "nice": Wrapper(names_of("-n --adjustment")),
    "ionice": Wrapper(names_of("-c -n -p --class --classdata")),
    "stdbuf": Wrapper(names_of("-i -o -e --input --output --error")),
    "timeout": Wrapper(names_of("-k -s --kill-after --signal"), skip=1),
    "flock": Wrapper(names_of("-w -E --timeout"), skip=1, code=names_of("-c --command")),
    "runuser": Wrapper(names_of("-u -g -G -s --user --group --shell"), code=_SU),
    "su": Wrapper(names_of("-g -G -s --group --shell"), code=_SU),
    "sg": Wrapper(skip=1, code=names_of("-c")),
    "nsenter": Wrapper(names_of("-t --target")),
    "chroot": Wrapper(names_of("--userspec --groups"), skip=1, shell=frozenset({""})),  # noqa: S604 - a field, no process
    "systemd-run": Wrapper(_SYSTEMD),
    "script": Wrapper(names_of("-I -O -B -E -T"), code=names_of("-c --command")),
    "watch": Wrapper(names_of("-n --interval"), joined=True),
    "ssh": Wrapper(names_of("-i -l -p -o -F -J -L -R -D -W -b -c -E -m -S"), 1, joined=True, shell=frozenset({""})),  # noqa: S604 - a field, no process
    "ssh-agent": Wrapper(names_of("-a -t")),
    "strace": Wrapper(names_of("-e -o -p -s")),
    "parallel": Wrapper(names_of("-j -I --jobs --arg-file -a -N -n"), joined=True),
    "mise": Wrapper(),
    "screen": Wrapper(names_of("-S -t -T -c -e -h -p -s -U -L -r -x")),
    "nix-shell": Wrapper(names_of("-p -I -A --packages"), code=names_of("--run --command")),
}  # fmt: skip
_PAST_FUNCTIONS = frozenset({"command", "exec", "env"})
"""What follows these is a program, whatever functions and aliases there are."""
_RUNS_COMMAND = {"mise": ("exec", "x")}
_READS_STDIN = ("su", "runuser")
_PASSED = ("sh", "-c")


def _wrapper(shell: Shell, command: Command) -> Value:
    rule = WRAPPERS[command.name]
    verbs = _RUNS_COMMAND.get(command.name)
    args = command.args
    if verbs is not None:
        if "--" not in command.texts or command.texts[0] not in verbs:
            return shell.other(command)
        args = args[command.texts.index("--") + 1 :]
    out = EMPTY
    line = take_apart(args, rule.with_value | rule.code, stop=not rule.code or command.name == "env")
    for code in line.values(*rule.code):
        out += shell.run_code(code, command.place, command.stdin, f"{command.name}, as its argument")
    if out or line.has(*rule.code):
        return out
    if command.name == "command" and line.has("-v", "-V"):
        return line.operands[0] + literal("\n") if line.operands else EMPTY
    return _inner(shell, command, rule, line.operands, line.has(*rule.shell) or "" in rule.shell)


def _inner(shell: Shell, command: Command, rule: Wrapper, operands: list[Value], reads: bool) -> Value:
    inner = list(operands)
    assignments = list(command.assignments)
    while inner and _ASSIGNMENT.match(inner[0].text):
        word = inner.pop(0)
        name = word.text.partition("=")[0]
        assignments.append((name, word.drop(len(name) + 1)))
        if name == "PATH":
            shell.searched(assignments[-1][1])
    if command.name in _READS_STDIN and not (command.name == "runuser" and "-u" in command.texts):
        inner = []
        reads = True
    inner = inner[rule.skip :]
    if command.name == "exec" and not inner:
        shell.inherited = command.stdin
    if not inner:
        return _bare(shell, command) if reads else EMPTY
    if rule.joined:
        out = shell.run_code(spread(inner), command.place, command.stdin, command.name)
        return remote(command) if command.name == "ssh" else out
    own = command.name not in _PAST_FUNCTIONS
    return shell.invoke(inner, command.stdin, command.place, command.text, tuple(assignments), own=own)


def _bare(shell: Shell, command: Command) -> Value:
    if command.stdin is None:
        return EMPTY
    return shell.run_code(command.stdin or EMPTY, command.place, None, f"a shell of {command.name}", own_lines=True)


def _tmux(shell: Shell, command: Command) -> Value:
    # Its commands end with one for the shell, as one word or as many.
    verbs = ("new", "new-session", "new-window", "neww", "split-window", "splitw", "respawn-pane", "run", "run-shell")
    at = next((index for index, text in enumerate(command.texts) if text in verbs), None)
    if at is None:
        return shell.other(command)
    line = take_apart(command.args[at + 1 :], names_of("-s -n -c -t -x -y -e -F -f -l"), stop=True)
    return shell.run_code(spread(line.operands), command.place, None, command.name) if line.operands else EMPTY


def _parallel(shell: Shell, command: Command) -> Value:
    texts = command.texts
    if ":::" not in texts:
        bare = not take_apart(command.args, WRAPPERS["parallel"].with_value, stop=True).operands
        return _bare(shell, command) if bare else _wrapper(shell, command)
    at = texts.index(":::")
    before = take_apart(command.args[:at], WRAPPERS["parallel"].with_value, stop=True).operands
    for given in command.args[at + 1 :]:
        # Without a command each word is one.
        words = (
            [_replaced(word, "{}", given) for word in before]
            if any("{}" in text for text in texts[:at])
            else [*before, given]
        )
        shell.run_code(spread(words), command.place, command.stdin, command.name)
    return EMPTY


def _xargs(shell: Shell, command: Command) -> Value:
    with_value = names_of("-n -P -L -I -s -d -E -a --max-args --max-procs --delimiter --arg-file")
    line = take_apart(command.args, with_value, stop=True)
    file = line.value("-a", "--arg-file")
    data = command.stdin if file is None else shell.disk.read(file)
    given = line.value("-d", "--delimiter")
    between = "\0" if line.has("-0", "--null") else None if given is None else unescape_ansi(given.text)
    if not line.operands or data is None:
        return EMPTY if not line.operands else shell.invoke(line.operands, None, command.place, command.text)
    mark = line.value("-I", "--replace")
    if mark is not None or line.has("--replace"):
        text = "{}" if mark is None else mark.text
        out = EMPTY
        # Once for each line, which goes in without its end.
        for item in data.split(re.compile(r"\n+")) or [data]:
            out += _by_xargs(shell, command, [_replaced(word, text, item) for word in line.operands], data)
        return out
    items = data.split(re.compile(r"[\s]+" if between is None else re.escape(between))) or [data]
    return _by_xargs(shell, command, [*line.operands, *items], data)


def _by_xargs(shell: Shell, command: Command, words: Sequence[Value], data: Value) -> Value:
    name = words[0].text.rpartition("/")[2]
    if data.origin is not None and _runs_arguments(name, words[1:]):
        shell.ran(command.place, data.origin, f"{name}, by xargs")
        return EMPTY
    return shell.invoke(words, None, command.place, command.text)


def _runs_arguments(name: str, args: Sequence[Value]) -> bool:
    shells = name in SHELLS or name in INTERPRETERS
    return shells and any(arg.origin is not None for arg in args[: 2 if args and args[0].text in _PASSED else 1])


def _replaced(word: Value, mark: str, data: Value) -> Value:
    result = EMPTY
    for part in word.parts:
        if not isinstance(part, str):
            result += Value((part,))
            continue
        first, *others = part.split(mark) if mark else [part]
        result += literal(first)
        for other in others:
            result = result + Value(data.parts) + literal(other)
    return result


def _find(shell: Shell, command: Command) -> Value:
    texts = command.texts
    for index, text in enumerate(texts):
        if text in _FIND_ACTIONS:
            end = next((i for i in range(index, len(texts)) if texts[i] in {";", "+", "\\;"}), len(texts))
            pattern = next(
                (texts[i + 1] for i in range(len(texts) - 1) if texts[i] in {"-name", "-iname", "-path"}), "*"
            )
            start = literal(".") if not texts or texts[0].startswith("-") else command.args[0]
            found = start + literal(f"/{pattern}")
            inner = [_replaced(word, "{}", found) for word in command.args[index + 1 : end]]
            shell.invoke(inner, None, command.place, command.text)
    return hole(f"out:{' '.join(word.key for word in command.words)}")


def _container(shell: Shell, command: Command) -> Value:
    args = list(command.args)
    texts = [arg.text for arg in args]
    verb = next((text for text in texts if text in {"run", "exec", "build", "buildx"}), "")
    if not verb:
        return shell.other(command)
    line = take_apart(args[texts.index(verb) + 1 :], CONTAINER_VALUES, stop=True)
    stdin = command.stdin
    if verb.startswith("build"):
        if stdin is not None and stdin.origin is not None:
            shell.ran(command.place, stdin.origin, f"{command.name} build")
        return EMPTY
    entry = line.value("--entrypoint")
    inner = ([entry] if entry is not None else []) + line.operands[1:]
    if inner:
        return shell.invoke(inner, stdin, command.place, command.text)
    return shell.other(command)


EFFECTS: dict[str, Callable[[Shell, Command], Value]] = {
    **dict.fromkeys(WRAPPERS, _wrapper),
    "xargs": _xargs,
    "find": _find,
    "tmux": _tmux,
    "parallel": _parallel,
    **dict.fromkeys(("docker", "podman", "nerdctl", "toolbox", "distrobox"), _container),
}
