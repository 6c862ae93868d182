"""Words of Bash, expanded as far as they are known before the run."""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.checks.scripts.bash.nodes import Arithmetic, CommandSub, Lit, Param, ProcessSub
from dvm.checks.scripts.bash.quoting import braces, braces_left
from dvm.checks.scripts.values import EMPTY, Hole, Known, Value, fields, hole, joined, literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dvm.checks.scripts.bash.nodes import Part, Word
    from dvm.checks.scripts.shell import Shell

_ALL = ("@", "*")
_LONGEST = 1 << 16
_MOST_LENGTHS = 512
_BLANK = literal(" ")
_INDEX = re.compile(r"\s*(-?[0-9]{1,6})\s*")
_SUM = re.compile(r"[-+*0-9\s()]{1,40}")


def words(shell: Shell, given: Iterable[Word]) -> list[Value]:
    """Return the words that these become: none, one or several each."""
    done: list[Value] = []
    for word in given:
        plain = word.plain
        if plain is not None:
            several = braces(plain) if "{" in plain else None
            if several and braces_left(several):
                shell.trouble(shell.here, "a brace expansion makes more words than are followed")
            done.extend([literal(text) for text in several] if several else [_literal(shell, word.parts[0], plain)])
            continue
        held = _elements(shell, word.parts)
        if held is not None:
            done.extend(held)
            continue
        pieces = []
        for part in word.parts:
            whole = isinstance(part, (Lit, ProcessSub, Arithmetic)) or part.quoted
            pieces.append((_part(shell, part), whole))
        done.extend(fields(pieces, _separators(shell)))
    return done


def _separators(shell: Shell) -> str:
    if "IFS" not in shell.scope.variables:
        return " \t\n"
    value = shell.variable("IFS")
    return " \t\n" if value is None or value.known is None else value.known


def value(shell: Shell, word: Word | None) -> Value:
    """Return a word that is never split: of an assignment, a redirection, a test."""
    return joined([_part(shell, part) for part in (() if word is None else word.parts)])


def touch(shell: Shell, word: Word | None) -> None:
    """Walk through the substitutions in a word whose value does not matter."""
    for part in () if word is None else word.parts:
        if not isinstance(part, Lit):
            _part(shell, part)


def _literal(shell: Shell, part: Part, text: str) -> Value:
    verbatim = isinstance(part, Lit) and part.verbatim and shell.source.pinned is None
    return literal(text, shell.source.point(part.at) if verbatim else None)


def _part(shell: Shell, part: Part) -> Value:
    match part:
        case Lit():
            return _literal(shell, part, part.text)
        case Param():
            return _param(shell, part)
        case CommandSub():
            return _substitution(shell, part)
        case ProcessSub():
            return _process(shell, part)
        case _:
            touch(shell, part.word)
            text = value(shell, part.word).known
            number = _calculated(text)
            return hole(f"arithmetic:{part.raw}", known=Known.LOCAL) if number is None else literal(str(number))


def _calculated(text: str | None) -> int | None:
    """Return what simple arithmetic comes to, None where that is not known."""
    if text is None or len(text) > 40 or not _SUM.fullmatch(text) or "**" in text:  # noqa: PLR2004
        return None
    try:
        # A number that begins with 0 is octal in Bash, and none in Python: it stays unknown.
        found = eval(compile(text.strip(), "", "eval"), {"__builtins__": {}})  # noqa: S307 - digits and signs only
    except (SyntaxError, TypeError, ValueError):
        return None
    return found if isinstance(found, int) and abs(found) < 10**6 else None


# Parameters


def named(shell: Shell, name: str) -> Value:
    """Return the value of a parameter by its name."""
    positional = shell.scope.positional
    if name in _ALL:
        return _joined(positional) if positional is not None else hole("$@", known=Known.GIVEN)
    if name.isdecimal() and name != "0" and positional is not None and len(name) < 4:  # noqa: PLR2004
        index = int(name) - 1
        return positional[index] if index < len(positional) else EMPTY
    if name in {"?", "#", "$", "!", "-", "RANDOM", "SECONDS", "LINENO", "EPOCHSECONDS", "BASHPID"}:
        return hole(f"${name}", known=Known.LOCAL)
    found = shell.variable(name)
    return hole(f"${name}", known=Known.GIVEN) if found is None else found


