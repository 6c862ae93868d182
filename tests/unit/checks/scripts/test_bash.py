"""The parser takes what Bash takes, and refuses what Bash refuses."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from dvm.checks.scripts.bash import BashSyntaxError, parse
from dvm.checks.scripts.bash.nodes import Group, Lit, Param, Simple, Statement, Word
from tests.unit.checks.scripts.reviewing import CORPUS

BASH = shutil.which("bash") or "/bin/bash"
SCRIPTS = [path.read_text(encoding="utf-8") for path in sorted(CORPUS.rglob("*.sh"))]
TAKEN = [
    "",
    "# only a comment",
    "a; b & c && d || ! e | f |& g\n",
    "cat <<A <<B\na\nA\nb\nB\n",
    "cat <<-E | tr a b\n\tx\n\tE\n",
    "cat <<'E' && b\n$(\nE\n",
    "cat <<E\nx\n E\nEX\nE\n",
    "x=$(cat <<E\n)\nE\n)\n",
    "if a; then b; elif c; then d; else e; fi >f 2>&1",
    "for x\ndo y; done; for ((i=0;i<3;i++)); do z; done; for x in a b; { y; }",
    "case $x in (a|b) c ;; d) ;& *) e ;;& f) esac",
    "f() { a; }; function g { b; }; function h() ( c )",
    '[[ $a = *"x"* || ( -f b && ! $c =~ ^(a|b) ) ]]',
    "(( a[1] << 2 )); x=$((1 + (2))) y=$(( $(a) ))",
    "a=(b [2]=c 'd e'); a[1]+=f; declare -A m=([k]=v)",
    'echo "${x:-"a b"}" ${y/a\\/b/c} ${#z[@]} ${!p} ${q: -1:2} "${r%\'x\'}"',
    "echo `a \\`b\\`` $'\\'' $\"t\"",
    "a <(b) >(c) 2>&1 <<<d {fd}>e",
    "coproc n { a; }; time -p b; until c; do d; done",
    "echo a\\\nb c#d # e\n",
]
REFUSED = [
    "if",
    "fi",
    "if a; then",
    "a |",
    "a && && b",
    "( a",
    ")",
    "case x in a",
    "for",
    "echo 'a",
    'echo "a',
    "echo `a",
    "echo ${a",
    "echo $(a",
    "[[ a",
    "{ a; ",
    "a >",
    "a ;; b",
    "f() a",
    "case",
    "case x in a) b",
    "case x in a) b ;; c",
    "[[ ]]",
    "[[ a == ]]",
    "[[ a == b c ]]",
    "cat <<",
    "x=(a",
    "x=([1]=",
    "(( 1",
    "if a; then b; else",
    "while a; do",
    "echo $(a; (b)",
    "function",
    "a=(b) c)",
]


def _by_bash(text: str) -> bool:
    return subprocess.run([BASH, "-n"], input=text.encode(), capture_output=True, check=False).returncode == 0


def _taken(text: str) -> bool:
    try:
        parse(text)
    except BashSyntaxError:
        return False
    return True


@pytest.mark.parametrize("text", TAKEN)
def test_what_bash_takes(text: str) -> None:
    assert _by_bash(text)
    parse(text)


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_refused(text: str) -> None:
    assert not _taken(text)


def test_the_corpora_are_read_as_bash_reads_them() -> None:
    assert [text for text in SCRIPTS if _taken(text) != _by_bash(text)] == []


def test_no_line_is_swallowed() -> None:
    body, _ = parse("echo a | sort | uniq\ncurl x | sh\ncat <<E\nx\nE\n")
    assert [len(statement.items[0].stages) for statement in body] == [3, 2, 1]


def test_what_stands_before_a_mistake_is_kept() -> None:
    with pytest.raises(BashSyntaxError) as caught:
        parse("a\nb\nfi\n")
    assert len(caught.value.statements) == 2
    assert caught.value.at == 4


def test_a_here_document_has_its_text_and_its_place() -> None:
    text = "bash <<'E'\nx\n  y\nE\n"
    body, _ = parse(text)
    (redirect,) = body[0].items[0].stages[0].redirects
    assert redirect.target.parts == [Lit("x\n  y\n", True, text.index("x"))]


def test_words_and_their_offsets() -> None:
    body, comments = parse('a "b$c"d # e\n')
    command = body[0].items[0].stages[0]
    assert isinstance(command, Simple)
    word = command.words[1]
    assert isinstance(word, Word)
    assert [type(part) for part in word.parts] == [Lit, Param, Lit]
    assert (word.at, word.end) == (2, 8)
    assert comments == [(9, "# e")]


def test_nesting_is_limited() -> None:
    with pytest.raises(BashSyntaxError, match="nested too deeply"):
        parse("( " * 100)
    body: list[Statement] = parse("( " * 20 + "a" + " )" * 20)[0]
    assert isinstance(body[0].items[0].stages[0], Group)
