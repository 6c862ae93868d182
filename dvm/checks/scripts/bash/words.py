"""Words of Bash: quotes, expansions, here-documents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from dvm.checks.patterns import pattern
from dvm.checks.scripts.bash.nodes import (
    Arithmetic,
    CommandSub,
    Lit,
    Param,
    ProcessSub,
    Redirect,
    Word,
)
from dvm.checks.scripts.bash.quoting import unescape_ansi

if TYPE_CHECKING:
    from dvm.checks.scripts.bash.nodes import Part, Statement

_PLAIN = pattern(r"[^\s;&|<>()'\"\\$`?*+@!]+")
_IN_QUOTES = pattern(r'[^"\\$`]+')
_IN_TEXT = pattern(r"[^\\$`]+")
_IN_BRACES = pattern(r"[^'\"\\$`}/]+")
_BLANKS = pattern(r"(?:[ \t]|\\\n)+")
_SINGLE = pattern(r"'([^']*)'")
_ANSI = pattern(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL)
_NAME = pattern(r"[A-Za-z_]\w*|[0-9]|[@*#?$!-]", re.ASCII)
_BRACED_NAME = pattern(r"[A-Za-z_]\w*|[0-9]+|[@*#?$!-]", re.ASCII)
_OPERATOR = pattern(r":[-=?+]|##?|%%?|//?|\^\^?|,,?|@[A-Za-z]|~~?|[-=?+:]")
_BACKTICKS = pattern(r"`((?:[^`\\]|\\.)*)`", re.DOTALL)
_ESCAPED_IN_BACKTICKS = pattern(r"\\([$`\\])")
_ESCAPED_IN_QUOTED_BACKTICKS = pattern(r'\\([$`\\"])')
_DELIMITER = pattern(r"(?:[^\s;&|<>()'\"\\]|\\.|'[^'\n]*'|\"(?:[^\"\\\n]|\\.)*\")+", re.DOTALL)
_TABS = pattern(r"^\t+", re.MULTILINE)
_FALLBACK = ":-", "-", ":=", "=", ":+", "+", ":?", "?"


class BashSyntaxError(Exception):
    """The text can't be read; the message says what is wrong at this offset."""

    def __init__(self, at: int, message: str) -> None:
        super().__init__(message)
        self.at = at
        self.statements: list[Statement] = []
        self.comments: list[tuple[int, str]] = []


def fail(at: int, message: str) -> NoReturn:
    """Raise BashSyntaxError."""
    raise BashSyntaxError(at, message)


