"""A parser for Bash.

It reads what Bash reads, or raises: text that it is not sure of is never skipped. Each character is looked at a bounded
number of times, so no text makes it slow, and nesting is limited.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dvm.checks.patterns import pattern
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
    Node,
    Pipeline,
    Redirect,
    Simple,
    Statement,
    Term,
    While,
    Word,
)
from dvm.checks.scripts.bash.words import BashSyntaxError, WordParser, fail

if TYPE_CHECKING:
    from dvm.checks.scripts.bash.nodes import Test


_OPERATOR = pattern(r"&&|\|\||;;&|;;|;&|\|&|&>>|&>|[;&|()]")
_REDIRECT = pattern(r"(\{[A-Za-z_]\w*\}|\d+)?(<<<|<<-|<<|<>|<&|<(?!\()|>>|>&|>\||>(?!\()|&>>|&>)")
_ASSIGN = pattern(r"([A-Za-z_]\w*)(\+?=|\[)")
_NAME = pattern(r"[A-Za-z_]\w*")
_END = pattern(r"(?=[\s;&|()<>]|\Z)")
_FUNCTION = pattern(r"[ \t]*\([ \t]*\)")
_BINARY = pattern(r"==|=~|!=|=|<|>|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef)\b")
_UNARY = pattern(r"-[a-zA-Z](?=\s)")
_DECLARES = frozenset({"declare", "typeset", "local", "export", "readonly"})
_CLOSERS = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}", "in"})
_COMPOUND = frozenset({"if", "while", "until", "for", "select", "case", "{", "[[", "function", "coproc"})
_DEEPEST = 40
MOST_COMMANDS = 20_000
"""No script that a person reviews has more; they are not followed either."""


def parse(text: str) -> tuple[list[Statement], list[tuple[int, str]]]:
    """Return the statements of a script and its comments, each with its offset.

    Raises:
        BashSyntaxError: the text is no Bash, or nests too deeply; it has `statements`, what was read before.
    """
    parser = Parser(text)
    done: list[Statement] = []
    try:
        parser.statements(frozenset(), done)
        if parser.i < len(text):
            fail(parser.pos(parser.i), f"`{text[parser.i]}` stands where no command can begin")
        parser.unfinished()
    except BashSyntaxError as error:
        error.statements, error.comments = done, parser.comments
        raise
    return done, parser.comments


class Parser(WordParser):
    """Reads commands; words are read by `WordParser`."""

    # Lists

    def nested(self, text: str, at: int, *, fixed: bool) -> list[Statement]:
        """Return the statements of a text that is in backticks."""
        inner = Parser(text, at, fixed=fixed)
        inner.depth, inner.commands = self.depth + 1, self.commands
        done: list[Statement] = []
        inner.statements(frozenset(), done)
        if inner.i < len(text):
            fail(at, "what is in the backticks does not end")
        inner.unfinished()
        self.commands = inner.commands
        self.count()
        return done

    def count(self) -> None:
        """Take note of one more command.

        Raises:
            BashSyntaxError: there are too many; it is at the end of the text, so that nobody goes on behind it.
        """
        self.commands += 1
        if self.commands > MOST_COMMANDS:
            fail(self.pos(len(self.text)), f"it has more than {MOST_COMMANDS} commands")

    def body(self, closers: frozenset[str]) -> list[Statement]:
        """Return statements up to one of the reserved words, or a bracket."""
        self.depth += 1
        if self.depth > _DEEPEST:
            fail(self.pos(self.i), "it is nested too deeply")
        done: list[Statement] = []
        self.statements(closers, done)
        self.depth -= 1
        return done

    def statements(self, closers: frozenset[str], done: list[Statement]) -> None:
        """Read statements into `done` until something that ends them."""
        while True:
            self.blank_lines()
            if self.i >= len(self.text) or self.text[self.i] == ")" or self.text.startswith(";;", self.i):
                return
            if self.text.startswith(";&", self.i) or (closers and self.reserved() in closers):
                return
            done.append(self.statement())

    def statement(self) -> Statement:
        """Return pipelines up to `;`, `&` or the end of the line."""
        found = Statement(self.pos(self.i))
        found.items.append(self.pipeline())
        while True:
            self.blanks()
            operator = self.operator()
            if operator not in {"&&", "||"}:
                break
            self.i += 2
            found.operators.append(operator)
            self.blank_lines()
            found.items.append(self.pipeline())
        found.end = self.pos(self.i)
        if operator == "&":
            found.background = True
            self.i += 1
        elif operator == ";":
            self.i += 1
        elif operator not in {"", ")", ";;", ";&", ";;&"} or (not operator and not self.at_end_of_command()):
            fail(self.pos(self.i), f"`{self.text[self.i : self.i + 20].splitlines()[0]}` can't follow a command")
        return found

    def at_end_of_command(self) -> bool:
        """Whether nothing more belongs to a command."""
        return self.i >= len(self.text) or self.text[self.i] in "\n#"

    def operator(self) -> str:
        """Return the operator here, without going on."""
        match = _OPERATOR.match(self.text, self.i)
        return match[0] if match else ""

    def pipeline(self) -> Pipeline:
        """Return commands with `|` between."""
        found = Pipeline(self.pos(self.i))
        while True:
            word = self.reserved()
            if word == "!":
                found.negated = not found.negated
            elif word != "time":
                break
            self.i += len(word)
            self.blanks()
            if word == "time" and self.text.startswith("-p", self.i):
                self.i += 2
                self.blanks()
        found.stages.append(self.command())
        while True:
            self.blanks()
            operator = self.operator()
            if operator not in {"|", "|&"}:
                break
            self.i += len(operator)
            self.blank_lines()
            found.stages.append(self.command())
        found.end = self.pos(self.i)
        return found

    # Commands

    def reserved(self) -> str:
        """Return the unquoted word here, as far as it can be a reserved one, without going on."""
        match = self.RESERVED.match(self.text, self.i)
        return match[0] if match and _END.match(self.text, match.end()) else ""

    def expect(self, word: str) -> None:
        """Read a reserved word."""
        self.blank_lines()
        if self.reserved() != word:
            fail(self.pos(self.i), f"`{word}` is missing")
        self.i += len(word)

    def command(self) -> Node:
        """Return one command with its redirections."""
        begin = self.i
        self.count()
        if self.text.startswith("((", begin):
            end = self.end_of_arithmetic(begin + 2)
            if end >= 0:
                node: Node = ArithmeticCommand(self.pos(begin), word=self.quoted_text(begin + 2, end))
                self.i = end + 2
                return self.with_redirects(node)
        if self.text.startswith("(", begin):
            self.i += 1
            body = self.body(frozenset())
            self.bracket()
            return self.with_redirects(Group(self.pos(begin), body=body, subshell=True))
        word = self.reserved()
        if word in _CLOSERS:
            fail(self.pos(begin), f"`{word}` stands where a command is expected")
        if word in _COMPOUND:
            self.i += len(word)
            return self.with_redirects(self.compound(word, begin))
        return self.simple(begin)

    def bracket(self) -> None:
        """Read the closing bracket of `(`."""
        self.blank_lines()
        if not self.text.startswith(")", self.i):
            fail(self.pos(self.i), "`)` is missing")
        self.i += 1

    def with_redirects(self, node: Node) -> Node:
        """Read the redirections behind a compound command."""
        while True:
            self.blanks()
            found = self.redirect()
            if found is None:
                break
            node.redirects.append(found)
        node.end = self.pos(self.i)
        return node

    def compound(self, word: str, begin: int) -> Node:  # noqa: PLR0911 - one way out for each kind
        """Return the compound command that begins with this word, which has been read."""
        at = self.pos(begin)
        match word:
            case "{":
                body = self.body(frozenset({"}"}))
                self.expect("}")
                return Group(at, body=body)
            case "if":
                return self.if_(at)
            case "while" | "until":
                condition = self.body(frozenset({"do"}))
                return While(at, condition=condition, body=self.do())
            case "for" | "select":
                return self.for_(at)
            case "case":
                return self.case(at)
            case "[[":
                test = self.test_or()
                self.blank_lines()
                if self.reserved() != "]]":
                    fail(self.pos(self.i), "`]]` is missing")
                self.i += 2
                return Condition(at, test=test)
            case "function":
                self.blanks()
                match = self.PLAIN.match(self.text, self.i)
                if match is None:
                    fail(at, "a function has no name")
                self.i = match.end()
                brackets = _FUNCTION.match(self.text, self.i)
                self.i = brackets.end() if brackets else self.i
                return self.function(at, match[0])
            case _:
                return self.coproc(at)

    def if_(self, at: int) -> If:
        """Read `if` behind its first word."""
        node = If(at)
        while True:
            condition = self.body(frozenset({"then"}))
            self.expect("then")
            node.clauses.append((condition, self.body(frozenset({"elif", "else", "fi"}))))
            self.blank_lines()
            word = self.reserved()
            if word == "elif":
                self.i += 4
                continue
            if word == "else":
                self.i += 4
                node.otherwise = self.body(frozenset({"fi"}))
            self.expect("fi")
            return node

    def do(self) -> list[Statement]:
        """Read `do … done`, or `{ … }` as Bash allows for `for`."""
        self.blank_lines()
        opening, closing = ("{", "}") if self.reserved() == "{" else ("do", "done")
        self.expect(opening)
        body = self.body(frozenset({closing}))
        self.expect(closing)
        return body

    def for_(self, at: int) -> For:
        """Read `for` behind its first word."""
        self.blanks()
        node = For(at)
        if self.text.startswith("((", self.i):
            end = self.end_of_arithmetic(self.i + 2)
            if end < 0:
                fail(at, "`))` is missing")
            node.header = self.quoted_text(self.i + 2, end)
            self.i = end + 2
        else:
            match = _NAME.match(self.text, self.i)
            if match is None:
                fail(at, "`for` has no variable")
            node.name = match[0]
            self.i = match.end()
            self.blank_lines()
            if self.reserved() == "in":
                self.i += 2
                node.words = self.words()
        self.blanks()
        if self.text.startswith(";", self.i):
            self.i += 1
        node.body = self.do()
        return node

    def words(self) -> list[Word]:
        """Return words up to the end of the command."""
        done: list[Word] = []
        while True:
            self.blanks()
            word = self.word()
            if word is None:
                return done
            done.append(word)

    def case(self, at: int) -> Case:  # noqa: C901 - one way for each kind
        """Read `case` behind its first word."""
        self.blanks()
        node = Case(at, word=self.word())
        if node.word is None:
            fail(at, "`case` has no word")
        self.expect("in")
        while True:
            self.blank_lines()
            if self.reserved() == "esac":
                self.i += 4
                return node
            if self.text.startswith("(", self.i):
                self.i += 1
            patterns: list[Word] = []
            while True:
                self.blanks()
                word = self.word()
                if word is None:
                    fail(self.pos(self.i), "a pattern of `case` is missing")
                patterns.append(word)
                self.blanks()
                if not self.text.startswith("|", self.i):
                    break
                self.i += 1
            if not self.text.startswith(")", self.i):
                fail(self.pos(self.i), "`)` is missing behind a pattern")
            self.i += 1
            body = self.body(frozenset({"esac"}))
            node.items.append((patterns, body))
            match = re.compile(r";;&|;;|;&").match(self.text, self.i)
            if match:
                self.i = match.end()
            elif self.reserved() != "esac":
                fail(self.pos(self.i), "`;;` is missing")

    def function(self, at: int, name: str) -> Function:
        """Read a function's body."""
        self.blank_lines()
        body = self.command()
        if isinstance(body, Simple):
            fail(at, "the body of a function is no group")
        return Function(at, self.pos(self.i), name=name, body=body)

    def coproc(self, at: int) -> Coproc:
        """Read `coproc` behind its first word."""
        self.blanks()
        name = "COPROC"
        match = _NAME.match(self.text, self.i)
        if match and self.reserved() not in _COMPOUND:
            begin = self.i
            self.i = match.end()
            self.blanks()
            if self.text.startswith("(", self.i) or self.reserved() in _COMPOUND:
                name = match[0]
            else:
                self.i = begin
        return Coproc(at, name=name, body=self.command())

    def simple(self, begin: int) -> Node:
        """Return a simple command, or a function's definition."""
        node = Simple(self.pos(begin))
        while True:
            self.blanks()
            found = self.redirect()
            if found is not None:
                node.redirects.append(found)
                continue
            declares = bool(node.words) and isinstance(node.words[0], Word) and node.words[0].plain in _DECLARES
            assign = self.assign() if not node.words or declares else None
            if assign is not None:
                (node.words or node.assigns).append(assign)
                continue
            here = self.i
            word = self.word()
            if word is None:
                break
            node.words.append(word)
            if len(node.words) == 1 and not node.assigns and not node.redirects:
                brackets = _FUNCTION.match(self.text, self.i)
                if brackets:
                    self.i = brackets.end()
                    return self.function(self.pos(begin), self.text[here : brackets.start()])
            node.end = self.pos(self.i)
        if not node.words and not node.assigns and not node.redirects:
            shown = self.text[begin : begin + 1].strip() or "the end"
            fail(self.pos(begin), f"`{shown}` stands where a command is expected")
        node.end = self.pos(self.i)
        return node

    def assign(self) -> Assign | None:
        """Return the assignment here, None where there is none."""
        match = _ASSIGN.match(self.text, self.i)
        if match is None:
            return None
        node = Assign(match[1], self.pos(self.i))
        behind = match.end()
        if match[2] == "[":
            end = self.end_of_index(behind)
            after = re.compile(r"\+?=").match(self.text, end + 1) if end >= 0 else None
            if after is None:
                return None
            node.index = self.quoted_text(behind, end)
            behind, node.append = after.end(), after[0] == "+="
        else:
            node.append = match[2] == "+="
        self.i = behind
        if self.text.startswith("(", self.i):
            self.i += 1
            node.items = self.items()
        else:
            node.value = self.word() or Word([], self.pos(self.i), self.pos(self.i))
        return node

    def items(self) -> list[tuple[Word | None, Word]]:
        """Return the elements of an array, each with its index where it has one."""
        done: list[tuple[Word | None, Word]] = []
        while True:
            self.blank_lines()
            if self.text.startswith(")", self.i):
                self.i += 1
                return done
            index = None
            if self.text.startswith("[", self.i):
                end = self.end_of_index(self.i + 1)
                if end >= 0 and self.text.startswith("=", end + 1):
                    index = self.quoted_text(self.i + 1, end)
                    self.i = end + 2
            word = self.word()
            if word is None:
                if index is None:
                    fail(self.pos(self.i), "`)` of an array is missing")
                word = Word([], self.pos(self.i), self.pos(self.i))
            done.append((index, word))

    def redirect(self) -> Redirect | None:
        """Return the redirection here, None where there is none."""
        match = _REDIRECT.match(self.text, self.i)
        if match is None:
            return None
        at = self.pos(self.i)
        self.i = match.end()
        self.blanks()
        op, fd = match[2], match[1] or ""
        if op in {"<<", "<<-"}:
            return self.heredoc(op, fd, at)
        word = self.word()
        if word is None:
            fail(at, f"`{op}` has no target")
        return Redirect(op, fd, word, at)

    # Tests

    def test_or(self) -> Test:
        """Read tests with `||` between."""
        terms = [self.test_and()]
        while self.follows("||"):
            terms.append(self.test_and())
        return terms[0] if len(terms) == 1 else Logic("||", terms)

    def follows(self, operator: str) -> bool:
        """Read an operator between tests, if it is there."""
        self.blank_lines()
        found = self.text.startswith(operator, self.i)
        self.i += len(operator) if found else 0
        return found

    def test_and(self) -> Test:
        """Read tests with `&&` between."""
        terms = [self.test_one()]
        while self.follows("&&"):
            terms.append(self.test_one())
        return terms[0] if len(terms) == 1 else Logic("&&", terms)

    def test_one(self) -> Test:
        """Read one test."""
        self.blank_lines()
        self.depth += 1
        if self.depth > _DEEPEST:
            fail(self.pos(self.i), "it is nested too deeply")
        try:
            if self.reserved() == "!":
                self.i += 1
                return Logic("!", [self.test_one()])
            if self.text.startswith("(", self.i):
                self.i += 1
                inner = self.test_or()
                self.bracket()
                return inner
            return self.term()
        finally:
            self.depth -= 1

    def term(self) -> Term:
        """Read a test of one or two words."""
        unary = _UNARY.match(self.text, self.i)
        if unary:
            begin = self.i
            self.i = unary.end()
            self.blanks()
            if not _BINARY.match(self.text, self.i):
                word = self.word()
                if word is not None and word.plain != "]]":
                    return Term(unary[0], [word])
            self.i = begin
        left = self.word()
        if left is None or left.plain == "]]":
            fail(self.pos(self.i), "a test has no words")
        self.blanks()
        operator = _BINARY.match(self.text, self.i)
        if operator is None:
            return Term("", [left])
        self.i = operator.end()
        self.blanks()
        right = self.regex() if operator[0] == "=~" else self.word()
        if right is None:
            fail(self.pos(self.i), f"`{operator[0]}` has no second word")
        return Term(operator[0], [left, right])
