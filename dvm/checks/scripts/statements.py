"""Statements of Bash, walked through in the order of the script, and what is verified where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.checks import patterns
from dvm.checks.scripts import expand
from dvm.checks.scripts.bash.nodes import (
    ArithmeticCommand,
    Assign,
    Case,
    Condition,
    Coproc,
    For,
    Function,
    Group,
    If,
    Logic,
    Pipeline,
    Simple,
    Statement,
    Term,
    While,
    Word,
)
from dvm.checks.scripts.disk import STANDARD_INPUT, path_key
from dvm.checks.scripts.effects.options import names_of
from dvm.checks.scripts.names import MOST_CHOICES, Choices
from dvm.checks.scripts.names import Function as Defined
from dvm.checks.scripts.program import Assignment
from dvm.checks.scripts.values import EMPTY, DataOrigin, OriginKind, Value, hole, literal
from dvm.checks.scripts.verified import compared

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dvm.checks.scripts.bash.nodes import Node, Redirect, Test
    from dvm.checks.scripts.program import Stored
    from dvm.checks.scripts.shell import Shell

_BETWEEN_PATHS = patterns.pattern(":")
_OF_TEXTS = frozenset({"=", "==", "!=", "=~", "<", ">", "-n", "-z", ""})
_SOCKETS = ("/dev/tcp/", "/dev/udp/")
_OUTPUT = ("/dev/stdout", "/dev/fd/1")
_DECLARES = frozenset({"declare", "typeset", "local", "export", "readonly"})
_HANDED_TO_A_SHELL = names_of(
    """
    PROMPT_COMMAND GIT_SSH_COMMAND GIT_EXTERNAL_DIFF GIT_PAGER PAGER MANPAGER LESSOPEN EDITOR VISUAL GIT_EDITOR
    GIT_SEQUENCE_EDITOR GIT_PROXY_COMMAND RSYNC_RSH SUDO_ASKPASS SSH_ASKPASS GIT_ASKPASS PS1 PS4
    """
)
_PROGRAMS_BY_PATH = names_of("BASH_ENV ENV LD_PRELOAD LD_AUDIT GIT_SSH GIT_ASKPASS SSH_ASKPASS SUDO_ASKPASS")


class CommandOutcome(Struct):
    """What holds after a command: files that are verified if it succeeds, those if it fails, and whether it goes on.

    `stops`: "" where the next command runs, else "exit", "return" or "loop".
    """

    good: frozenset[Stored] = frozenset()
    bad: frozenset[Stored] = frozenset()
    stops: str = ""
    asks: bool = False
    """Whether it is a question (`[ … ]`, `grep`), whose failure means nothing."""


NOTHING = CommandOutcome()


def block(shell: Shell, statements: Sequence[Statement], stdin: Value | None) -> Value:
    """Walk through statements one after the other, and return what they print together."""
    out = EMPTY
    stops = ""
    lines = shell.lines
    shell.outcome = NOTHING
    for statement in statements:
        shell.lines = shell.source.lines(statement.at, statement.end)
        if shell.source.pinned is None and shell.lines[0] != shell.lines[1]:
            shell.program.ranges.append(shell.lines)
        before = set(shell.disk.unverified) if stops else None
        out += _statement(shell, statement, stdin)
        if before is not None:
            # What is behind an exit is read all the same, for a function may be defined there; it verifies nothing.
            shell.disk.unverified |= before
        stops = stops or shell.outcome.stops
    shell.lines = lines
    last = shell.outcome
    shell.outcome = CommandOutcome(last.good, last.bad, stops, last.asks)
    return out


def _statement(shell: Shell, node: Statement, stdin: Value | None) -> Value:
    items, operators = node.items, node.operators
    held = shell.in_background
    shell.in_background = held or node.background
    begin = set(shell.disk.unverified)
    detached, shell.detached = shell.detached, shell.detached or node.background
    out = _list(shell, items, operators, stdin) if operators else pipeline(shell, items[0], stdin)
    result = shell.outcome
    # Of `check && other` only what fails at the end ends the script.
    enforced = result.good - shell.skipped if operators else result.good
    if shell.in_background:
        # Nobody waits for it: what it verifies may be run before that.
        shell.disk.unverified |= begin
        result = CommandOutcome()
    elif shell.effective and enforced:
        shell.verified(enforced)
    shell.in_background, shell.detached = held, detached
    shell.outcome = result
    return out


def _list(shell: Shell, items: list[Pipeline], operators: list[str], stdin: Value | None) -> Value:
    unverified = shell.disk.unverified
    shell.ignored += 1
    out = pipeline(shell, items[0], stdin)
    shell.ignored -= 1
    state = shell.outcome
    asked = state.asks
    skipped: frozenset[Stored] = frozenset()
    for index, operator in enumerate(operators):
        last = index == len(operators) - 1
        before = set(unverified)
        taken = state.good if operator == "&&" else state.bad
        shell.assumed(taken)
        shell.ignored += not last
        branches, shell.disk.branches = shell.disk.branches, shell.disk.branches + 1
        scope = shell.scope.fork()
        out += pipeline(shell, items[index + 1], stdin)
        if shell.scope.variables.keys() != scope.keys() or any(
            shell.scope.variables[name] is not scope[name] for name in scope
        ):
            shell.scope.merge([shell.scope.variables, scope] if not shell.outcome.stops else [scope])
        shell.disk.branches = branches
        shell.ignored -= not last
        then = shell.outcome
        other = state.bad if operator == "&&" else state.good
        if then.stops:
            unverified.clear()
            unverified.update(before)
            shell.verified(other, loose=then.stops == "loop")
            state = CommandOutcome(stops="")
        elif operator == "&&":
            unverified |= before - other
            good = state.good | then.good
            skipped = state.good - then.good
            state = CommandOutcome(frozenset() if asked else good, state.bad & then.bad, asks=asked or then.asks)
            if not last and good:
                state = CommandOutcome(good, state.bad, asks=asked or then.asks)
        else:
            unverified |= before - other
            state = CommandOutcome(state.good & then.good, state.bad | then.bad)
            asked = False
    shell.outcome, shell.skipped = state, skipped
    return out


def pipeline(shell: Shell, node: Pipeline, stdin: Value | None) -> Value:
    """Walk through a pipeline, once for each value that its variables may have, all in step."""
    if shell.choosing or not any(isinstance(stage, (Simple, Condition)) for stage in node.stages):
        return _pipeline(shell, node, stdin)
    shell.choosing, shell.choice, shell.width = True, 0, 1
    out = _pipeline(shell, node, stdin)
    outcome, width = shell.outcome, min(shell.width, MOST_CHOICES)
    good, choice = outcome.good, 1
    while choice < width:
        shell.choosing, shell.choice, shell.width = True, choice, 1
        out = _pipeline(shell, node, stdin) or out
        good |= shell.outcome.good
        choice += 1
        width = max(width, min(shell.width, MOST_CHOICES))
    shell.choosing, shell.choice, shell.width = False, 0, 1
    shell.outcome = CommandOutcome(good, outcome.bad, outcome.stops, outcome.asks)
    return out


def _pipeline(shell: Shell, node: Pipeline, stdin: Value | None) -> Value:
    good: frozenset[Stored] = frozenset()
    several = len(node.stages) > 1
    shell.ignored += node.negated
    for index, stage in enumerate(node.stages):
        last = index == len(node.stages) - 1
        scope = shell.scope.fork() if several and not isinstance(stage, Simple) else None
        out = run(shell, stage, stdin)
        if scope is not None and not last:
            shell.scope.variables = scope
        if not last and not out and not isinstance(stage, Simple):
            out = shell.fresh("out")
        stdin = out
        if last or shell.pipefail:
            good |= shell.outcome.good
    shell.ignored -= node.negated
    last_outcome = shell.outcome
    stops = "" if several else last_outcome.stops
    found = CommandOutcome(good, last_outcome.bad, stops, last_outcome.asks)
    if node.negated:
        found = CommandOutcome(found.bad, found.good, stops, asks=True)
    shell.outcome = found
    return stdin or EMPTY


def run(shell: Shell, node: Node, stdin: Value | None) -> Value:
    """Walk through one command with its redirections, and return what it prints to the next one."""
    shell.tick()
    shell.outcome = NOTHING
    begin = shell.here
    shell.here = shell.place(node.at)
    if isinstance(node, Simple):
        out = _simple(shell, node, stdin)
    elif not node.redirects:
        out = _compound(shell, node, stdin)
    else:
        given, targets = _redirections(shell, node.redirects, stdin)
        # Its output goes on from inside.
        out = _written(shell, targets, _compound(shell, node, given))
    shell.here = begin
    return out


def _compound(shell: Shell, node: Node, stdin: Value | None) -> Value:  # noqa: C901, PLR0911 - one way for each kind
    match node:
        case Group(subshell=True):
            variables, directory, errexit, pipefail = shell.scope.fork(), shell.directory, shell.errexit, shell.pipefail
            start = shell.checked
            out = block(shell, node.body, stdin)
            shell.leave(start)
            shell.scope.variables, shell.directory, shell.errexit, shell.pipefail = (
                variables,
                directory,
                errexit,
                pipefail,
            )
            shell.outcome = CommandOutcome(shell.outcome.good, shell.outcome.bad)
            return out
        case Group():
            return block(shell, node.body, stdin)
        case If():
            return _if(shell, node, stdin)
        case Case():
            return _case(shell, node, stdin)
        case For():
            return _for(shell, node, stdin)
        case While():
            return _while(shell, node, stdin)
        case Function():
            _define(shell, node)
            return EMPTY
        case Condition():
            shell.outcome = _test(shell, node.test)
            return EMPTY
        case ArithmeticCommand():
            expand.touch(shell, node.word)
            shell.outcome = CommandOutcome(asks=True)
            return EMPTY
        case Coproc():
            out = EMPTY if node.body is None else run(shell, node.body, stdin)
            path = shell.fresh("coproc")
            shell.disk.provide(path, out, shell.here)
            if node.body is not None:
                # What is written to it is read by its command.
                body = Pipeline(node.at, node.end, stages=[node.body])
                shell.sinks[path.key] = ([Statement(node.at, node.end, items=[body])], shell.source)
            shell.scope.arrays[node.name] = (path, path)
            return EMPTY
        case _:
            raise AssertionError(node)


def _define(shell: Shell, node: Function) -> None:
    if node.body is None:
        return
    shell.scope.functions.setdefault(node.name, []).append(Defined(node.body, shell.source))
    if node.name in {"command_not_found_handle", "command_not_found_handler"}:
        shell.trouble(shell.here, f"`{node.name}` runs what no program is called", runs=True)


# Branches


def _branches(shell: Shell, bodies: Sequence[Callable[[], Value]], *, maybe_none: bool) -> Value:
    """Walk through bodies of which one may run, and go on with what any of them leaves."""
    before, unverified = shell.scope.fork(), shell.disk.unverified
    start = set(unverified)
    after, left = [], []
    stops: list[str] = []
    out = EMPTY
    shell.inside += 1
    shell.disk.branches += 1
    for body in bodies:
        shell.scope.variables = dict(before)
        unverified.clear()
        unverified.update(start)
        out += body()
        stops.append(shell.outcome.stops)
        if not shell.outcome.stops:
            after.append(shell.scope.variables)
            left.append(set(unverified))
    shell.disk.branches -= 1
    shell.inside -= 1
    if maybe_none or not bodies:
        after.append(before)
        left.append(start)
        stops.append("")
    unverified.clear()
    unverified.update(set().union(*left) if left else start)
    shell.scope.variables = before
    shell.scope.merge(after)
    all_stop = bool(stops) and all(stops)
    shell.outcome = CommandOutcome(stops=stops[0] if all_stop else "")
    return out


def _if(shell: Shell, node: If, stdin: Value | None) -> Value:
    bodies: list[Callable[[], Value]] = []
    asked = EMPTY
    failed: frozenset[Stored] = frozenset()

    def branch(body: Sequence[Statement], facts: frozenset[Stored]) -> Callable[[], Value]:
        def walk() -> Value:
            shell.assumed(facts)
            return block(shell, body, stdin)

        return walk

    for condition, body in node.clauses:
        shell.ignored += 1
        shell.inside += 1
        said = block(shell, condition, stdin)
        shell.inside -= 1
        shell.ignored -= 1
        # What a condition prints goes on as well; most of them print nothing, and are not known to.
        asked += said if said.origin is not None else EMPTY
        outcome = shell.outcome
        bodies.append(branch(body, outcome.good | failed))
        failed |= outcome.bad
    bodies.append(branch(node.otherwise or [], failed))
    return asked + _branches(shell, bodies, maybe_none=False)


def _case(shell: Shell, node: Case, stdin: Value | None) -> Value:
    subject = expand.value(shell, node.word)
    bodies: list[Callable[[], Value]] = []
    complete = False
    others: frozenset[Stored] = frozenset()
    for choices, body in node.items:
        good: frozenset[Stored] = frozenset()
        for pattern in choices:
            text = expand.value(shell, pattern)
            good |= compared(shell, subject, text)
            complete = complete or pattern.plain == "*"
        # One pattern that is a digest; several would be a choice.
        facts = good if len(choices) == 1 else frozenset()

        def walk(body: Sequence[Statement] = body, facts: frozenset[Stored] = facts) -> Value:
            shell.assumed(facts)
            return block(shell, body, stdin)

        bodies.append(walk)
        others |= facts
    return _branches(shell, bodies, maybe_none=not complete)


def _for(shell: Shell, node: For, stdin: Value | None) -> Value:
    expand.touch(shell, node.header)
    rounds = expand.words(shell, node.words) if node.words is not None else list(shell.scope.positional or ())
    if node.name:
        if len(rounds) > MOST_CHOICES:
            shell.trouble(shell.here, f"a loop of more than {MOST_CHOICES} rounds")
        shell.scope.set(node.name, tuple(rounds) or (hole(f"${node.name}"),))
    return _loop(shell, node.body, stdin, always=bool(rounds))


def _while(shell: Shell, node: While, stdin: Value | None) -> Value:
    shell.ignored += 1
    rounds, shell.rounds = shell.rounds, _skips(node.body)
    asked = block(shell, node.condition, stdin)
    shell.rounds = rounds
    shell.ignored -= 1
    facts = shell.outcome.good
    out = _loop(shell, node.body, stdin, always=False, facts=facts)
    return asked + out if asked.origin is not None else out


def _skips(body: Sequence[Statement]) -> bool:
    """Whether a loop begins with a test that may go on with the next round."""
    for statement in body[:2]:
        for item in statement.items:
            for stage in item.stages:
                word = stage.words[0] if isinstance(stage, Simple) and stage.words else None
                if isinstance(word, Word) and word.plain == "continue":
                    return True
                parts = stage.clauses if isinstance(stage, If) else stage.items if isinstance(stage, Case) else ()
                if any(_skips(part) for _, part in parts):
                    return True
    return False


def _loop(
    shell: Shell,
    body: Sequence[Statement],
    stdin: Value | None,
    *,
    always: bool,
    facts: frozenset[Stored] = frozenset(),
) -> Value:
    unverified = shell.disk.unverified
    before, variables = set(unverified), shell.scope.fork()
    loose, shell.loose = shell.loose, set()
    choosing, shell.choosing = shell.choosing, False
    choice = shell.choice
    shell.assumed(facts)
    shell.inside += 1
    shell.disk.branches += not always
    out = block(shell, body, stdin)
    known = dict(variables)
    if any(shell.scope.variables.get(name) is not kept for name, kept in known.items()):
        # What one round leaves is there in the next.
        shell.scope.merge([shell.scope.variables, variables])
        out += block(shell, body, stdin)
    shell.disk.branches -= not always
    shell.inside -= 1
    shell.scope.merge([shell.scope.variables, variables])
    unverified |= shell.loose
    if not always:
        unverified |= before
    shell.loose = loose
    shell.choosing, shell.choice = choosing, choice
    shell.outcome = NOTHING
    return out


# Tests


def _test(shell: Shell, test: Test | None) -> CommandOutcome:
    if isinstance(test, Term):
        values = [expand.value(shell, word) for word in test.words]
        for value in values if test.op not in _OF_TEXTS else ():
            # Of numbers and of elements Bash runs what is in the index.
            shell.index_looked_through(value)
        if test.op in {"=", "==", "=~", "!="}:
            facts = compared(shell, *values)
            negative = test.op == "!="
            return CommandOutcome(frozenset() if negative else facts, facts if negative else frozenset(), asks=True)
        return CommandOutcome(asks=True)
    if isinstance(test, Logic):
        found = [_test(shell, term) for term in test.terms]
        if test.op == "!":
            return CommandOutcome(found[0].bad, found[0].good, asks=True)
        good = [item.good for item in found]
        bad = [item.bad for item in found]
        either = test.op == "||"
        return CommandOutcome(
            frozenset.intersection(*good) if either else frozenset.union(*good),
            frozenset.union(*bad) if either else frozenset.intersection(*bad),
            asks=True,
        )
    return CommandOutcome(asks=True)


# Simple commands


def _simple(shell: Shell, node: Simple, stdin: Value | None) -> Value:
    given, targets = _redirections(shell, node.redirects, stdin)
    if not node.words:
        for item in node.assigns:
            assign(shell, item)
        # `x=$(…)` fails as the substitution does, but what is verified there is not followed.
        shell.outcome = NOTHING
        if not node.assigns and node.redirects:
            out = given if given is not None and given is not stdin else EMPTY
            return _written(shell, targets, out) if targets else out
        return EMPTY
    before = tuple([_in_front(shell, item) for item in node.assigns])
    declared = [word for word in node.words if isinstance(word, Assign)]
    first = node.words[0]
    if isinstance(first, Word) and first.plain in _DECLARES:
        options = expand.words(shell, [word for word in node.words[1:] if isinstance(word, Word)])
        _declare(shell, first.plain, options, declared)
        return EMPTY
    words = expand.words(shell, [word for word in node.words if isinstance(word, Word)])
    text = shell.source.text[node.at - shell.base : node.end - shell.base] if shell.source.pinned is None else ""
    out = shell.invoke(words, given, shell.here, text or " ".join(word.text for word in words), before)
    return _written(shell, targets, out)


def assign(shell: Shell, node: Assign) -> None:
    """Take note of `name=value`."""
    scope = shell.scope
    index = None if node.index is None else expand.value(shell, node.index)
    if node.items is not None:
        _array(shell, node)
        return
    value = expand.value(shell, node.value)
    note(shell, node.name, value)
    if index is not None:
        scope.keyed.setdefault(node.name, {})[index.text.strip("'\"")] = value
        scope.arrays[node.name] = _placed_at(
            index.known, scope.arrays.get(node.name, ()), scope.keyed[node.name], value
        )
        if node.name == "BASH_CMDS":
            scope.programs[index.text] = value.text.rpartition("/")[2]
    elif node.append:
        scope.append(node.name, value)
    else:
        shell.keep(node.name, (value,))


def _placed_at(index: str | None, held: Choices, keyed: dict[str, Value], value: Value) -> Choices:
    """Return the elements of an array with one more: by its number, where all of them have one."""
    number = int(index) if index is not None and index.isdecimal() and len(index) < 4 else None  # noqa: PLR2004
    if number is not None and number < len(held) and len(keyed) <= len(held):
        return (*held[:number], value, *held[number + 1 :])
    if number is not None and len(keyed) == len(held) + 1 and all(name.isdecimal() for name in keyed):
        return tuple(keyed[name] for name in sorted(keyed, key=int))
    return (*held, value)[-MOST_CHOICES:]


def _in_front(shell: Shell, node: Assign) -> tuple[str, Value]:
    """Return an assignment in front of a command, which holds for that command alone."""
    value = expand.value(shell, node.value)
    note(shell, node.name, value)
    return node.name, value


def note(shell: Shell, name: str, value: Value) -> None:
    """Take note of a variable that gets a value, and of what that makes others run."""
    shell.program.assignments.append(Assignment(name, value, shell.here))
    if (
        name in _HANDED_TO_A_SHELL
        and (value.origin or any(isinstance(part, str) and part.strip() for part in value.parts))
        and (name not in _PROGRAMS_BY_PATH or " " in value.text)
    ):
        shell.run_code(value, shell.here, None, name, apart=True)
    if name in _PROGRAMS_BY_PATH and value:
        file = shell.disk.find(value)
        if file is not None:
            shell.ran_file(file, shell.here, name)
        elif shell.disk.unknown(value):
            shell.trouble(shell.here, f"{name} names a program that the script does not show")
    if name == "PATH":
        searched(shell, value)
    if any(part.key.startswith("long:") for part in value.holes):
        shell.trouble(shell.here, f"`{name}` holds more text than is followed", runs=False)
    text = value.known
    if text is not None and ("$(" in text or "`" in text):
        shell.looked_through(value, shell.here, "an expansion")


def searched(shell: Shell, path: Value) -> None:
    """Take note of a value of PATH: what these directories hold is run by its name from here on."""
    for directory in path.split(_BETWEEN_PATHS):
        origin = shell.clone_at(directory)
        if origin is not None:
            shell.ran(shell.here, origin, "PATH")
        shell.disk.searched.add(path_key(directory))


def _array(shell: Shell, node: Assign) -> None:
    scope = shell.scope
    items: list[Value] = []
    for index, word in node.items or ():
        if index is None:
            items.extend(expand.words(shell, [word]))
            continue
        value = expand.value(shell, word)
        items.append(value)
        key = expand.value(shell, index).text
        note(shell, key, value)
        scope.keyed.setdefault(node.name, {})[key] = value
    if node.append:
        items = [*scope.arrays.get(node.name, ()), *items]
    if len(items) > 4 * MOST_CHOICES:
        shell.trouble(shell.here, "an array of more elements than are followed")
    scope.variables.pop(node.name, None)
    scope.arrays[node.name] = tuple(items[: 4 * MOST_CHOICES])


def _declare(shell: Shell, program: str, options: list[Value], given: list[Assign]) -> None:
    texts = [option.text for option in options]
    if any(text.startswith("-") and "n" in text for text in texts) and program != "export":
        for item in given:
            target = expand.value(shell, item.value).known
            if target is None:
                shell.trouble(shell.here, f"`{item.name}` stands for a variable that only the run knows")
            else:
                shell.scope.references[item.name] = target
        return
    for item in given:
        assign(shell, item)
    for option in options:
        # `export "$name=value"` and `declare "x=y"` are words to the grammar.
        name, equals, _ = option.text.partition("=")
        if equals and name.isidentifier():
            rest = option.drop(len(name) + 1)
            shell.scope.set(name, (rest,))
            note(shell, name, rest)
    shell.outcome = NOTHING
    if program in {"declare", "typeset"} and any(text.startswith("-") and set("fp") & set(text) for text in texts):
        shell.printed = True


# Redirections


def _redirections(  # noqa: C901, PLR0912 - one way for each kind
    shell: Shell, nodes: Sequence[Redirect], stdin: Value | None
) -> tuple[Value | None, list[tuple[Value, bool]]]:
    """Return the standard input, and where the output goes."""
    targets: list[tuple[Value, bool]] = []
    for node in nodes:
        target = expand.value(shell, node.target)
        descriptor = _descriptor(shell, node)
        if node.heredoc or node.op == "<<<":
            content = target + literal("\n") if node.op == "<<<" else _placed(shell, node, target)
            if descriptor in {"", "0"}:
                stdin = content
            else:
                shell.disk.provide(literal(f"/dev/fd/{descriptor}"), content, shell.here)
            continue
        if target.text.startswith(_SOCKETS):
            origin = DataOrigin(OriginKind.REMOTE, target.text, shell.here)
            shell.disk.provide(target, hole("socket", origin), shell.here)
            if node.op in {">&", "&>", "&>>"} or (node.op == "<>" and descriptor in {"", "0"}):
                stdin = hole("socket", origin)
        if node.op.startswith("<"):
            copied = node.op == "<&" and target.text.isdecimal()
            path = literal(f"/dev/fd/{target.text}") if copied else target
            if descriptor in {"", "0"} and path.text in STANDARD_INPUT:
                continue
            content = shell.read(path, stdin)
            if descriptor in {"", "0"}:
                stdin = content
            else:
                shell.disk.provide(literal(f"/dev/fd/{descriptor}"), content, shell.here)
        elif node.op == ">&" and target.text.isdecimal():
            path = literal(f"/dev/fd/{target.text}")
            if path.key in shell.sinks:
                if descriptor in {"", "1"}:
                    targets.append((path, True))
                elif descriptor != "2":
                    shell.sinks[f"/dev/fd/{descriptor}"] = shell.sinks[path.key]
        elif not (node.op == ">&" and target.text == "-"):
            if target.key in shell.sinks and descriptor not in {"", "1", "2"}:
                shell.sinks[f"/dev/fd/{descriptor}"] = shell.sinks[target.key]
            if descriptor in {"", "1"}:
                targets.append((target, node.op in {">>", "&>>"}))
            elif target.text.startswith(_SOCKETS):
                shell.disk.provide(literal(f"/dev/fd/{descriptor}"), shell.disk.read(target), shell.here)
    return stdin, targets


def _descriptor(shell: Shell, node: Redirect) -> str:
    """Return the number of a redirection's descriptor; for `{name}<` the variable holds one that is free."""
    if not node.fd.startswith("{"):
        return node.fd
    shell.free_descriptor += 1
    shell.scope.set(node.fd.strip("{}"), (literal(str(shell.free_descriptor)),))
    return str(shell.free_descriptor)


def _placed(shell: Shell, node: Redirect, text: Value) -> Value:
    """Return the text of a here-document with the place of its first line."""
    if shell.source.pinned is not None or (text.start is not None and node.op == "<<"):
        return text
    line, column = shell.source.point(node.target.at)
    written = shell.source.text[node.target.at - shell.base : node.target.end - shell.base]
    moved = "\\\n" in written or text.text.count("\n") != written.count("\n")
    return Value(text.parts, None if moved else (line, 0 if node.op == "<<-" or text.holes else column))


def _written(shell: Shell, targets: list[tuple[Value, bool]], out: Value) -> Value:
    for target, append in targets:
        shell.write(target, out, shell.here, append=append)
    return out if all(path_key(target) in _OUTPUT for target, _ in targets) else EMPTY
