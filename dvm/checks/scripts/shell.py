"""The state of a script that is walked through without being run, and what it means to call something.

Nothing is executed: commands that print literal text (echo, printf, cat of a here-document) are imitated, and
everything else yields a hole.
"""

from __future__ import annotations

import fnmatch
import posixpath
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dvm.checks.scripts import conditions, expand, statements, written
from dvm.checks.scripts.disk import STANDARD_INPUT, Disk, path_key
from dvm.checks.scripts.effects import EFFECTS, other_program
from dvm.checks.scripts.parser import Source, UnreadableScriptError, parse
from dvm.checks.scripts.program import Command, Program, Run, Trouble
from dvm.checks.scripts.scope import Function, Scope
from dvm.checks.scripts.values import EMPTY, Hole, Place, Value, hole, literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node

    from dvm.checks.scripts.program import Stored
    from dvm.checks.scripts.values import Origin

_MOST_STEPS = 20_000
_DEEPEST = 48
_DEEPEST_CODE = 6
_DEEPEST_CALL = 8
_MOST_SAME_CALLS = 12
_MOST_UNKNOWN = 64
_BYTES_A_STEP = 256
# Set wherever a setup script runs; which shell it is makes no difference here.
_SET_BY_BASH = {"SHELL": literal("/bin/bash"), "BASH": literal("/bin/bash"), "0": literal("bash")}


class TooComplexError(Exception):
    """A script has more ways through it than are worth following."""


