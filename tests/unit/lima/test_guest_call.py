"""The proof of a guest program: only its own last line, with this call's number, is one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.lima.guest_call import GuestCall, UnprovenError
from dvm.lima.guest_calls import as_root
from dvm.lima.guest_programs import LOADER, PROGRAMS, text
from dvm.lima.process import Completed
from dvm.lima.streams import TooMuchError
from tests.unit.lima.played import ended, prepared


def number(call: GuestCall) -> str:
    return call.stdin.split(b"\0")[0].decode()


def pour(take: Callable[[bytes], None], piece: bytes, most: int) -> None:
    for _ in range(most // len(piece) + 1):
        take(piece)


def test_the_number_is_in_no_argument_and_new_in_each_call() -> None:
    call, _ = prepared("guard", "0", "/home", payload=b"more")
    other, _ = prepared("guard", "0", "/home")
    assert re.fullmatch("[0-9a-f]{32}", number(call))
    assert number(call) != number(other)
    assert call.challenge not in {other.challenge, number(call)}
    assert not [word for word in call.argv if number(call) in word or call.challenge in word]
    _, challenge, program, payload = call.stdin.split(b"\0")
    assert challenge.decode() == f"{call.challenge} {hashlib.sha256(call.challenge.encode()).hexdigest()}"
    assert (program.decode(), payload) == (text("guard"), b"more")
    assert "\0" not in text("guard")


@pytest.mark.parametrize("name", ["enter", "env", "sshd"])
def test_a_program_that_proves_nothing_can_t_be_called_as_one_that_does(name: str) -> None:
    with pytest.raises(ValueError, match=r"guest program|not in"):
        GuestCall(as_root("dvm-app", name, "x"))


def test_an_honest_answer() -> None:
    call, _ = prepared("guard", "0", "/home")
    git = f"git\t{call.git_names_challenge()}"
    ending = ended(call, 0, f"{git}\nwork\tfiles\t/a b\t\t1 file\ndvm-guard {number(call)} 0\n".encode(), b"warning\n")
    assert ending.is_proven
    assert ending.proven().lines == (git, "work\tfiles\t/a b\t\t1 file")
    call, _ = prepared("setup", "r")
    assert ended(call, 7, f"dvm-setup {number(call)} 7\n".encode()).proven().status == 7


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "\n",
        "Welcome\n",
        '{"a":\n',
        "dvm-guard {number} 0",
        "dvm-guard {number}\n",
        "dvm-guard {number} 0 more\n",
        "dvm-guard {number} 0\n\n",
        "dvm-guard {number} 0\nbye\n",
        "\ndvm-guard {number} 0\n",
        "Welcome\ndvm-guard {number} 0\n",
        "Welcomedvm-guard {number} 0\n",
        "dvm-guard {number} 0\ndvm-guard {number} 0\n",
        "dvm-guard {number} 1\n",
        "dvm-setup {number} 0\n",
        "dvm-guard {other} 0\n",
        "work\tother\t/a\t\t1 file\ndvm-guard {number} 0\n",
        "work\tfiles\t/a\t1 file\ndvm-guard {number} 0\n",
        "{number}\0",
        "dvm-guard {number} 0\r\n",
        "dvm-guard {number} \u0660\n",
    ],
)
def test_anything_else_is_none(answer: str) -> None:
    call, _ = prepared("guard", "0", "/home")
    said = answer.replace("{number}", number(call)).replace("{other}", "0" * 32)
    ending = ended(call, 0, said.encode())
    assert not ending.is_proven
    with pytest.raises(UnprovenError, match="did not prove that dvm-guard ran to its end"):
        ending.proven()


def test_echoed_input_is_none() -> None:
    call, _ = prepared("guard", "0", "/home")
    for out in (call.stdin, call.stdin.replace(b"\0", b"\n")):
        assert not ended(call, 0, out).is_proven


@given(st.binary(max_size=200), st.integers(0, 200))
def test_an_answer_that_is_cut_or_prefixed_is_none(noise: bytes, cut: int) -> None:
    call, _ = prepared("bootstrap")
    whole = f"dvm-bootstrap {number(call)} 0\n".encode()
    assert ended(call, 0, whole).is_proven
    cut %= len(whole)
    assert not ended(call, 0, whole[:cut]).is_proven
    assert not ended(call, 0, noise + whole[: max(cut, 1) - 1]).is_proven
    assert ended(call, 0, noise + whole).is_proven == (noise == b"")


def test_an_end_that_the_call_contradicts_is_none() -> None:
    for status in (1, 255, -9):
        call, _ = prepared("bootstrap")
        assert not ended(call, status, f"dvm-bootstrap {number(call)} 0\n".encode()).is_proven
    call, _ = prepared("bootstrap")
    heard = call.heard()
    heard.output(f"dvm-bootstrap {number(call)} 0\n".encode())
    ending = heard.ended(Completed(call.argv, 0, 1.0, timed_out=True))
    with pytest.raises(UnprovenError, match="its time was over"):
        ending.proven()


def test_what_is_said_is_bounded() -> None:
    for name, program in PROGRAMS.items():
        call, _ = prepared(name)
        heard = call.heard()
        # A program that answers between its errors answers with what has the number.
        take = heard.errors if program.on_errors else heard.output
        piece = f"{number(call)} {'x' * 1000}\n".encode()
        with pytest.raises(TooMuchError):
            pour(take, piece, program.most_bytes)
        ending = heard.ended(Completed(call.argv, 0, 0.0))
        assert (ending.too_much, ending.is_proven) == (True, False)
        if program.most_noise is None:
            continue
        call, _ = prepared(name)
        heard = call.heard()
        with pytest.raises(TooMuchError):
            pour(heard.errors, b"x" * 1000, program.most_noise)


def test_pack_answers_between_errors_with_a_digest() -> None:
    call, _ = prepared("pack")
    digest = "a" * 64
    errors = f"tar: x: warning\ndvm-pack {number(call)} 0 {digest}\nConnection closed\n".encode()
    heard = call.heard()
    for at in range(0, len(errors), 7):
        heard.errors(errors[at : at + 7])
    assert heard.ended(Completed(call.argv, 0, 0.0)).proven().detail == digest
    for line in ("dvm-pack {} 0\n", "dvm-pack {} 0 short\n", "x dvm-pack {} 0 " + digest + "\n"):
        call, _ = prepared("pack")
        assert not ended(call, 0, b"", line.format(number(call)).encode()).is_proven
    call, _ = prepared("pack")
    assert ended(call, 95, b"", f"dvm-pack {number(call)} 95\n".encode()).proven().status == 95


def test_git_s_name_for_a_blob() -> None:
    call, _ = prepared("guard", "0", "/home")
    call.challenge = "hello\n"
    assert call.git_names_challenge() == "ce013625030ba8dba906f756967f9e9ca394464a"


def test_the_loader_is_one_text_for_all() -> None:
    for name in PROGRAMS:
        assert as_root("dvm-app", name).count(LOADER) == 1