class WordParser:
    """The part of the parser that is below commands."""

    PLAIN = pattern(r"[^\s;&|<>()'\"\\$`]+")
    RESERVED = pattern(r"[a-z]+|\]\]|\[\[|[{}!]")

    def __init__(self, text: str, shift: int = 0, *, fixed: bool = False) -> None:
        self.text = text
        self.i = 0
        self.depth = 0
        self.commands = 0
        self.comments: list[tuple[int, str]] = []
        self._shift = shift
        self._fixed = fixed
        self._heredocs: list[tuple[Redirect, str, bool]] = []

    def pos(self, index: int) -> int:
        """Return the offset in the whole script of an index of this text."""
        return self._shift if self._fixed else self._shift + index

    def body(self, closers: frozenset[str]) -> list[Statement]:
        """Return statements; defined by `Parser`."""
        raise NotImplementedError

    def bracket(self) -> None:
        """Read a closing bracket; defined by `Parser`."""
        raise NotImplementedError

    def nested(self, text: str, at: int, *, fixed: bool) -> list[Statement]:
        """Return the statements of another text; defined by `Parser`."""
        raise NotImplementedError

    # Blanks, comments, here-documents

    def blanks(self) -> None:
        """Skip blanks within a line."""
        match = _BLANKS.match(self.text, self.i)
        if match:
            self.i = match.end()

    def blank_lines(self) -> None:
        """Skip blanks, comments and ends of lines; read the here-documents that begin there."""
        while True:
            self.blanks()
            if self.text.startswith("#", self.i):
                end = self.text.find("\n", self.i)
                end = len(self.text) if end < 0 else end
                self.comments.append((self.pos(self.i), self.text[self.i : end]))
                self.i = end
            if not self.text.startswith("\n", self.i):
                return
            self.i += 1
            self._read_heredocs()

    def unfinished(self) -> None:
        """Refuse a text that ends before its here-documents begin."""
        if self._heredocs:
            fail(self._heredocs[0][0].at, "a here-document has no text")

    def heredoc(self, op: str, fd: str, at: int) -> Redirect:
        """Read the delimiter of a here-document, whose text follows the line."""
        match = _DELIMITER.match(self.text, self.i)
        if match is None:
            fail(at, "a here-document has no delimiter")
        self.i = match.end()
        quoted = any(mark in match[0] for mark in "'\"\\")
        delimiter = re.sub(r"\\(.)", r"\1", match[0]) if "\\" in match[0] else match[0]
        node = Redirect(op, fd, Word([], at, at), at, heredoc=True, quoted=quoted)
        self._heredocs.append((node, delimiter.replace("'", "").replace('"', ""), op == "<<-"))
        return node

    def _read_heredocs(self) -> None:
        waiting, self._heredocs = self._heredocs, []
        for node, delimiter, tabs in waiting:
            begin = self.i
            end = self._end_of_heredoc(begin, delimiter, quoted=node.quoted, tabs=tabs)
            text = self.text[begin:end]
            if node.quoted:
                shown = _TABS.sub("", text) if tabs else text
                node.target = Word([Lit(shown, True, self.pos(begin), shown == text)], self.pos(begin), self.pos(end))
                continue
            after = self.i
            node.target = self._expanded(begin, end)
            if tabs:
                for index, part in enumerate(node.target.parts):
                    if isinstance(part, Lit):
                        cut = _TABS.sub("", "x"[: index > 0] + part.text)[int(index > 0) :]
                        part.verbatim, part.text = part.verbatim and cut == part.text, cut
            self.i = after

    def _end_of_heredoc(self, begin: int, delimiter: str, *, quoted: bool, tabs: bool) -> int:
        at, joined = begin, ""
        while at < len(self.text):
            end = self.text.find("\n", at)
            end = len(self.text) if end < 0 else end
            line = self.text[at:end]
            whole = joined + line
            if (whole.lstrip("\t") if tabs else whole) == delimiter:
                self.i = min(end + 1, len(self.text))
                return at - len(joined) if not joined else at
            odd = not quoted and (len(line) - len(line.rstrip("\\"))) % 2
            joined = whole[:-1] if odd and len(whole) < len(delimiter) + 64 else ""
            at = end + 1
        # Bash takes what there is, and warns; here it is a mistake.
        return fail(self.pos(begin), f"a here-document does not end: there is no line `{delimiter}`")

    # Words

    def word(self) -> Word | None:
        """Return the word here, None where there is none."""
        begin = self.i
        if self.text.startswith("#", begin):
            return None
        parts: list[Part] = []
        text, size = self.text, len(self.text)
        while self.i < size:
            mark = text[self.i]
            if mark in "<>" and text.startswith("(", self.i + 1):
                self._process(parts)
            elif mark in " \t\n\r;&|<>()":
                if mark == "\r":
                    parts.append(Lit("\r", False, self.pos(self.i)))
                    self.i += 1
                    continue
                break
            elif mark in "?*+@!":
                if text.startswith("(", self.i + 1):
                    self._pattern(parts)
                else:
                    parts.append(Lit(mark, False, self.pos(self.i)))
                    self.i += 1
            else:
                match = _PLAIN.match(text, self.i)
                if match:
                    parts.append(Lit(match[0], False, self.pos(self.i)))
                    self.i = match.end()
                elif not self._special(parts, quoted=False):
                    break
        return Word(_merged(parts), self.pos(begin), self.pos(self.i)) if self.i > begin else None

    def regex(self) -> Word | None:
        """Return the second word of `=~`, in which brackets and bars are plain."""
        parts: list[Part] = []
        begin, depth = self.i, 0
        while self.i < len(self.text):
            mark = self.text[self.i]
            if mark == "\n" or (mark in " \t" and not depth):
                break
            if mark in "'\"\\$`":
                self._special(parts, quoted=False)
                continue
            depth += (mark == "(") - (mark == ")")
            if depth < 0:
                break
            parts.append(Lit(mark, False, self.pos(self.i)))
            self.i += 1
        return Word(_merged(parts), self.pos(begin), self.pos(self.i)) if parts else None

    def _special(self, parts: list[Part], *, quoted: bool) -> bool:
        """Read quotes, a backslash, `$` or backticks."""
        text, begin = self.text, self.i
        mark = text[begin]
        at = self.pos(begin)
        if mark == "\\":
            follows = text[begin + 1 : begin + 2]
            self.i += 2 if follows else 1
            if follows != "\n":
                parts.append(Lit(follows or "\\", True, at, False))
        elif mark == "'":
            match = _SINGLE.match(text, begin)
            if match is None:
                fail(at, "a single quote does not end")
            parts.append(Lit(match[1], True, at + (not self._fixed)))
            self.i = match.end()
        elif mark == '"':
            self.i += 1
            parts.append(Lit("", True, self.pos(self.i)))
            self._quoted(parts, '"')
        elif mark == "`":
            self._backticks(parts, quoted=quoted)
        elif mark == "$":
            match = _ANSI.match(text, begin)
            if match and not quoted:
                parts.append(Lit(unescape_ansi(match[1]), True, at, False))
                self.i = match.end()
            elif text.startswith('$"', begin) and not quoted:
                self.i += 1
            else:
                self._dollar(parts, quoted=quoted)
        else:
            return False
        return True

    def _quoted(self, parts: list[Part], closing: str) -> None:
        """Read text between double quotes, or up to the end where `closing` is empty."""
        text, begin = self.text, self.pos(self.i)
        plain = _IN_QUOTES if closing else _IN_TEXT
        while True:
            if self.i >= len(text):
                if closing:
                    fail(begin, "a double quote does not end")
                return
            mark = text[self.i]
            if mark == closing:
                self.i += 1
                return
            match = plain.match(text, self.i)
            if match:
                parts.append(Lit(match[0], True, self.pos(self.i)))
                self.i = match.end()
            elif mark == "\\":
                follows = text[self.i + 1 : self.i + 2]
                plainly = follows not in '$`\\\n"' or (follows == '"' and not closing) or not follows
                if follows != "\n":
                    parts.append(Lit("\\" + follows if plainly else follows, True, self.pos(self.i), plainly))
                else:
                    parts.append(Lit("", True, self.pos(self.i), False))
                self.i += 1 + len(follows)
            elif mark == "`":
                self._backticks(parts, quoted=True)
            else:
                self._dollar(parts, quoted=True)

    def quoted_text(self, begin: int, end: int) -> Word:
        """Return a piece of the text as if it stood between double quotes."""
        after = self.i
        word = self._expanded(begin, end)
        self.i = after
        return word

    def _expanded(self, begin: int, end: int) -> Word:
        outer = self.text
        self.text, self.i = outer[:end], begin
        self.depth += 1
        if self.depth > 40:  # noqa: PLR2004 - as deep as commands
            fail(self.pos(begin), "it is nested too deeply")
        parts: list[Part] = []
        try:
            self._quoted(parts, "")
        finally:
            self.text = outer
            self.depth -= 1
        return Word(_merged(parts), self.pos(begin), self.pos(end))

    def _backticks(self, parts: list[Part], *, quoted: bool) -> None:
        match = _BACKTICKS.match(self.text, self.i)
        at = self.pos(self.i)
        if match is None:
            fail(at, "a backtick does not end")
        if self.depth > 40:  # noqa: PLR2004 - as deep as commands
            fail(at, "it is nested too deeply")
        escaped = _ESCAPED_IN_QUOTED_BACKTICKS if quoted else _ESCAPED_IN_BACKTICKS
        inner = escaped.sub(r"\1", match[1])
        fixed = self._fixed or inner != match[1]
        body = self.nested(inner, at if fixed else at + 1, fixed=fixed)
        parts.append(CommandSub(body, quoted, at, match[0]))
        self.i = match.end()

    def _process(self, parts: list[Part]) -> None:
        begin = self.i
        self.i += 2
        body = self.body(frozenset())
        self.bracket()
        parts.append(ProcessSub(body, self.text[begin] == ">", self.pos(begin), self.text[begin : self.i]))

    def _pattern(self, parts: list[Part]) -> None:
        """Read `@(a|b)` and its kin as plain text, with what is expanded in it."""
        begin, depth = self.i, 0
        while self.i < len(self.text):
            mark = self.text[self.i]
            if mark in "'\"\\$`":
                self._special(parts, quoted=False)
                continue
            depth += (mark == "(") - (mark == ")")
            parts.append(Lit(mark, False, self.pos(self.i)))
            self.i += 1
            if mark == ")" and not depth:
                return
        fail(self.pos(begin), "`)` of a pattern is missing")

    # Expansions

    def _dollar(self, parts: list[Part], *, quoted: bool) -> None:
        text, begin = self.text, self.i
        at = self.pos(begin)
        if text.startswith("$((", begin):
            end = self.end_of_arithmetic(begin + 3)
            if end >= 0:
                word = self.quoted_text(begin + 3, end)
                self.i = end + 2
                parts.append(Arithmetic(word, quoted, at, text[begin : self.i]))
                return
        if text.startswith("$(", begin):
            self.i += 2
            outer, self._heredocs = self._heredocs, []
            body = self.body(frozenset())
            self.bracket()
            self.unfinished()
            self._heredocs = outer
            parts.append(CommandSub(body, quoted, at, text[begin : self.i]))
        elif text.startswith("${", begin):
            self._braced(parts, quoted=quoted)
        elif text.startswith("$[", begin):
            end = self.end_of_index(begin + 2)
            if end < 0:
                fail(at, "`]` is missing")
            word = self.quoted_text(begin + 2, end)
            self.i = end + 1
            parts.append(Arithmetic(word, quoted, at, text[begin : self.i]))
        else:
            match = _NAME.match(text, begin + 1)
            self.i = match.end() if match else begin + 1
            if match:
                parts.append(Param(match[0], quoted, at, self.pos(self.i), text[begin : self.i]))
            else:
                parts.append(Lit("$", quoted, at))

    def _braced(self, parts: list[Part], *, quoted: bool) -> None:
        text, begin = self.text, self.i
        node = Param("", quoted, self.pos(begin), 0, "")
        self.i += 2
        self.depth += 1
        if self.depth > 40:  # noqa: PLR2004 - as deep as commands
            fail(self.pos(begin), "it is nested too deeply")
        if text.startswith("#", self.i) and not re.compile(r"#(?:\}|[-:=?+#%/])").match(text, self.i):
            node.length, self.i = True, self.i + 1
        elif text.startswith("!", self.i) and not text.startswith("!}", self.i):
            node.indirect, self.i = True, self.i + 1
        match = _BRACED_NAME.match(text, self.i)
        if match is None:
            fail(self.pos(begin), "`${` has no name")
        node.name, self.i = match[0], match.end()
        if text.startswith("[", self.i):
            end = self.end_of_index(self.i + 1)
            if end < 0:
                fail(self.pos(begin), "`]` is missing")
            node.index = self.quoted_text(self.i + 1, end)
            self.i = end + 1
        operator = _OPERATOR.match(text, self.i)
        if operator:
            node.op, self.i = operator[0], operator.end()
        elif node.indirect and text[self.i : self.i + 1] in {"*", "@"}:
            node.op, self.i = "names", self.i + 1
        node.arg = self._argument(self.pos(begin), plain=quoted and node.op in _FALLBACK)
        node.end, node.raw = self.pos(self.i), text[begin : self.i]
        self.depth -= 1
        parts.append(node)

    def _argument(self, begin: int, *, plain: bool) -> Word:
        """Read up to the `}` of an expansion. `plain`: single quotes quote nothing."""
        text, at = self.text, self.i
        parts: list[Part] = []
        while True:
            if self.i >= len(text):
                fail(begin, "`}` is missing")
            mark = text[self.i]
            if mark == "}":
                self.i += 1
                return Word(_merged(parts), self.pos(at), self.pos(self.i - 1))
            match = _IN_BRACES.match(text, self.i)
            if match or mark == "/" or (mark == "'" and plain):
                piece = match[0] if match else mark
                parts.append(Lit(piece, False, self.pos(self.i)))
                self.i += len(piece)
            else:
                self._special(parts, quoted=plain)

    def end_of_arithmetic(self, begin: int) -> int:
        """Return where the `))` of arithmetic stands, -1 where this is none."""
        end = self._matching(begin, "(", ")")
        return end if end >= 0 and self.text.startswith(")", end + 1) else -1

    def end_of_index(self, begin: int) -> int:
        """Return where the `]` of an index stands, -1 where there is none on the line."""
        return self._matching(begin, "[", "]")

    def _matching(self, begin: int, opening: str, closing: str) -> int:
        depth, at, text = 0, begin, self.text
        # Bounded: what is longer is no arithmetic that anybody writes, and is read as something else.
        size = min(len(text), begin + 4096)
        while at < size:
            mark = text[at]
            if mark == "\\":
                at += 1
            elif mark in "'\"":
                end = text.find(mark, at + 1, size)
                at = end if end >= 0 else at
            elif mark == opening:
                depth += 1
            elif mark == closing:
                if not depth:
                    return at
                depth -= 1
            at += 1
        return -1


def _merged(parts: list[Part]) -> list[Part]:
    """Put neighbouring literal parts of one kind together."""
    done: list[Part] = []
    for part in parts:
        last = done[-1] if done else None
        if isinstance(part, Lit) and isinstance(last, Lit) and part.quoted == last.quoted:
            if not last.text and part.verbatim:
                done[-1] = Lit(part.text, part.quoted, part.at, last.verbatim)
            else:
                joined = last.verbatim and part.verbatim and last.at + len(last.text) == part.at
                done[-1] = Lit(last.text + part.text, part.quoted, last.at, joined)
        else:
            done.append(part)
    return done