class Shell:
    """Walks one script."""

    def __init__(self, program: Program, source: Source) -> None:
        self.program = program
        self.scope = Scope()
        self.disk = Disk(program)
        self.source = source
        self.lines = (1, 1)
        """First and last line of the statement that is being looked at."""
        self.choice = 0
        """Which of a variable's values counts now."""
        self.choosing = False
        """Whether a statement is just being walked through once for each choice."""
        self.width = 1
        """How many values the variables seen since have at the most."""
        self.inside = 0
        """How many functions, conditions and pieces of nested code are around the present statement."""
        self.shrugged = False
        """Whether the next command's failure is made nothing of (`|| true`)."""
        self.errexit = True
        """Whether a failure ends the script: DVM sees to it, unless the script says `set +e`."""
        self.guarded = 0
        """How many conditions and lists are around, which look at a failure themselves."""
        self.foreign_keys = False
        """Whether a key from the network was imported unchecked: signatures prove nothing any more."""
        self.clones: dict[str, Origin] = {}
        """Directories that hold a repository as its branch is today, by name."""
        self.directory = ""
        """Where the last cd went."""
        self.inherited: Value | None = None
        """What `exec < file` made the standard input of the rest."""
        self.sinks: dict[str, tuple[Node, Source, tuple[int, int]]] = {}
        self._steps = 0
        self._depth = 0
        self._code = 0
        self._calls = 0
        self._holes = 0
        self._called: dict[tuple[object, ...], int] = {}

    # The parse tree

    def place(self, node: Node) -> Place:
        """Return where a node is in the script."""
        if self.source.pinned:
            return Place(self.source.line, self.source.column, *self.lines)
        point = node.start_point
        line, column = self.source.point(point.row, point.column)
        return Place(line, column, *self.lines)

    def run(self, node: Node, stdin: Value | None = None) -> Value:
        """Walk through a statement and return what it prints.

        Raises:
            TooComplexError: the budget is used up.
        """
        if self._depth >= _DEEPEST:
            self.trouble(self.place(node), "it is nested too deeply")
            return EMPTY
        self._depth += 1
        try:
            return statements.run(self, node, stdin)
        finally:
            self._depth -= 1

    def block(self, nodes: Sequence[Node], stdin: Value | None = None) -> Value:
        """Walk through statements one after the other, and return what they print together."""
        return statements.block(self, nodes, stdin)

    def words(self, nodes: Sequence[Node]) -> list[Value]:
        """Return the words that these nodes become."""
        return expand.words(self, nodes)

    def value(self, node: Node) -> Value:
        """Return a word that is never split."""
        return expand.value(self, node)

    def other(self, command: Command) -> Value:
        """Walk through a program that nothing is known of."""
        return other_program(self, command)

    def compared_words(self, words: Sequence[Value]) -> None:
        """Walk through the words of the command `test`."""
        conditions.compared_words(self, words)

    def tick(self, cost: int = 1) -> None:
        """Take from the budget."""
        self._steps += cost
        if self._steps > _MOST_STEPS:
            raise TooComplexError

    def trouble(self, place: Place, what: str) -> None:
        """Take note of a part that could not be read."""
        self.program.troubles.append(Trouble(place, what))

    @contextmanager
    def within(self) -> Iterator[None]:
        """Walk through something that is not simply the next statement of the script."""
        self.inside += 1
        shrugged, self.shrugged = self.shrugged, False
        try:
            yield
        finally:
            self.inside -= 1
            self.shrugged = shrugged

    @property
    def lenient(self) -> bool:
        """Whether nothing comes of it when the present command fails."""
        return self.shrugged or not (self.errexit or self.guarded)

    # Data

    def variable(self, name: str) -> Value | None:
        """Return what a variable holds, by the present choice; None where the script has not set it."""
        choices = self.scope.variables.get(name)
        if choices is None:
            array = self.scope.arrays.get(name)
            return array[0] if array else _SET_BY_BASH.get(name)
        self.width = max(self.width, len(choices))
        return choices[self.choice % len(choices)] if choices else EMPTY

    def fresh(self, what: str, origin: Origin | None = None) -> Value:
        """Return a hole that is like no other."""
        self._holes += 1
        return hole(f"{what}#{self._holes}", origin)

    def ran(self, place: Place, origin: Origin, how: str) -> None:
        """Take note that unchecked data is run."""
        self.program.runs.append(Run(place, origin, how))

    def ran_file(self, file: Stored, place: Place, how: str) -> None:
        """Take note that a file is run, if nobody has checked it."""
        origin = file.origin or file.content.origin
        if origin is not None:
            self.ran(place, origin, how)

    # Calls

    def invoke(
        self,
        words: Sequence[Value],
        stdin: Value | None,
        place: Place,
        text: str,
        assignments: tuple[tuple[str, Value], ...] = (),
    ) -> Value:
        """Walk through a simple command and return what it prints."""
        self.tick(1 + len(words) // 32)
        if not words:
            return EMPTY
        head = words[0]
        stdin = self.inherited if stdin is None else stdin
        if head.leading_origin is not None:
            self.ran(place, head.leading_origin, "the shell, as a command")
            return EMPTY
        name = self._name(head)
        if "/" in head.text:
            name = self.disk.programs.get(path_key(head), name)
        command = Command(name, tuple(words), place, text, stdin, assignments)
        if head.known == name and (name in self.scope.aliases or name in self.scope.functions):
            return self._own(name, command)
        self.program.commands.append(command)
        if self.inside == 0:
            self.program.opening.append(command)
        file = self.disk.find(head) if head.holes or "/" in head.text else None
        if file is not None and file.place != place:
            return self.run_stored(file, command, "the shell, as a program")
        if not name and head.holes:
            return self._unknown(command)
        if "/" in head.text:
            self._ran_clone(head, command, "the shell, as a program")
        return EFFECTS.get(name, other_program)(self, command)

    def _own(self, name: str, command: Command) -> Value:
        if name in self.scope.aliases:
            return self._call_alias(name, command)
        return self.call_function(self.scope.functions[name], command.args, command.stdin)

    def _name(self, head: Value) -> str:
        last = head.parts[-1] if head.parts else ""
        if isinstance(last, Hole):
            return ""
        name = posixpath.basename(last)
        if len(head.parts) > 1 and name == last:
            return ""
        if any(mark in name for mark in "*?["):
            return next((known for known in EFFECTS if fnmatch.fnmatchcase(known, name)), name)
        return name

    def _unknown(self, command: Command) -> Value:
        stdin = command.stdin
        if stdin is not None and stdin.origin is not None and len(command.words) == 1:
            self.ran(command.place, stdin.origin, "a command whose name only the run will tell")
        # `$SUDO sh`: what is not known may be nothing at all, or a wrapper.
        rest = list(command.args)
        while rest and rest[0].known is None and not self._name(rest[0]) and rest[0].leading_origin is None:
            rest = rest[1:] if len(rest) <= _MOST_UNKNOWN else []
        if rest and rest[0].text.startswith("-"):
            # Options of a wrapper, and what they are given.
            at = next((at for at, word in enumerate(rest[:_MOST_UNKNOWN]) if self._name(word) in EFFECTS), 0)
            rest = rest[at:]
        if not rest:
            return self.fresh("out", stdin.origin if stdin is not None else None)
        out = self.invoke(rest, stdin, command.place, command.text, command.assignments)
        return out or self.fresh("out", stdin.origin if stdin is not None else None)

    def _call_alias(self, name: str, command: Command) -> Value:
        value = self.scope.aliases.pop(name)
        rest = Value()
        for word in command.args:
            rest += literal(" ") + self.bound(word)
        try:
            return self.run_code(value + rest, command.place, command.stdin, "an alias")
        finally:
            self.scope.aliases.setdefault(name, value)

    def bound(self, value: Value) -> Value:
        """Return text that, run as code, is this value as one word."""
        name = f"__dvm_word_{self._next()}"
        self.scope.set(name, (value,))
        return literal(f'"${{{name}}}"')

    def _next(self) -> int:
        self._holes += 1
        return self._holes

    def call_function(self, function: Function, args: Sequence[Value], stdin: Value | None) -> Value:
        """Walk through a function's body with these arguments."""
        call = (id(function), tuple(arg.key for arg in args), "" if stdin is None else stdin.key)
        self._called[call] = self._called.get(call, 0) + 1
        function.called = True
        if self._calls >= _DEEPEST_CALL or self._called[call] > _MOST_SAME_CALLS:
            return self.fresh("out", stdin.origin if stdin is not None else None)
        before = (self.source, self.lines, self.scope.positional)
        self.source, self.lines, self.scope.positional = function.source, function.lines, tuple(args)
        self._calls += 1
        try:
            # Not `within`: `|| true` behind a call concerns what is in the function too.
            self.inside += 1
            return self.run(function.body, stdin)
        finally:
            self.inside -= 1
            self._calls -= 1
            self.source, self.lines, self.scope.positional = before

    # Code

    def run_code(
        self,
        code: Value,
        place: Place,
        stdin: Value | None,
        how: str,
        args: Sequence[Value] | None = None,
    ) -> Value:
        """Walk through a text that is run as Bash, and return what it prints."""
        # Where it is only an argument (`bash -c "install $version"`) it is data.
        origin = code.leading_origin
        if origin is not None:
            self.ran(place, origin, how)
        if not code or (len(code.parts) == 1 and code.known is None):
            return EMPTY
        if self._code >= _DEEPEST_CODE:
            self.trouble(place, "code within code is nested too deeply")
            return EMPTY
        text = self._spelled(code)
        self.tick(1 + len(text) // _BYTES_A_STEP)
        try:
            data = text.encode("utf-8", "replace")
            root = parse(data)
        except UnreadableScriptError as error:
            self.trouble(place, str(error))
            return EMPTY
        start = code.start
        source = (
            Source(data, place.line, place.column, nested=True, pinned=True)
            if start is None or self.source.pinned
            else Source(data, *start, nested=True)
        )
        return self._run_nested(root, source, stdin, args, place)

    def _run_nested(
        self, root: Node, source: Source, stdin: Value | None, args: Sequence[Value] | None, place: Place
    ) -> Value:
        before = (self.source, self.lines, self.scope.positional)
        self.source, self.lines = source, (place.first, place.last)
        if args is not None:
            self.scope.positional = tuple(args)
        self._code += 1
        try:
            with self.within():
                return self.run(root, stdin)
        finally:
            self._code -= 1
            self.source, self.lines, self.scope.positional = before

    def _spelled(self, code: Value) -> str:
        parts: list[str] = []
        for part in code.parts:
            if isinstance(part, str):
                parts.append(part)
            else:
                name = f"__dvm_hole_{self._next()}"
                self.scope.set(name, (Value((part,)),))
                parts.append(f"${{{name}}}")
        return "".join(parts)

    def run_stored(self, file: Stored, command: Command, how: str) -> Value:
        """Walk through a file that the script itself wrote, or note that it is not to be trusted."""
        self.ran_file(file, command.place, how)
        if file.content.origin is None and not file.content.text.startswith(("#!/usr/bin/python", "#!/usr/bin/perl")):
            return self.run_code(file.content, command.place, command.stdin, how, command.args)
        return self.fresh("out")

    def _ran_clone(self, path: Value, command: Command, how: str) -> None:
        where = path.text if path.text.startswith(("/", "~")) else f"{self.directory}/{path.text}"
        origin = next((self.clones[part] for part in where.split("/")[:-1] if part in self.clones), None)
        if origin is not None:
            self.ran(command.place, origin, how)

    def run_path(self, path: Value, command: Command, how: str, *, bash: bool = True) -> Value:
        """Walk through a file named by its path; `bash`: its text is Bash."""
        if path.text == "-" or path.text in STANDARD_INPUT:
            return self.run_code(command.stdin or EMPTY, command.place, None, how)
        file = self.disk.find(path)
        if file is None:
            self._ran_clone(path, command, how)
            return self.fresh("out")
        if bash:
            return self.run_stored(file, command, how)
        self.ran_file(file, command.place, how)
        return self.fresh("out")

    def read(self, path: Value, stdin: Value | None) -> Value:
        """Return what is in a file; `/dev/stdin` and `-` are the standard input."""
        if path.text == "-" or path.text in STANDARD_INPUT:
            return stdin or EMPTY
        return self.disk.read(path)

    def write(self, path: Value, content: Value, place: Place, *, append: bool = False) -> None:
        """Put content into a file, or hand it to the command behind a `>(…)`."""
        sink = self.sinks.get(path.key)
        if sink is None:
            self.disk.write(path, content, place, append=append)
            written.wrote(self, path, content, place)
            return
        node, source, lines = sink
        before = (self.source, self.lines)
        self.source, self.lines = source, lines
        try:
            with self.within():
                self.block(node.named_children, content)
        finally:
            self.source, self.lines = before
