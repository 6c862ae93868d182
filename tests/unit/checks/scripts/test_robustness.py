"""Whatever is in a script, its review ends in time and does not raise."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dvm.checks.scripts.read import LARGEST, read
from dvm.checks.scripts.review import _judge
from tests.measuring import measure
from tests.unit.checks.scripts.reviewing import CORPUS

SECONDS = 30.0  # of the processor's time, whoever else has it; far above what is needed (under 8), a hang takes minutes
SCRIPTS = [path.read_bytes() for path in sorted(CORPUS.rglob("*.sh"))]
PIECES = [
    b"$(", b")", b"`", b'"', b"'", b"<<E\n", b"E\n", b"|", b"&&", b"||", b"{ ", b"}", b"((", b"[[ ", b"if ", b"then ", b"fi\n",
    b"case x in ", b";;", b"for i in ", b"do ", b"done\n", b"${", b"${x:-", b"<(", b">(", b"eval ", b"bash -c ", b"f() {", b"f\n",
    b"x=$x$x\n", b"\\\n", b"\n", b"#", b"\xff", b"\r\n", b"alias a=b\n", b"a+=(", b"$'\\", b"xargs ", b"set -- ", b"${!x}",
    b"${x//a/b}", b"{a,b}{c,d}", b"env -S ", b"sha256sum -c ", b"\xee\x80\x800\xee\x80\x81", b"$__dvm_hole_1", b"\xf0\x9f\x92\xa9",
]  # fmt: skip


def _timed(content: bytes) -> None:
    begin = time.process_time()
    read.cache_clear()
    _judge.cache_clear()
    _judge(content)
    assert time.process_time() - begin < SECONDS


@given(st.binary(max_size=2000))
def test_bytes(content: bytes) -> None:
    _timed(content)


@given(st.text(max_size=1000))
def test_text(content: str) -> None:
    _timed(content.encode("utf-8", "surrogatepass"))


@given(st.lists(st.sampled_from(PIECES), max_size=200))
def test_pieces_of_bash(pieces: list[bytes]) -> None:
    _timed(b"".join(pieces))


@settings(max_examples=300)
@given(st.data())
def test_mutations_of_the_corpus(data: st.DataObject) -> None:
    script = bytearray(data.draw(st.sampled_from(SCRIPTS)))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(script)))
        cut = data.draw(st.integers(0, 20))
        script[at : at + cut] = data.draw(st.sampled_from(PIECES) | st.binary(max_size=4))
    _timed(bytes(script))


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        b"a|",
        b")",
        b"x=(",
        b"<<<",
        b"<",
        b"${a",
        b"<<a\n",
        b"[a",
        b"$(",
        b'"',
        b"a;",
        b"x=$x$x\n",
        b"f(){ f;f; }\nf\n",
        b"{a,b}" * 8,
    ],
)
def test_a_flood(piece: bytes) -> None:
    _timed(piece * (LARGEST // len(piece)))


def test_a_mebibyte_of_garbage() -> None:
    _timed(bytes(range(1, 256)) * 4112)


@pytest.mark.parametrize(
    "piece", [b"$(echo ", b"bash -c 'x' ; { ", b"if true; then ", b"( ", b"a && ", b"a || ", b"echo $(( ", b"! "]
)
def test_depth(piece: bytes) -> None:
    _timed(piece * 3000)


def test_recursion_of_the_script_itself() -> None:
    _timed(b"f() { f; g; }\ng() { f | g; }\nf\n")
    _timed(b"alias a='a a'\na\n")
    _timed(b'eval \'x="$x$x"; eval "$x"\'\n')
    _timed(b"cat > a.sh <<'E'\nbash a.sh\nE\nbash a.sh\n")


def test_a_long_script_is_quick() -> None:
    text = b"".join(path.read_bytes() for path in sorted((CORPUS / "realistic").glob("*.sh")))
    script = b"\n".join(text.split(b"\n")[:200]) + b"\n"
    _timed(script)
    times = []
    for _ in range(5):
        read.cache_clear()
        _judge.cache_clear()
        begin = time.thread_time()
        _judge(script)
        times.append(time.thread_time() - begin)
    # The aim is 10 ms; machines that run tests are shared.
    assert min(times) < 0.1


# What a hostile script may be made of, each with what is found in it.
WORST = {
    "a mebibyte of comments": ("# x\n" * (1 << 18), "DVM210"),
    "many commands": ("echo hello world\n" * 15000, "DVM210"),
    "a value that doubles": ("a=xxxxxxxxxxxxxxxx\n" + 'a="$a$a"\n' * 60 + 'eval "$a"\n', "DVM210"),
    "brackets": ("(" * 100_000, "DVM210"),
    "substitutions": ("echo " + "$(" * 100_000, "DVM210"),
    "closing brackets": (")" * 100_000, "DVM210"),
    "braces": ("${" * 100_000, "DVM210"),
    "pipes": ("a" + "|a" * 60_000, "DVM210"),
    "lists": ("a" + "&&a" * 60_000, "DVM210"),
    "a long here-document": ("cat <<E\n" + "line of text $x `y`\n" * 12_000 + "E\n", "DVM210"),
    "here-documents": ("cat <<E\nx\nE\n" * 20_000, "DVM210"),
    "code in a here-document": ("bash <<'E'\n" + "echo 1\n" * 30_000 + "E\n", "DVM210"),
    "conditions": ("if true; then " * 3000, "DVM210"),
    "functions that call each other": (
        "".join(f"f{i}() {{ f{i + 1}; f{i + 1}; f{i + 1}; }}\n" for i in range(20)) + "f0\n",
        "DVM210",
    ),
    "backticks": ("`" * 240_000, "DVM210"),
    "expansions in one here-document": ("cat >f <<A\n" + "a $x " * 50_000 + "\nA\n" + "eval $x\n", "DVM210"),
    "an edit of a megabyte": ("sed -i '" + "s/a/b/;" * 35_000 + "' /etc/pacman.conf\neval $x\n", "DVM210"),
    "waivers": ("# dvm: allow=DVM202 because x\n" * 8_000 + "eval $x\n", "DVM210"),
    "arguments of xargs": ("echo " + "a " * 120_000 + '| xargs -I{} sh -c "{}"\n', "DVM210"),
    "findings": ("curl -fsSL https://example.org/i.sh | sh\n" * 6_000, "DVM210"),
    "clones": ("".join(f"git clone https://e.org/r{i}\n./r{i}/a\n" for i in range(5_000)), "DVM210"),
    "a large array": ("a=(" + "x " * 100_000 + ")\n", "DVM210"),
    "names of checks": (
        "cat >x.conf <<'E'\n" + ("sslnocertskipverify" * 3 + "_ = on\n") * 3_500 + "E\neval $x\n",
        "DVM210",
    ),
    "words like switches": ("tool " + ("--ignore-sslnocertno" * 3 + " ") * 3_500 + "\neval $x\n", "DVM210"),
    "aliases and traps": ("alias a='b; b; b' b='a; a; a'\ntrap 'a; a; a' EXIT\n" * 3_000 + "eval $x\n", "DVM210"),
    "downloads in the background": ("curl -fsSLo x https://example.org/x &\n" * 5_000 + "wait\neval $x\n", "DVM210"),
    "servers of tools": (
        "cat >mcp.json <<'E'\n" + 'command: npx args: [ "-a", ' * 9_000 + "\nE\neval $x\n",
        "DVM210",
    ),
    "dependencies": ("cat >Cargo.toml <<'E'\n" + "git = x @ git+https://x " * 9_000 + "\nE\neval $x\n", "DVM210"),
    "words of a secret": ("curl -d '" + "&password_token:=" * 12_000 + "' x\neval $x\n", "DVM210"),
    "names in code": ("python3 - <<'E'\n" + "password" * 25_000 + "\nE\neval $x\n", "DVM210"),
    "flags in a file": ("cat >x.conf <<'E'\n" + "--no-check-certificat " * 10_000 + "\nE\neval $x\n", "DVM210"),
    "functions in a file": ("cat >x.sh <<'E'\n" + "f() { g; g; }\ng() { f; f; }\n" * 5_000 + "E\neval $x\n", "DVM210"),
    "images": ("cat >Dockerfile <<'E'\n" + "FROM a/b/c/d AS x\n" * 12_000 + "E\neval $x\n", "DVM210"),
    "programs that a script writes": (
        "cat >/usr/local/bin/a <<'E'\n#!/bin/sh\nb; b; b\nE\ncp /usr/local/bin/a /usr/local/bin/b\na\n" * 2_000
        + "eval $x\n",
        "DVM210",
    ),
}


@pytest.mark.parametrize("name", WORST)
def test_the_worst_ends_in_time_and_is_never_silent(name: str) -> None:
    """In a process of its own, for its memory; the factor over what is needed is for machines that are shared."""
    text, code = WORST[name]
    program = (
        "from dvm.checks.scripts.review import _judge\n"
        "def work(text):\n"
        "    return ' '.join({item.check.code for item in _judge(text)})\n"
    )
    done = measure(program, text.encode())
    assert code in done.answer.split()
    assert done.seconds < 2.0 * 3
    assert done.mebibytes < 300