def _elements(shell: Shell, parts: list[Part]) -> list[Value] | None:
    """Return the words of `"$@"`, `$@`, `"${array[@]}"` and `${array[@]}` alone, None for anything else."""
    found = [part for part in parts if not (isinstance(part, Lit) and not part.text)]
    if len(found) != 1 or not isinstance(found[0], Param):
        return None
    part = found[0]
    index = part.index.literal if part.index is not None else None
    if part.op not in {"", ":"} or part.length or part.indirect or not (part.name in _ALL or index in _ALL):
        return None
    held = shell.scope.positional if part.name in _ALL else shell.elements(part.name)
    if held is None:
        return None
    if part.op:
        bounds = [_calculated(text) for text in (value(shell, part.arg).known or "").split(":")]
        if None in bounds or (part.name in _ALL and bounds[0] == 0):
            return None
        begin = (bounds[0] or 0) - (part.name in _ALL and (bounds[0] or 0) > 0)
        held = held[begin:] if len(bounds) == 1 else held[begin : begin + (bounds[1] or 0)]
    if not part.quoted:
        return fields([(item, False) for element in held for item in (element, _BLANK)], _separators(shell))
    return [_joined(tuple(held))] if "*" in (part.name, index) else list(held)


def _param(shell: Shell, node: Param) -> Value:
    base = _subscript(shell, node) if node.index is not None else named(shell, node.name)
    if node.length:
        touch(shell, node.arg)
        if node.index is not None and node.index.literal in _ALL:
            held = shell.elements(node.name)
            return hole(node.raw, known=Known.LOCAL) if held is None else literal(str(len(held)))
        known = base.known
        return hole(node.raw, known=Known.LOCAL) if known is None else literal(str(len(known)))
    if node.op == "names":
        return hole(node.raw, known=Known.LOCAL)
    if node.indirect:
        pointed = base.known
        if pointed is None:
            return hole(node.raw)
        base = named(shell, pointed)
    if not node.op:
        return base
    unset = node.index is None and base.holes == (Hole(f"${node.name}", known=Known.GIVEN),)
    return _operate(shell, node, base, unset=unset)


def _operate(shell: Shell, node: Param, base: Value, *, unset: bool) -> Value:  # noqa: PLR0911 - one way out for each kind
    op = node.op
    if op in {":-", "-", ":=", "="}:
        fallback = value(shell, node.arg)
        # Without the colon what is empty is set.
        missing = unset or (":" in op and not base)
        result = fallback if missing else base
        if "=" in op and missing:
            shell.scope.set(node.name, (result,))
        return result
    if op in {":+", "+"}:
        return value(shell, node.arg) if base or ":" not in op else EMPTY
    if op in {":?", "?"}:
        touch(shell, node.arg)
        return base
    if op == "@P":
        shell.run_code(base, shell.here, None, "${…@P}, as a prompt")
        return hole(node.raw)
    if op.startswith("@"):
        return literal("'" + base.known.replace("'", "'\\''") + "'") if op == "@Q" and base.known is not None else base
    known = base.known
    changed = None if known is None or len(known) > _LONGEST else _changed(shell, known, node)
    if changed is not None:
        return changed
    if known is None:
        touch(shell, node.arg)
    parts = tuple(replace(part, key=f"{part.key}:{node.raw}"[-200:]) for part in base.holes)
    return Value(parts) or hole(f"{base.key[:100]}{node.raw}")


def _changed(shell: Shell, text: str, node: Param) -> Value | None:
    """Return a known text as the operator changes it, None where that is not known."""
    op = node.op
    match op[0]:
        case "^":
            return literal(text.upper() if op == "^^" else text[:1].upper() + text[1:])
        case ",":
            return literal(text.lower() if op == ",," else text[:1].lower() + text[1:])
        case "#" | "%":
            pattern = value(shell, node.arg).known
            trimmed = None if pattern is None or len(text) > 4096 else _trimmed(text, pattern, op)  # noqa: PLR2004
            return None if trimmed is None else literal(trimmed)
        case "/":
            return _replaced(shell, text, node)
        case ":":
            return _slice(text, value(shell, node.arg).known)
        case _:
            return None


