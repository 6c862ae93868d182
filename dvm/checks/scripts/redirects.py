"""Redirections: where a command's input comes from, and where its output goes."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dvm.checks.scripts import documents
from dvm.checks.scripts.disk import STANDARD_INPUT, path_key
from dvm.checks.scripts.heredocs import above
from dvm.checks.scripts.values import EMPTY, Origin, OriginKind, Value, hole, literal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tree_sitter import Node

    from dvm.checks.scripts.shell import Shell

_OUT = frozenset({">", ">>", ">|", "&>", "&>>", ">&"})
_SOCKETS = ("/dev/tcp/", "/dev/udp/")
_MARKS = frozenset({"file_descriptor", "heredoc_start", "heredoc_body", "heredoc_end", "herestring_redirect"})
_OUTPUT = ("/dev/stdout", "/dev/fd/1")


class Redirects(Struct):
    """The redirections of one command. `rest` is what the grammar hangs onto a here-document: `| cmd`, `&& cmd`."""

    stdin: Value | None = None
    targets: list[tuple[Value, bool, Node]] = field(default_factory=list)
    piped: list[Node] = field(default_factory=list)
    following: list[Node] = field(default_factory=list)
    arguments: list[Node] = field(default_factory=list)
    """Words of the command that stand behind a redirection: the grammar counts them as part of it."""


def read(shell: Shell, nodes: Sequence[Node]) -> Redirects:
    """Return what these redirections say."""
    io = Redirects()
    for node in nodes:
        match node.type:
            case "file_redirect":
                _file(shell, node, io)
            case "heredoc_redirect":
                _heredoc(shell, node, io)
            case _:
                inner = node.named_children
                if inner:
                    io.stdin = shell.value(inner[-1]) + literal("\n")
    return io


def apply(shell: Shell, io: Redirects, stdin: Value | None, command: Callable[[Value | None], Value]) -> Value:
    """Walk through a command with its redirections, and return what goes on to the next one."""
    out = command(io.stdin if io.stdin is not None else stdin)
    for target, append, node in io.targets:
        shell.write(target, out, shell.place(node), append=append)
    if not all(path_key(target) in _OUTPUT for target, _, _ in io.targets):
        out = EMPTY
    for stage in io.piped:
        out = shell.run(stage, out)
    for node in io.following:
        out += shell.run(node, stdin)
    return out


def alone(shell: Shell, node: Node, _stdin: Value | None) -> Value:
    """Return what `$(< file)` prints."""
    io = read(shell, [node])
    return io.stdin or EMPTY


def _file(shell: Shell, node: Node, io: Redirects) -> None:
    descriptor = _descriptor(shell, node)
    operator = ""
    destinations: list[Node] = []
    for child in node.children:
        if child.type == "file_descriptor":
            descriptor = shell.source.of(child)
        elif child.is_named:
            destinations.append(child)
        else:
            operator = operator or _operator(shell, child)
    if not destinations:
        return
    # The number of a redirection that follows is none.
    io.arguments += [
        word
        for word in takewhile(lambda node: not node.is_error, above(destinations[1:]))
        if word.type != "number" or not is_descriptor(shell, word.end_byte)
    ]
    if operator == "<<<":
        io.stdin = shell.value(destinations[0]) + literal("\n")
        return
    target = shell.value(destinations[0])
    if target.text.startswith(_SOCKETS):
        origin = Origin(OriginKind.REMOTE, target.text, shell.place(node))
        shell.disk.provide(target, hole("socket", origin), shell.place(node))
    if operator.startswith("<"):
        _input(shell, node, io, descriptor, operator, target)
    elif operator in _OUT:
        _output(shell, node, io, descriptor, operator, target)


def _provide(shell: Shell, descriptor: str, content: Value, node: Node) -> None:
    shell.disk.provide(literal(f"/dev/fd/{descriptor}"), content, shell.place(node))


def is_descriptor(shell: Shell, end: int) -> bool:
    """Whether a number that ends at this byte belongs to the redirection behind it: the grammar takes `0<` apart."""
    return shell.source.data[end : end + 1] in {b"<", b">"}


def _descriptor(shell: Shell, node: Node) -> str:
    before = shell.source.data[max(0, node.start_byte - 4) : node.start_byte]
    match = re.search(rb"(?:^|\s)([0-9]+)$", before)
    return match[1].decode() if match is not None else ""


def _operator(shell: Shell, node: Node) -> str:
    """Return the operator as it is written: behind another redirection the grammar splits `<<<` and `<>`."""
    begin = node.start_byte
    before = shell.source.data[max(0, begin - 2) : begin]
    if node.type == "<" and before == b"<<":
        return "<<<"
    return "<>" if node.type == ">" and before.endswith(b"<") else node.type


def _output(shell: Shell, node: Node, io: Redirects, descriptor: str, operator: str, target: Value) -> None:
    if operator == ">&" and (target.text.isdecimal() or target.text == "-"):
        return
    if descriptor in {"", "1"}:
        io.targets.append((target, operator.endswith(">>"), node))
    elif target.text.startswith(_SOCKETS):
        _provide(shell, descriptor, shell.disk.read(target), node)


def _input(shell: Shell, node: Node, io: Redirects, descriptor: str, operator: str, target: Value) -> None:
    copied = operator == "<&" and target.text.isdecimal()
    path = literal(f"/dev/fd/{target.text}") if copied else target
    if descriptor in {"", "0"} and path.text in STANDARD_INPUT:
        return  # it stays what the pipeline makes it
    content = shell.read(path, io.stdin)
    if descriptor in {"", "0"}:
        io.stdin = content
    else:
        _provide(shell, descriptor, content, node)


def _heredoc(shell: Shell, node: Node, io: Redirects) -> None:
    parts = {child.type: child for child in node.children}
    start, body, descriptor = (parts.get(name) for name in ("heredoc_start", "heredoc_body", "file_descriptor"))
    if start is not None and body is not None:
        quoted = any(mark in shell.source.of(start) for mark in "'\"\\")
        content = documents.text_of(shell, node, body.end_byte, quoted=quoted, strip="<<-" in parts)
        if descriptor is None or shell.source.of(descriptor) == "0":
            io.stdin = content
        else:
            _provide(shell, shell.source.of(descriptor), content, node)
    for child in above(node.children):
        _behind(shell, child, io)


def _behind(shell: Shell, child: Node, io: Redirects) -> None:
    """Take note of what stands behind a here-document's mark."""
    match child.type:
        case "pipeline":
            io.piped.extend(inner for inner in child.children if inner.is_named)
        case "file_redirect":
            _file(shell, child, io)
        case "word" | "string" | "raw_string" | "concatenation" | "simple_expansion" | "expansion" | "number":
            io.arguments.append(child)
        case kind if child.is_named and kind not in _MARKS:
            io.following.append(child)
