"""Code behind a here-document is seen wherever Bash sees it: Bash itself is asked."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dvm.checks.scripts.parser import UnreadableScriptError, parse
from dvm.checks.scripts.read import read

BASH = shutil.which("bash") or "/bin/bash"
EVIL = "echo seen"
LINES = (
    "EOF",
    " EOF",
    "\tEOF",
    "EOF ",
    "EOFX",
    "EOF)",
    "EO\\",
    "F",
    "x\\",
    "\\EOF",
    "'EOF'",
    "$x EOF",
    "x",
    "",
    "\\\\",
)
CODE = (": <<'Z'", ": <<Z", "Z", ": <<EOF", "x=$(cat <<Z", ")", EVIL)
STARTS = ("<<EOF", "<<'EOF'", '<<"EOF"', "<<\\EOF", "<<-EOF", "<<-'EOF'", "<<'EO'F", "<<EOF;", "<<-\tEOF")


def runs(text: str) -> bool:
    """Whether Bash comes to the command that is looked for."""
    done = subprocess.run(
        [BASH, "--noprofile", "--norc", "-c", text],
        env={"PATH": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    return "seen" in done.stdout.split()


def is_seen(text: str) -> bool:
    program = read(text.encode())
    return bool(program.troubles) or any(command.name == "echo" for command in program.commands)


@given(
    st.sampled_from(STARTS),
    st.lists(st.sampled_from(LINES), max_size=3),
    st.lists(st.sampled_from(LINES + CODE), max_size=5),
    st.lists(st.sampled_from(LINES + CODE), max_size=3),
)
@example("<<EOF", ["x", " EOF"], [": <<'Z'", "EOF"], ["Z"])
@example("<<EOF", ["x", "EOF "], [": <<'Z'", "EOF"], ["Z"])
@example("<<EOF", ["x\\", "EOF"], [": <<'Z'", "EOF"], ["Z"])
@example("<<EOF", ["EO\\", "F"], [": <<'Z'"], ["Z"])
def test_what_bash_runs_is_seen(start: str, first: list[str], second: list[str], third: list[str]) -> None:
    text = "\n".join([f": {start}", *first, *second, EVIL, *third, ""])
    assert is_seen(text) or not runs(text)


@pytest.mark.parametrize(
    "text",
    [
        "cat <<EOF\n  no EOF here\nEOF\n",
        "cat <<-EOF\n\tx\n\tEOF\n",
        "cat <<'E F'\nx \\\nE F\n",
        'cat <<"EOF"\n$x\nEOF\n',
        "cat <<\\EOF\n$x\nEOF\n",
        "cat <<EOF\na \\\nb\nEOF\n",
        "cat <<EOF\na \\\\\nEOF\n",
        "f() {\n  cat <<EOF\nx\nEOF\n}\nf\n",
        "if cat <<EOF; then ls; fi\nx\nEOF\n",
        "x=$(cat <<EOF\nx\nEOF\n)\n",
        "cat <<E_1-2.3+x\nx\nE_1-2.3+x\n",
        "cat <<$x\ny\n$x\n",
    ],
)
def test_plain_ones_are_read(text: str) -> None:
    parse(text.encode())


@pytest.mark.parametrize("text", ["cat <<EOF\nx\n EOF\nEOF\n", "cat <<EOF\nEOFX\nEOF\n", "cat <<EOF\nx\\\nEOF\nEOF\n"])
def test_others_are_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(UnreadableScriptError, match="line 1 may end elsewhere for Bash; give it a delimiter"):
        parse(text.encode())


PIECES = ("a", " ", "\t", "\n", "$(", ")", "`", "\\", '"', "'", "${x:-", "}", "$x", "(", "{", "# ", "$((1+1))", "case a in a)", ";;", "esac",
          "; ", " | ", "$( : `", "\\`", "<<E2\nE2\n", "echo seen >&3", " echo seen >&3 ", "$'", "\\$", "[[ a ]]", "é", "$", "<(", "<<<")  # fmt: skip


@given(st.sampled_from(("<<EOF", "<<-EOF")), st.lists(st.sampled_from(PIECES), max_size=14))
@example("<<EOF", ["  ", "$(", "echo seen >&3", ")"])
@example("<<EOF", ["`", "echo seen >&3", "`"])
@example("<<EOF", ["$(", "'", ")", "'", ";", "echo seen >&3", ")"])
@example("<<EOF", ["${x:-", '"', "$(", "echo seen >&3", ")", '"', "}"])
def test_what_a_document_expands_is_seen(start: str, pieces: list[str]) -> None:
    text = f"exec 3>&1\n: {start}\n{''.join(pieces)}\nEOF\n"
    assert is_seen(text) or not runs(text)
