"""The tree that the parser makes of a script. `at` and `end` are offsets in the text, in characters."""

from __future__ import annotations

from msgspec import Struct, field


class Lit(Struct):
    """Literal text, quotes and backslashes taken off. `verbatim`: the text is at `at` as it is."""

    text: str
    quoted: bool
    at: int
    verbatim: bool = True


class Param(Struct):
    """`$name`, `${name}`, `${#name}`, `${!name}`, `${name[index]}` and `${name OP arg}`."""

    name: str
    quoted: bool
    at: int
    end: int
    raw: str
    op: str = ""
    arg: Word | None = None
    index: Word | None = None
    length: bool = False
    indirect: bool = False


class CommandSub(Struct):
    """`$(…)` or backticks."""

    body: list[Statement]
    quoted: bool
    at: int
    raw: str


class ProcessSub(Struct):
    """`<(…)`, or `>(…)` where `out`."""

    body: list[Statement]
    out: bool
    at: int
    raw: str


class Arithmetic(Struct):
    """`$((…))`. `word` holds what is expanded in it."""

    word: Word
    quoted: bool
    at: int
    raw: str


Part = Lit | Param | CommandSub | ProcessSub | Arithmetic


class Word(Struct):
    """One word before expansion."""

    parts: list[Part]
    at: int
    end: int

    @property
    def plain(self) -> str | None:
        """The text of a word without quotes and expansions, None for others."""
        if len(self.parts) == 1:
            part = self.parts[0]
            if isinstance(part, Lit) and not part.quoted:
                return part.text
        return None

    @property
    def literal(self) -> str | None:
        """The text of a word without expansions, None for others."""
        if all(isinstance(part, Lit) for part in self.parts):
            return "".join(part.text for part in self.parts if isinstance(part, Lit))
        return None


class Assign(Struct):
    """`name=value`, `name+=value`, `name[index]=value` or `name=(items)`."""

    name: str
    at: int
    value: Word | None = None
    items: list[tuple[Word | None, Word]] | None = None
    index: Word | None = None
    append: bool = False


class Redirect(Struct):
    """A redirection. For a here-document `target` is its text."""

    op: str
    fd: str
    target: Word
    at: int
    heredoc: bool = False
    quoted: bool = False
    """Whether a here-document is taken as it is."""


class Node(Struct):
    """What all commands have. `end` is behind the last character."""

    at: int
    end: int = 0
    redirects: list[Redirect] = field(default_factory=list)


class Simple(Node):
    """Assignments and words. Words of `declare` and its kin may be assignments."""

    assigns: list[Assign] = field(default_factory=list)
    words: list[Word | Assign] = field(default_factory=list)


class Group(Node):
    """`{ …; }`, or `( … )` where `subshell`."""

    body: list[Statement] = field(default_factory=list)
    subshell: bool = False


class If(Node):
    """`if … elif … else …`: pairs of condition and body, and the last branch."""

    clauses: list[tuple[list[Statement], list[Statement]]] = field(default_factory=list)
    otherwise: list[Statement] | None = None


class While(Node):
    """`while` and `until`."""

    condition: list[Statement] = field(default_factory=list)
    body: list[Statement] = field(default_factory=list)


class For(Node):
    """`for` and `select`; `words` is None where there is no `in`. `for ((…))` has its arithmetic in `header`."""

    name: str = ""
    words: list[Word] | None = None
    body: list[Statement] = field(default_factory=list)
    header: Word | None = None


class Case(Node):
    """`case WORD in PATTERN) … ;; esac`."""

    word: Word | None = None
    items: list[tuple[list[Word], list[Statement]]] = field(default_factory=list)


class Function(Node):
    """A function's definition."""

    name: str = ""
    body: Node | None = None


class Term(Struct):
    """A test of one or two words: `-f x`, `a == b`, `x`."""

    op: str
    words: list[Word]


class Logic(Struct):
    """`a && b`, `a || b`, `! a` of tests."""

    op: str
    terms: list[Test]


Test = Term | Logic


class Condition(Node):
    """`[[ … ]]`."""

    test: Test | None = None


class ArithmeticCommand(Node):
    """`((…))`."""

    word: Word | None = None


class Coproc(Node):
    """`coproc [NAME] command`."""

    name: str = "COPROC"
    body: Node | None = None


class Pipeline(Node):
    """Commands that are piped into each other, at least one. `both`: stages whose standard error goes along."""

    stages: list[Node] = field(default_factory=list)
    negated: bool = False


class Statement(Node):
    """Pipelines joined by `&&` and `||`."""

    items: list[Pipeline] = field(default_factory=list)
    operators: list[str] = field(default_factory=list)
    background: bool = False
