"""Statements of Bash, walked through in the order of the script."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dvm.checks.scripts import assignments, conditions, redirects
from dvm.checks.scripts.scope import Function
from dvm.checks.scripts.values import EMPTY, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tree_sitter import Node

    from dvm.checks.scripts.scope import Choices
    from dvm.checks.scripts.shell import Shell

    Walk = Callable[[Shell, Node, Value | None], Value]

_REDIRECTS = frozenset({"file_redirect", "heredoc_redirect", "herestring_redirect"})
_SILENT = frozenset({"comment", "heredoc_body", "heredoc_end", "variable_name"})
_WAYS_TO_SHRUG = frozenset({"true", ":", "echo", "printf", "/bin/true", "/usr/bin/true"})
_WAYS_TO_STOP = ("exit", "return", "false", "kill", "exec", "die", "fail", "abort", "quit")
_MOST_ROUNDS = 32
_MOST_CHOICES = 4
_CHOOSING = frozenset({"command", "pipeline", "redirected_statement", "test_command", "negated_command"})


def run(shell: Shell, node: Node, stdin: Value | None) -> Value:
    """Walk through one statement and return what it prints."""
    walk = _WALKS.get(node.type)
    if walk is not None:
        chooses = node.type in _CHOOSING and not shell.choosing
        return _each_choice(shell, node, stdin, walk) if chooses else walk(shell, node, stdin)
    if node.type in _SILENT:
        return EMPTY
    # What the grammar could not read, and what has no meaning of its own, has statements in it all the same.
    return block(shell, node.named_children, stdin)


def _each_choice(shell: Shell, node: Node, stdin: Value | None, walk: Walk) -> Value:
    """Walk through a statement once for each value that its variables may have, all in step."""
    shell.choosing, shell.choice, shell.width = True, 0, 1
    out = walk(shell, node, stdin)
    for choice in range(1, _MOST_CHOICES):
        if choice >= shell.width:
            break
        shell.choice = choice
        out = walk(shell, node, stdin) or out
    shell.choosing, shell.choice, shell.width = False, 0, 1
    return out


def block(shell: Shell, nodes: Sequence[Node], stdin: Value | None) -> Value:
    """Walk through statements one after the other, and return what they print together."""
    out = EMPTY
    lines = shell.lines
    for node in nodes:
        if node.type in _SILENT or not node.is_named:
            continue
        if not shell.source.nested:
            begin, end = node.start_point.row, node.end_point.row
            shell.lines = (shell.source.line + begin, shell.source.line + end)
            if begin != end:
                shell.program.ranges.append(shell.lines)
        out += run(shell, node, stdin)
    shell.lines = lines
    return out


def _body(shell: Shell, node: Node, stdin: Value | None) -> Value:
    """`{ …; }`, and `((…))`, which is arithmetic."""
    return block(shell, node.named_children, stdin)


def _subshell(shell: Shell, node: Node, stdin: Value | None) -> Value:
    variables = shell.scope.fork()
    out = block(shell, node.named_children, stdin)
    shell.scope.variables = variables
    return out


def _command(shell: Shell, node: Node, stdin: Value | None) -> Value:
    io_nodes = [child for child in node.children if child.type in _REDIRECTS]
    if io_nodes:
        io = redirects.read(shell, io_nodes)
        return redirects.apply(shell, io, stdin, lambda given: _simple(shell, node, given, io.arguments))
    return _simple(shell, node, stdin)


def _simple(shell: Shell, node: Node, stdin: Value | None, more: Sequence[Node] = ()) -> Value:
    word_nodes: list[Node] = []
    given: list[Node] = []
    for child in node.children:
        kind = child.type
        if kind == "variable_assignment":
            given.append(child)
        elif kind == "command_name":
            word_nodes.append(child.children[0])
        elif kind == "number" and redirects.is_descriptor(shell, child.end_byte):
            continue
        elif kind not in _REDIRECTS and (child.is_named or kind in {"=~", "=="}):
            word_nodes.append(child)
    word_nodes.extend(more)
    place, text = shell.place(node), shell.source.between(node, more[-1] if more else node)
    before = tuple([assignments.in_front(shell, child) for child in given])
    return shell.invoke(shell.words(word_nodes), stdin, place, text, before)


def _redirected(shell: Shell, node: Node, stdin: Value | None) -> Value:
    body = next((child for child in node.children if child.is_named and child.type not in _REDIRECTS), None)
    io = redirects.read(shell, [child for child in node.children if child.type in _REDIRECTS])
    return _with_redirects(shell, body, io, stdin)


def _with_redirects(shell: Shell, body: Node | None, io: redirects.Redirects, stdin: Value | None) -> Value:
    # The grammar puts the redirection of a last command around the whole pipeline or list.
    if body is not None and body.type == "pipeline":
        *first, last = _stages(body)
        for stage in first:
            stdin = run(shell, stage, stdin)
        return _with_redirects(shell, last, io, stdin)
    if body is not None and body.type == "list":
        return _list(shell, body, stdin, io)
    if body is None:
        return redirects.apply(shell, io, stdin, lambda given: given or EMPTY)
    if io.arguments and body.type == "command":
        return redirects.apply(shell, io, stdin, lambda given: _simple(shell, body, given, io.arguments))
    return redirects.apply(shell, io, stdin, lambda given: run(shell, body, given))


def _stages(node: Node) -> list[Node]:
    return [child for child in node.children if child.is_named and child.type != "comment"]


def pipeline(shell: Shell, node: Node, stdin: Value | None) -> Value:
    """Walk through a pipeline: each stage reads what the one before prints."""
    shrugged = shell.shrugged
    stages = _stages(node)
    for index, stage in enumerate(stages):
        shell.shrugged = shrugged and index == len(stages) - 1
        stdin = run(shell, stage, stdin)
    shell.shrugged = shrugged
    return stdin or EMPTY


def _list(shell: Shell, node: Node, stdin: Value | None, io: redirects.Redirects | None = None) -> Value:
    # `a && b || c` leans to the left; unwound, for a long one is no deep nesting.
    items: list[Node] = []
    operators: list[str] = []
    while node.type == "list":
        children = [child for child in node.children if child.type != "comment"]
        if len(children) != 3:  # noqa: PLR2004 - left, operator, right; else the grammar lost its way
            break
        operators.append(children[1].type)
        items.append(children[2])
        node = children[0]
    items.append(node)
    items.reverse()
    operators.reverse()
    out = EMPTY
    shrugged = shell.shrugged
    shell.guarded += 1
    for index, item in enumerate(items):
        follows = items[index + 1] if index < len(operators) and operators[index] == "||" else None
        shell.shrugged = shrugged or (follows is not None and _shrugs(shell, follows))
        if item.type == "list":
            # The grammar lost its way in it.
            out += block(shell, item.named_children, stdin)
        elif io is not None and index == len(items) - 1:
            out += _with_redirects(shell, item, io, stdin)
        else:
            out += run(shell, item, stdin)
    shell.guarded -= 1
    shell.shrugged = shrugged
    return out


def _shrugs(shell: Shell, node: Node) -> bool:
    if node.type == "redirected_statement" and node.children:
        node = node.children[0]
    name = node.child_by_field_name("name") if node.type == "command" else None
    if name is None:
        return False
    word = shell.source.of(name)
    function = shell.scope.functions.get(word)
    if function is None:
        return word in _WAYS_TO_SHRUG
    # A function that only complains.
    text = function.source.of(function.body)
    return not any(way in text for way in _WAYS_TO_STOP)


def _function(shell: Shell, node: Node, _stdin: Value | None) -> Value:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is not None and body is not None:
        shell.scope.functions[shell.source.of(name)] = Function(body, shell.source, shell.lines)
    return EMPTY


def _branches(shell: Shell, bodies: Sequence[Callable[[], Value]], *, maybe_none: bool) -> Value:
    before = shell.scope.fork()
    after: list[Mapping[str, Choices]] = []
    out = EMPTY
    with shell.within():
        for body in bodies:
            shell.scope.variables = dict(before)
            out += body()
            after.append(shell.scope.variables)
    if maybe_none or not after:
        after.append(before)
    shell.scope.merge(after)
    return out


def _if(shell: Shell, node: Node, stdin: Value | None) -> Value:
    bodies: list[list[Node]] = []
    otherwise = False
    conditions_: list[Node] = []
    current = conditions_
    for clause in (node, *(child for child in node.children if child.type in {"elif_clause", "else_clause"})):
        current = conditions_
        if clause.type == "else_clause":
            current, otherwise = [], True
            bodies.append(current)
        for child in clause.children:
            if child.type == "then":
                current = []
                bodies.append(current)
            elif child.is_named and child.type not in {"elif_clause", "else_clause"}:
                current.append(child)
    shell.guarded += 1
    with shell.within():
        asked = block(shell, conditions_, stdin)
    shell.guarded -= 1
    out = _branches(
        shell,
        [partial(block, shell, body, stdin) for body in bodies],
        maybe_none=not otherwise,
    )
    # What a condition prints goes on as well; most of them print nothing, and are not known to.
    return asked + out if asked.origin is not None else out


def _case(shell: Shell, node: Node, stdin: Value | None) -> Value:
    subject = node.child_by_field_name("value")
    value = shell.value(subject) if subject is not None else EMPTY
    bodies: list[list[Node]] = []
    complete = False
    for item in node.named_children:
        if item.type == "case_item":
            patterns = item.children_by_field_name("value")
            for pattern in patterns:
                conditions.compared(shell, value, shell.value(pattern))
                complete = complete or shell.source.of(pattern) == "*"
            bodies.append([child for child in item.named_children if child not in patterns])
        elif item.is_error:
            bodies.append([item])
    return _branches(shell, [partial(block, shell, body, stdin) for body in bodies], maybe_none=not complete)


def _for(shell: Shell, node: Node, stdin: Value | None) -> Value:
    variable, body = node.child_by_field_name("variable"), node.child_by_field_name("body")
    name = "" if variable is None else shell.source.of(variable)
    nodes = node.children_by_field_name("value")
    rounds = shell.words(nodes) if nodes else list(shell.scope.positional or ())
    out = EMPTY
    if body is None:
        return out
    with shell.within():
        for value in rounds[:_MOST_ROUNDS]:
            shell.scope.set(name, (value,))
            out += block(shell, body.named_children, stdin)
        if not rounds:
            out += block(shell, body.named_children, stdin)
    return out


def _loop(shell: Shell, node: Node, stdin: Value | None) -> Value:
    children = node.named_children
    return _branches(shell, [lambda: block(shell, children, stdin)], maybe_none=True)


def _test(shell: Shell, node: Node, _stdin: Value | None) -> Value:
    conditions.test(shell, node)
    return EMPTY


_WALKS: dict[str, Walk] = {
    "program": _body,
    "compound_statement": _body,
    "do_group": _body,
    "command": _command,
    "redirected_statement": _redirected,
    "pipeline": pipeline,
    "list": _list,
    "subshell": _subshell,
    "negated_command": _body,
    "variable_assignment": assignments.walk,
    "variable_assignments": _body,
    "declaration_command": assignments.declare,
    "unset_command": assignments.unset,
    "function_definition": _function,
    "if_statement": _if,
    "case_statement": _case,
    "for_statement": _for,
    "c_style_for_statement": _loop,
    "while_statement": _loop,
    "test_command": _test,
    "file_redirect": redirects.alone,
}
for _word in (
    "string",
    "raw_string",
    "concatenation",
    "word",
    "simple_expansion",
    "expansion",
    "command_substitution",
    "process_substitution",
    "arithmetic_expansion",
):
    _WALKS[_word] = lambda shell, node, _stdin: (shell.value(node), EMPTY)[1]
