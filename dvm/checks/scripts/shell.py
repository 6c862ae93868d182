"""The state of a script that is walked through without being run, and what it means to call something.

Nothing is executed: commands that print literal text (echo, printf, cat of a here-document) are imitated, and
everything else yields a hole. What a shell is given has to be known, or is reported: DVM202 where it comes from the
network, DVM210 where nobody knows.
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.checks.scripts import lookalike, statements, written
from dvm.checks.scripts.bash import BashSyntaxError, parse
from dvm.checks.scripts.disk import STANDARD_INPUT, Disk, path_key
from dvm.checks.scripts.effects import EFFECTS, other_program
from dvm.checks.scripts.effects.digests import EFFECTS as DIGESTS
from dvm.checks.scripts.effects.downloads import is_local
from dvm.checks.scripts.effects.interpreters import EFFECTS as INTERPRETERS
from dvm.checks.scripts.effects.interpreters import look
from dvm.checks.scripts.effects.options import names_of
from dvm.checks.scripts.effects.shells import SHELLS
from dvm.checks.scripts.effects.streams import KNOWN
from dvm.checks.scripts.effects.tools import names_a_shell, tells_of_the_guest
from dvm.checks.scripts.names import MOST_CHOICES, Function, Namespace
from dvm.checks.scripts.program import CodeRun, Command, Program, Stored, Trouble
from dvm.checks.scripts.source import Source, source_of
from dvm.checks.scripts.statements import NOTHING, CommandOutcome
from dvm.checks.scripts.values import (
    EMPTY,
    FILES_PLACE,
    DataOrigin,
    Hole,
    Known,
    OriginKind,
    Place,
    Value,
    hole,
    literal,
)
from dvm.checks.scripts.verified import compared_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dvm.checks.scripts.bash.nodes import Statement

_VERSION = re.compile(r"-?\d+(\.\d+)*$")
_SCRIPT_TEXT = re.compile(r"\s*[\w./$~-]+[\s;|&][^%]*\Z")
_INSIDE = re.compile(r"(?<=[\s\"'(=])https?://(?!localhost\b|127\.|\[::1\])")
_ADDRESS = re.compile(r"(?:--?[\w-]+=)?(?:https?|ftp|git|s3|gs)://")
# These only show or look for what they are given.
_PRINT = names_of("echo printf cat grep egrep fgrep rg tee logger test [ read mapfile wall notify-send")
_NAMES_VARIABLES = names_of("printf read mapfile readarray test [")
_ELEMENT = re.compile(r"\w+\[")
_GIVE_UP = frozenset(["die", "fail", "abort", "fatal", "panic", "bail", "quit", "error_exit", "err_exit"])
_MOST_STEPS = 20_000
_MOST_FOUND = 1000
"""Findings: nobody reads more, and the rest of the script is reported as unread."""
_SECONDS = 1.0
_DEEPEST = 48
_DEEPEST_CODE = 6
_DEEPEST_CALL = 8
_MOST_UNKNOWN = 64
_LONGEST_NAME = 64
_BYTES_A_STEP = 256
_LONGEST_CODE = 1 << 17
# Set wherever a setup script runs; which shell it is makes no difference here.
_ALREADY_SET = {
    "SHELL": literal("/bin/bash"),
    "BASH": literal("/bin/bash"),
    "0": literal("bash"),
    "DVM_FILES": FILES_PLACE,
}


class TooComplexError(Exception):
    """A script has more ways through it than are worth following."""


class Shell:
    """Walks one script."""

    base = 0

    def __init__(self, program: Program, source: Source) -> None:  # noqa: PLR0915 - the state, part by part
        self.program = program
        self.scope = Namespace()
        self.disk = Disk(program)
        self.source = source
        self.lines = (1, 1)
        """First and last line of the statement that is being looked at."""
        self.here = Place(1, 1, 1, 1)
        """Where the present command is."""
        self.choice = 0
        """Which of a variable's values counts now."""
        self.choosing = False
        """Whether a statement is just being walked through once for each choice."""
        self.width = 1
        """How many values the variables seen since have at the most."""
        self.inside = 0
        """How many functions, conditions and pieces of nested code are around the present statement."""
        self.errexit = True
        """Whether a failure ends the script: DVM sets that, unless the script says `set +e`."""
        self.pipefail = True
        """Whether the failure of any stage is the pipeline's."""
        self.ignored = 0
        """How many conditions and lists are around, in which Bash ignores errexit."""
        self.in_background = False
        """Whether nobody waits for the present command."""
        self.outcome: CommandOutcome = NOTHING
        """What holds after the last command."""
        self.skipped: frozenset[Stored] = frozenset()
        """Files whose check the last list only had in front of `&&`, where its failure ends nothing."""
        self.loose: set[Stored] = set()
        """Files whose check ends one round of a loop only."""
        self.foreign_keys = False
        """Whether a key from the network was imported unchecked: signatures prove nothing any more."""
        self.clones: dict[str, DataOrigin] = {}
        """Directories that hold a repository as its branch is today, by path."""
        self.fetched: DataOrigin | None = None
        """What `git fetch` brought."""
        self.fetched_commit = False
        self.directory = ""
        """Where the last cd went."""
        self.unpacked = False
        """Whether something verified was unpacked: paths that the script did not write come to be."""
        self.pinned = False
        """Whether a repository was brought to a commit: its files come to be."""
        self.printed = False
        self.inherited: Value | None = None
        """What `exec < file` made the standard input of the rest."""
        self.sinks: dict[str, tuple[list[Statement], Source]] = {}
        """What reads what is written to a path: the command of a `>(…)`, of a coprocess, of a descriptor of one."""
        self.free_descriptor = 9
        """The last one that Bash chose by itself."""
        self.detached = False
        """Whether the present command runs on beside the script (`&`)."""
        self.unfinished: set[Stored] = set()
        """Downloads of such commands, which nobody has waited for."""
        self.deferred: list[tuple[Value, Place, str]] = []
        """Texts that a shell is handed at its end: of `trap`."""
        self.rounds: bool | None = None
        """In the condition of a loop: whether its body skips some rounds (`continue`); else None."""
        self._followed: list[Stored] = []
        """The files that are being walked through."""
        self._passed: list[Stored] = []
        """The files that were verified so far, in order."""
        self._steps = 0
        self._depth = 0
        self._code = 0
        self._calls: list[Function] = []
        self._holes = 0
        self._begin = time.thread_time()

    # Statements

    def place(self, at: int) -> Place:
        """Return where an offset of the present source is in the script."""
        if self.source.pinned is not None:
            return Place(self.source.pinned.line, self.source.pinned.column, *self.lines)
        return Place(*self.source.point(at), *self.lines)

    def block(self, body: Sequence[Statement], stdin: Value | None) -> Value:
        """Walk through statements one after the other, and return what they print together.

        Raises:
            TooComplexError: the budget is used up.
        """
        if self._depth >= _DEEPEST:
            self.trouble(self.here, "it is nested too deeply")
            return EMPTY
        self._depth += 1
        try:
            return statements.block(self, body, stdin)
        finally:
            self._depth -= 1

    def other(self, command: Command) -> Value:
        """Walk through a program that nothing is known of."""
        return other_program(self, command)

    def compared_words(self, words: Sequence[Value]) -> None:
        """Walk through the words of the command `test`."""
        good, bad = compared_words(self, words)
        self.outcome = CommandOutcome(good, bad, asks=True)

    def tick(self, cost: int = 1) -> None:
        """Take from the budget."""
        self._steps += cost
        if self._steps > _MOST_STEPS or (not self._steps % 64 and self._is_too_much()):
            raise TooComplexError

    def _is_too_much(self) -> bool:
        found = len(self.program.stored) + len(self.program.runs) + len(self.program.sunk)
        return found > _MOST_FOUND or time.thread_time() - self._begin > _SECONDS

    def trouble(self, place: Place, what: str, *, runs: bool = True) -> None:
        """Take note of a part that can't be followed; `runs`: a shell runs it.

        Raises:
            TooComplexError: there are more of them than anybody reads.
        """
        self.program.troubles.append(Trouble(place, what, runs))
        if len(self.program.troubles) > _MOST_FOUND:
            raise TooComplexError

    @contextmanager
    def within(self) -> Iterator[None]:
        """Walk through something that is not simply the next statement of the script."""
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Walk through what runs in a process of its own, whose failure nobody looks at."""
        unverified = set(self.disk.unverified)
        files = set(self.program.stored)
        held = (self.in_background, self.errexit, self.pipefail, self.directory, self.ignored)
        kept = (self.choosing, self.choice, self.width)
        self.in_background, self.errexit = True, False
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1
            self.in_background, self.errexit, self.pipefail, self.directory, self.ignored = held
            width = self.width
            self.choosing, self.choice, self.width = kept
            self.width = max(self.width, width if kept[0] else 1)
            self.disk.unverified |= unverified & (files | unverified)
            self.outcome = NOTHING

    # What is verified

    @property
    def effective(self) -> bool:
        """Whether a failure of the present statement ends the script."""
        return self.errexit and not self.ignored and not self.in_background

    def verify(self, file: Stored) -> None:
        """Take note that a file is what the author meant, if the present command succeeds."""
        self.outcome = CommandOutcome(self.outcome.good | {file}, self.outcome.bad, asks=self.outcome.asks)

    def verify_all(self, files: Iterable[Stored]) -> None:
        """Take note of files that are what the author meant, if the present command succeeds."""
        for file in files:
            self.verify(file)

    def verified(self, files: Iterable[Stored], *, loose: bool = False) -> None:
        """Take note that files are verified from here on."""
        self.assumed(files)
        if loose:
            self.loose |= set(files)

    def assumed(self, files: Iterable[Stored]) -> None:
        """Take note that files are verified in the present branch."""
        for file in files:
            if file in self.unfinished:
                file.doubt = "it is checked while it is still being fetched"
            elif file in self.disk.unverified:
                file.verified = True
                self.disk.unverified.discard(file)
                self._passed.append(file)

    # Data

    def variable(self, name: str) -> Value | None:
        """Return what a variable holds, by the present choice; None where the script has not set it."""
        name = self.scope.references.get(name, name)
        choices = self.scope.variables.get(name)
        if choices is None:
            array = self.scope.arrays.get(name)
            return array[0] if array else _ALREADY_SET.get(name)
        self.width = max(self.width, len(choices))
        return choices[self.choice % len(choices)] if choices else EMPTY

    def keep(self, name: str, values: tuple[Value, ...]) -> None:
        """Give a variable a value, or one for each round; by a later choice, one more."""
        if self.choosing and self.choice:
            self.scope.variables[name] = (*self.scope.variables.get(name, ()), *values)[-MOST_CHOICES:]
        else:
            self.scope.set(name, values)

    def noted(self, name: str, value: Value) -> None:
        """Take note of a variable that a command sets."""
        statements.note(self, name, value)

    def searched(self, path: Value) -> None:
        """Take note of a value of PATH."""
        statements.searched(self, path)

    def elements(self, name: str) -> list[Value] | None:
        """Return the elements of an array, None where the script has not set it."""
        found = self.scope.arrays.get(self.scope.references.get(name, name))
        return None if found is None else list(found)

    def fresh(self, what: str, origin: DataOrigin | None = None, known: Known = Known.NO) -> Value:
        """Return a hole that is like no other."""
        self._holes += 1
        return hole(f"{what[:100]}#{self._holes}", origin, known=known)

    def ran(self, place: Place, origin: DataOrigin, how: str) -> None:
        """Take note that unchecked data is run."""
        self.program.runs.append(CodeRun(place, origin, how))

    def ran_file(self, file: Stored, place: Place, how: str) -> None:
        """Take note that a file is run, if nobody has checked it."""
        for item in (file, *self.disk.others.get(file.key, ())):
            origin = item.origin or item.content.origin
            if origin is not None:
                self.ran(place, origin, how)

    def looked_through(self, text: Value, place: Place, how: str) -> None:
        """Look for a download that is run in text that is no script of its own."""
        found = lookalike.fetch_and_run(text.text)
        if found:
            self.ran(place, DataOrigin(OriginKind.REMOTE, found, place), how)
        elif lookalike.unread(text.text):
            self.trouble(place, f"text for {how} is longer than is searched for downloads", runs=False)

    # Calls

    def invoke(  # noqa: C901, PLR0911, PLR0912 - one way for each kind
        self,
        words: Sequence[Value],
        stdin: Value | None,
        place: Place,
        text: str,
        assignments: tuple[tuple[str, Value], ...] = (),
        *,
        own: bool = True,
    ) -> Value:
        """Walk through a simple command and return what it prints; `own`: it may be a function or an alias."""
        self.tick(1 + len(words) // 32)
        self.outcome = NOTHING
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
        found = self.disk.on_path(name) if head.known == name else None
        if isinstance(found, str) and (found in EFFECTS or name in DIGESTS):
            name = found
        name = self.scope.programs.get(name, name)
        command = Command(name, tuple(words), place, text, stdin, assignments)
        if own and head.known == name and (name in self.scope.aliases or name in self.scope.functions):
            return self._own(name, command)
        self.program.commands.append(command)
        if self.inside == 0:
            self.program.opening.append(command)
        file = self.disk.find(head) if head.holes or "/" in head.text else None
        if isinstance(found, Stored) and (found.source is None or found.origin is not None):
            file = found
        if file is not None and file.place != place and file not in self._followed:
            out = self.run_stored(file, command, "the shell, as a program")
            if name not in EFFECTS or file.source is None or file.origin is not None:
                return out
            # A program that was downloaded and verified does what it always does.
        if not name and head.holes:
            return self._unknown(command)
        if "/" in head.text:
            self._ran_path(head, command, "the shell, as a program")
        effect = EFFECTS.get(name)
        if effect is None:
            return self._stranger(command)
        before = len(self.program.runs)
        out = effect(self, command)
        if len(self.program.runs) == before and name not in _PRINT and name not in INTERPRETERS:
            self._words_looked_through(command)
        for word in command.args if name in _NAMES_VARIABLES else ():
            # Bash runs what is in the index of an element that it is told to set or to look at.
            if _ELEMENT.match(word.text):
                self.looked_through(word, place, name)
        return self._told(command, out)

    def _told(self, command: Command, out: Value) -> Value:
        """Return an output as the guest's own where it is."""
        if not tells_of_the_guest(command):
            return out
        if not out:
            return self.fresh(command.name, known=Known.LOCAL)
        if out.origin is None and out.known is None:
            return out.map_holes(lambda part: replace(part, known=Known.LOCAL))
        return out

    def _stranger(self, command: Command) -> Value:
        """Walk through a program that nothing is known of: what it is given may be anything to it."""
        args = command.args
        if command.name in _GIVE_UP:
            # A library's own, or nothing: the script ends either way.
            self.outcome = CommandOutcome(stops="exit")
            return EMPTY
        for index, word in enumerate(args if command.name not in KNOWN else ()):
            name = self._name(word)
            if index and index + 1 == len(args) and names_a_shell(command):
                break
            if name in SHELLS or (index and args[index - 1].text == "--" and name in EFFECTS):
                # It looks like a wrapper.
                return self.invoke(args[index:], command.stdin, command.place, command.text, command.assignments)
        before = len(self.program.runs)
        self._words_looked_through(command)
        if len(self.program.runs) == before and command.name not in KNOWN:
            texts = command.texts
            if any(
                _INSIDE.search(text) or (_ADDRESS.match(text) and not is_local(word))
                for text, word in zip(texts, args, strict=True)
            ):
                self.trouble(command.place, f"{command.name} is given an address, and DVM does not know it", runs=False)
            elif "-c" in texts[:-1] and _SCRIPT_TEXT.match(texts[texts.index("-c") + 1]):
                self.trouble(
                    command.place, f"{command.name} is given a text to run, and DVM does not know it", runs=False
                )
            elif command.stdin is not None and command.stdin.origin is not None:
                self.trouble(
                    command.place, f"{command.name} reads from the network, and DVM does not know it", runs=False
                )
        return self._told(command, other_program(self, command))

    def index_looked_through(self, text: Value) -> None:
        """Look for a download that is run in the index of an element."""
        if "[" in text.text:
            self.looked_through(text, self.here, "an expansion")

    def later(self, code: Value, place: Place, how: str) -> None:
        """Walk through a text that a shell runs some time after this: what it verifies may be used before."""
        unverified = set(self.disk.unverified)
        self.run_code(code, place, None, how)
        self.disk.unverified |= unverified
        self.outcome = NOTHING

    def typed(self, code: Value, place: Place, how: str) -> None:
        """Walk through a text that a person runs some time by its name: what is not known now is known then."""
        begin = len(self.program.troubles)
        self.later(code, place, how)
        self.program.warn_only(begin)

    def _words_looked_through(self, command: Command) -> None:
        for word in command.args:
            self.looked_through(word, command.place, command.name)
        if command.stdin is not None and command.stdin.known is not None:
            self.looked_through(command.stdin, command.place, command.name)

    def _own(self, name: str, command: Command) -> Value:
        if name in self.scope.aliases:
            return self._call_alias(name, command)
        out = EMPTY
        unverified = set(self.disk.unverified)
        # One that is defined twice may be any of its definitions.
        for index, function in enumerate(self.scope.functions[name]):
            left = set(self.disk.unverified)
            if index:
                self.disk.unverified |= unverified
            out += self.call_function(function, command.args, command.stdin)
            if index:
                self.disk.unverified |= left
        return out

    def _name(self, head: Value) -> str:
        last = head.parts[-1] if head.parts else ""
        if isinstance(last, Hole):
            return ""
        name = posixpath.basename(last)
        if len(head.parts) > 1 and name == last:
            return ""
        if len(name) < _LONGEST_NAME and any(mark in name for mark in "*?["):
            return next((known for known in EFFECTS if fnmatch.fnmatchcase(known, name)), name)
        return name if name in EFFECTS else _VERSION.sub("", name) if _VERSION.sub("", name) in EFFECTS else name

    def _unknown(self, command: Command) -> Value:
        stdin, first = command.stdin, command.words[0].leading
        if stdin is not None and stdin.origin is not None and len(command.words) == 1:
            self.ran(command.place, stdin.origin, "a command whose name is only known at run time")
        elif first is not None and first.known is Known.NO:
            self.trouble(command.place, "only the run shows which program this is")
        # `$SUDO sh`: what is not known may be nothing at all, or a wrapper.
        rest = list(command.args)
        while rest and rest[0].known is None and not self._name(rest[0]) and rest[0].leading_origin is None:
            rest = rest[1:] if len(rest) <= _MOST_UNKNOWN else []
        if rest and rest[0].text.startswith("-"):
            # Options of a wrapper, and what they are given.
            at = next((at for at, word in enumerate(rest[:_MOST_UNKNOWN]) if self._name(word) in EFFECTS), 0)
            rest = rest[at:]
        out = hole("", None)
        if rest and self._name(rest[0]) in EFFECTS:
            out = self.invoke(rest, stdin, command.place, command.text, command.assignments)
        elif rest or stdin is not None:
            out = other_program(self, command)
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
        function.called = True
        if self._calls.count(function) >= 2 or len(self._calls) >= _DEEPEST_CALL:  # noqa: PLR2004 - once again for what the first round left
            itself = self._calls.count(function) >= 2  # noqa: PLR2004
            what = "a function calls itself" if itself else "functions call each other more deeply than is followed"
            self.trouble(self.here, what, runs=not itself)
            return self.fresh("out", stdin.origin if stdin is not None else None)
        before = (self.source, self.lines, self.scope.positional, self.here, self.choosing, self.choice, self.width)
        self.source, self.scope.positional = function.source, tuple(args)
        self.choosing, self.choice = False, 0
        self._calls.append(function)
        self.inside += 1
        start = len(self._passed)
        try:
            out = statements.run(self, function.body, stdin)
        finally:
            self.inside -= 1
            self._calls.pop()
            self.source, self.lines, self.scope.positional, self.here, self.choosing, self.choice, self.width = before
        self.leave(start)
        return out

    def call_waiting(self, others: set[Function]) -> None:
        """Walk through the functions that nothing has called yet, but for some others.

        Who calls them says what they fetch and which program they start; what they run by themselves counts.
        """
        stored, sunk, troubles = len(self.program.stored), len(self.program.sunk), len(self.program.troubles)
        for function in [item for held in self.scope.functions.values() for item in held]:
            if not function.called and function not in others:
                self.scope.positional = None
                self.call_function(function, (), None)
        del self.program.stored[stored:], self.program.sunk[sunk:], self.program.troubles[troubles:]

    @property
    def checked(self) -> int:
        """How many files were verified so far."""
        return len(self._passed)

    def leave(self, start: int) -> None:
        """Go on after a function or nested code: what it verified holds if it succeeded."""
        result = self.outcome
        good = result.good
        if not self.effective:
            gained = frozenset(self._passed[start:])
            self.disk.unverified |= gained
            good |= gained
        self.outcome = CommandOutcome(good, result.bad, "exit" if result.stops == "exit" else "", result.asks)

    # Code

    def run_code(
        self,
        code: Value,
        place: Place,
        stdin: Value | None,
        how: str,
        args: Sequence[Value] | None = None,
        *,
        apart: bool = True,
        strict: bool = False,
        own_lines: bool = False,
    ) -> Value:
        """Walk through a text that is run as Bash, and return what it prints.

        `apart`: a shell of its own runs it, with errexit where `strict`; else the present one does.
        """
        origin = code.origin
        if origin is not None and (origin.kind is OriginKind.REMOTE or code.leading_origin is not None):
            self.ran(place, origin, how)
        first = code.leading
        if origin is None and first is not None and first.known is not Known.LOCAL:
            self.trouble(place, f"{how} runs text that is only known at run time")
        if not code or (len(code.parts) == 1 and code.known is None):
            self.outcome = NOTHING
            return self.fresh("out", origin)
        if self._code >= _DEEPEST_CODE:
            self.trouble(place, "code within code is nested too deeply")
            return EMPTY
        text = self._spelled(code)
        self.tick(1 + len(text) // _BYTES_A_STEP)
        source = source_of(code, text, place, own_lines=own_lines)
        if self.source.pinned is not None and code.start is None:
            source = Source(text, pinned=place)
        if len(text) > _LONGEST_CODE:
            self.trouble(place, "it is longer than what is followed")
            return EMPTY
        try:
            body, _ = parse(text)
        except BashSyntaxError as error:
            body = error.statements
            self.trouble(place, str(error))
        return self._run_nested(body, source, stdin, args, apart=apart, strict=strict)

    def _run_nested(
        self,
        body: Sequence[Statement],
        source: Source,
        stdin: Value | None,
        args: Sequence[Value] | None,
        *,
        apart: bool,
        strict: bool,
    ) -> Value:
        before = (self.source, self.lines, self.scope.positional, self.here, self.choosing, self.choice, self.width)
        held = (self.errexit, self.pipefail, self.ignored)
        self.source = source
        if apart:
            self.errexit, self.pipefail, self.ignored = strict, False, 0
        if args is not None:
            self.scope.positional = tuple(args)
        self._code += 1
        self.choosing, self.choice = False, 0
        start = len(self._passed)
        try:
            with self.within():
                out = self.block(body, stdin)
        finally:
            self._code -= 1
            self.source, self.lines, self.scope.positional, self.here, self.choosing, self.choice, self.width = before
            if apart:
                self.errexit, self.pipefail, self.ignored = held
        self.leave(start)
        return out

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
        if file.origin is not None or not file.content:
            return self.fresh("out")
        head = file.content.text[:80]
        self._followed.append(file)
        try:
            return self._run_followed(file, command, how, head)
        finally:
            self._followed.pop()

    def _run_followed(self, file: Stored, command: Command, how: str, head: str) -> Value:
        if head.startswith("#!") and not written.is_shell(head):
            look(self, command, file.content)
            return self.fresh("out", known=Known.LOCAL)
        if file.content.known is None and file.source is not None:
            return self.fresh("out", known=Known.LOCAL)
        return self.run_code(
            file.content,
            command.place,
            command.stdin,
            how,
            command.args,
            apart=command.name not in {"source", "."},
            own_lines=True,
        )

    def _ran_path(self, path: Value, command: Command, how: str) -> None:
        """Take note of a program or a script that the script did not write."""
        origin = self.clone_at(path)
        if origin is not None:
            self.ran(command.place, origin, how)
        elif self.disk.unknown(path) and not self.unpacked and path_key(path) not in self.disk.programs:
            self.trouble(command.place, f"{how}: nothing in the script puts a file there")

    def repository(self, directory: Value) -> str:
        """Return by what a repository's directory is known: its last part, "." where it is the present one."""
        key = path_key(directory).rstrip("/")
        if key in {".", ""}:
            key = path_key(literal(self.directory)) if self.directory else "."
        name = re.split(r"[/:]", key)[-1]
        return name.removesuffix(".git") or "."

    def filled(self, directory: Value, origin: DataOrigin) -> None:
        """Take note that a directory holds what a branch, or a server, has today."""
        self.clones[self.repository(directory)] = origin

    def clone_at(self, path: Value) -> DataOrigin | None:
        """Return the repository that a path is in, if its branch is as it is today."""
        key = path_key(path)
        if not key.startswith(("/", "~", "\ue000")):
            key = f"{self.directory or '.'}/{key}"
        return next((self.clones[part] for part in reversed(key.split("/")) if part in self.clones), None)

    def run_path(self, path: Value, command: Command, how: str, *, bash: bool = True) -> Value:
        """Walk through a file named by its path; `bash`: its text is Bash."""
        if path.text == "-" or path.text in STANDARD_INPUT:
            return self.run_code(command.stdin or EMPTY, command.place, None, how, own_lines=True)
        file = self.disk.find(path)
        if file is None:
            if path.leading_origin is not None:
                self.ran(command.place, path.leading_origin, how)
            elif len(path.parts) == 1 and path.holes and path.holes[0].known is not Known.LOCAL:
                self.trouble(command.place, f"{how} runs a file that is only known at run time")
            else:
                self._ran_path(path, command, how)
            return self.fresh("out", known=Known.LOCAL)
        if bash:
            return self.run_stored(file, command, how)
        self.ran_file(file, command.place, how)
        return self.fresh("out")

    def shown(self, path: Value) -> bool:
        """Whether the script shows where a file comes from: a companion, a checked download, or what one held."""
        known = path_key(path).startswith(f"{FILES_PLACE.text}/") or self.disk.find(path) is not None
        return known or self.unpacked or self.pinned

    def read(self, path: Value, stdin: Value | None) -> Value:
        """Return what is in a file; `/dev/stdin` and `-` are the standard input."""
        if path.text == "-" or path.text in STANDARD_INPUT:
            return stdin or EMPTY
        return self.disk.read(path)

    def write(self, path: Value, content: Value, place: Place, *, append: bool = False) -> None:
        """Put content into a file, or hand it to the command behind a `>(…)`."""
        sink = self.sinks.get(path.key)
        if sink is None:
            file = self.disk.write(path, content, place, append=append)
            if self.detached and file is not None and file.source is not None:
                self.unfinished.add(file)
            written.wrote(self, path, content, place)
            return
        body, source = sink
        before = (self.source, self.lines)
        self.source = source
        try:
            with self.within():
                self.block(body, content)
        finally:
            self.source, self.lines = before
