"""Where a setup script failed, with this machine's Bash as the guest's."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from dvm.execute.whereabouts import Whereabouts, readable, whereabouts
from dvm.model.evidence import Role
from dvm.model.manifest import Companion, Script
from tests import factories
from tests.unit.lima.test_guest_programs import Guest, guest, pytestmark

__all__ = ["guest", "pytestmark"]

NODE = "setup/node.sh"


def script_of(text: str, **files: str) -> Script:
    companions = tuple(
        Companion(
            name, factories.evidence(f"/c/setup/files/{name}", data.encode(), Role.COMPANION), f"setup/files/{name}"
        )
        for name, data in sorted(files.items())
    )
    return replace(factories.script(NODE, text), files=companions)


def failed(guest: Guest, text: str, **files: str) -> Whereabouts | None:
    script = script_of(text, **files)
    ending = guest.setup(text, files={each.name: each.file.content or b"" for each in script.files})
    proven = ending.proven()
    assert proven.status
    said = [line.replace(f"{guest.place}/run", "/run/dvm") for line in ending.completed.tail]
    return whereabouts(script, proven.lines, proven.status, said)


CASES = {
    "simple": ("true\ngrep -q xyzzy /etc/passwd\necho no\n", (2, "grep -q xyzzy /etc/passwd", "")),
    "function": ("f() {\n  true\n  false\n}\n\nf\n", (3, "false", f"{NODE}:6")),
    "subshell": ("true\n(\n  cd /\n  false\n)\n", (4, "false", "")),
    "subshell on a line": ("true\n(cd /; false)\n", (2, "(cd /; false)", "")),
    "substitution": ("true\nx=$(\n  true\n  ls /nope\n)\n", (2, "x=$( true ls /nope )", "")),
    "pipeline": ("true\nfalse |\n  cat\n", (2, "false | cat", "")),
    "function in a pipeline": ("f() {\n  true\n  false\n  true\n}\nf | cat\n", (3, "false", f"{NODE}:6")),
    "function in a function": ("g() {\n  false\n}\nf() {\n  g\n}\nf\n", (2, "false", f"{NODE}:7")),
    "read": ("true\nread -r x\n", (2, "read -r x", "")),
    "several lines": ("true\nls \\\n  /nope \\\n  /nope2\n", (2, "ls /nope /nope2", "")),
    "loop": ("for i in 1 2; do\n  [[ $i != 2 ]]\ndone\n", (2, "[[ $i != 2 ]]", "")),
    "not found": ("true\nno-such-program --x\n", (2, "no-such-program --x", "")),
    "unset": ('true\n\necho "$NOPE"\n', (3, 'echo "$NOPE"', "")),
    "syntax": ("true\n\nif then\n", (3, "if then", "")),
    "secret": ("true\nfalse --password=kX9vTq2mWzL4\n", (2, "false --password=[secret]", "")),
    "escape": ("true\nfalse '\x1b[31m'\n", (2, "false '\\x1b[31m'", "")),
    "errexit off for a while": ("set +e\nfalse\nset -e\nls /nope\n", (4, "ls /nope", "")),
    "background": ("(\n  false\n) &\nwait || true\nls /nope\n", (5, "ls /nope", "")),
    "forgiven with inherit_errexit": (
        "shopt -s inherit_errexit\nx=$(ls /nope) || true\nls /nope2\n",
        (3, "ls /nope2", ""),
    ),
    "status of its own": ("exit 3\n", None),
    "trap of its own": ("trap 'echo mine' ERR\nfalse\n", None),
    "last of a script without errexit": ("set +e\ntrue\nfalse\n", None),
    "exit after a failure that ended nothing": ("(\n  false\n) &\nwait\nexit 1\n", None),
}


@pytest.mark.parametrize("name", CASES)
def test_the_statement_is_named(guest: Guest, name: str) -> None:
    text, expected = CASES[name]
    assert failed(guest, text) == (None if expected is None else Whereabouts(NODE, *expected))


def test_a_companion_file_is_named(guest: Guest) -> None:
    found = failed(guest, 'true\n. "$DVM_FILES/lib.sh"\n', **{"lib.sh": "true\nfalse\n", "a": ""})
    assert found == Whereabouts("setup/files/lib.sh", 2, "false", f"{NODE}:2")


def test_a_file_of_the_guest_is_named_by_what_sourced_it(guest: Guest) -> None:
    (guest.place / "lib.sh").write_text("true\nfalse\n")
    found = failed(guest, f"true\n. {guest.place}/lib.sh\n")
    assert found is not None
    assert (found.path, found.line) == (NODE, 2)


def test_the_trap_changes_nothing_for_the_script(guest: Guest) -> None:
    seen = guest.place / "seen"
    text = (
        f"{{ echo $- $0 ${{#BASH_SOURCE[@]}} $LINENO $#; trap -p EXIT; declare -F; env; bash -c 'trap; env'; }} >{seen}\n"
        f"set +e; false; echo $? >>{seen}; false | true; echo ${{PIPESTATUS[*]}} >>{seen}\n"
    )
    assert guest.setup(text).proven().status == 0
    first, *rest = seen.read_text().splitlines()
    flags, place, *numbers = first.split()
    assert set(flags) == set("ehuBE")
    assert place.endswith("/script")
    assert numbers == ["1", "1", "0"]
    assert not [line for line in rest if "BASH_ENV" in line or "where" in line or line.endswith((" ERR", " EXIT"))]
    assert rest[-2:] == ["1", "1 0"]


@pytest.mark.parametrize(
    "written",
    [
        "x",
        r"1\\0",
        r"1\\0000\\0a[\$(touch {place}/owned)]\\0001\\0000\\000s\\000",
        r"1\\0000\\0001\\000a[\$(touch {place}/owned)]\\0000\\000s\\000",
        r"1\\0000\\000999\\0001\\000",
        r"1\\0000\\0001\\00099999999\\0000\\000s\\000",
    ],
)
def test_what_a_script_writes_there_itself_does_no_harm(guest: Guest, written: str) -> None:
    text = written.format(place=guest.place)
    ending = guest.setup(f'printf "%b" "{text}" >>"${{DVM_FILES%/*}}/where"\nexit 5\n')
    proven = ending.proven()
    assert proven.status == 5
    assert not (guest.place / "owned").exists()
    assert whereabouts(script_of("exit 5\n"), proven.lines, 5, ()) is None


def test_a_false_place_shows_no_more_than_a_line_of_the_script() -> None:
    script = script_of("true\n", a="x\n")
    for frame in ("s:0", "s:99", "o:1", "f0:7", "f9:1", "s:1"):
        found = whereabouts(script, [f"at\t1\t0\t{frame}"], 1, ())
        assert found is None or found.text in {"", "true"}


def test_paths_in_the_output_are_the_manifest_s() -> None:
    script = script_of("true\n", npmrc="x")
    said = (
        "/run/dvm/script.AbC12345/script: line 3: no, /run/dvm/script.AbC12345/files/npmrc, /run/dvm/script.x/files/y"
    )
    assert readable(script, said) == ("setup/node.sh: line 3: no, setup/files/npmrc, /run/dvm/script.x/files/y")