def _replaced(shell: Shell, text: str, node: Param) -> Value | None:
    given = value(shell, node.arg).known
    if given is None or len(text) > 4096:  # noqa: PLR2004 - patterns over long texts are slow
        return None
    old, _, new = given.partition("/")
    if not old:
        return literal(text)
    anchored = old[0] in "#%" and node.op == "/"
    # A glob of single characters; `*` may take more than that.
    if "*" in old:
        return None
    rule = fnmatch.translate(old[1:] if anchored else old).removeprefix("(?s:").removesuffix(r")\Z")
    rule = rf"\A(?:{rule})" if anchored and old[0] == "#" else rf"(?:{rule})\Z" if anchored else rule
    try:
        return literal(re.sub(rule, lambda _: new, text, count=0 if node.op == "//" else 1))
    except re.error:
        return None


def _trimmed(text: str, pattern: str, operator: str) -> str | None:
    """`${x#p}` and its kin: the shortest or longest part that the pattern matches is taken off an end.

    None where the first 512 lengths do not match and there are more.
    """
    front = operator[0] == "#"
    lengths = range(len(text) + 1) if len(operator) == 1 else range(len(text), -1, -1)
    for length in lengths[:_MOST_LENGTHS]:
        part = text[:length] if front else text[len(text) - length :]
        if fnmatch.fnmatchcase(part, pattern):
            return text[length:] if front else text[: len(text) - length]
    return text if len(lengths) <= _MOST_LENGTHS else None


def _slice(text: str, given: str | None) -> Value | None:
    bounds = [] if given is None else [_calculated(bound) for bound in given.split(":")]
    if not bounds or any(bound is None for bound in bounds):
        return None
    begin = bounds[0] or 0
    begin = begin if begin >= 0 else max(0, len(text) + begin)
    if len(bounds) == 1:
        return literal(text[begin:])
    length = bounds[1] or 0
    return literal(text[begin : begin + length] if length >= 0 else text[begin:length])


def _subscript(shell: Shell, node: Param) -> Value:
    index_value = value(shell, node.index)
    index = index_value.known
    held = shell.elements(node.name)
    if not held:
        return named(shell, node.name) if index == "0" else hole(f"${node.raw}")
    if index in _ALL:
        return _joined(tuple(held))
    keyed = shell.scope.keyed.get(node.name, {})
    if index is not None and index in keyed:
        return keyed[index]
    if index is not None and _INDEX.fullmatch(index) and -len(held) <= int(index) < len(held):
        return held[int(index)]
    # By a variable: any of them.
    shell.width = max(shell.width, len(held))
    return held[shell.choice % len(held)]


def _joined(values: tuple[Value, ...]) -> Value:
    result = EMPTY
    for index, item in enumerate(values):
        result = result + (literal(" ") if index else EMPTY) + item
    return result


# Substitutions


def _substitution(shell: Shell, node: CommandSub) -> Value:
    scope = shell.scope
    variables, arrays = scope.fork(), dict(scope.arrays)
    with shell.apart():
        out = shell.block(node.body, None)
    ours = {name: kept for name, kept in scope.variables.items() if name.startswith("__dvm_")}
    scope.variables, scope.arrays = {**variables, **ours}, arrays
    # Nothing that is known of is not the same as nothing.
    return without_newlines(out) or hole(node.raw, known=Known.NO)


def without_newlines(out: Value) -> Value:
    """Return an output as `$(…)` gives it: without newlines at its end."""
    last = out.parts[-1] if out.parts else ""
    if isinstance(last, str) and last.endswith("\n"):
        text = last.rstrip("\n")
        return Value((*out.parts[:-1], text) if text else out.parts[:-1], out.start)
    return out


def _process(shell: Shell, node: ProcessSub) -> Value:
    path = shell.fresh("/dev/fd")
    if node.out:
        shell.sinks[path.key] = (node.body, shell.source)
        return path
    with shell.apart():
        out = shell.block(node.body, None)
    shell.disk.provide(path, out or hole(node.raw), shell.here)
    return path
