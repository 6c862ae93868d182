"""A guest program as a line of shell: run here, with a sudo that changes nothing."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from dvm.lima.guest_programs import text
from dvm.lima.ssh import remote


@pytest.fixture
def guest(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory that stands for the guest's /run/dvm."""
    binaries = place / "bin"
    binaries.mkdir()
    (binaries / "sudo").write_text('#!/bin/bash\nshift\nexec "$@"\n')
    (binaries / "sudo").chmod(0o755)
    monkeypatch.setenv("PATH", f"{binaries}:{os.environ['PATH']}")
    monkeypatch.setattr(remote, "DIRECTORY", str(place / "run"))
    monkeypatch.setattr(remote, "text", lambda _name: 'printf "[%s]" "$@"; cat\nps -o args= -p $$ >&2\n')
    remote.place.cache_clear()
    yield place / "run"
    remote.place.cache_clear()


def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    words = ["bash", "-c", remote.line(remote.invocation("enter", *arguments))]
    return subprocess.run(words, input=b"in", capture_output=True, check=True)


def test_a_program_s_text_is_in_no_process(guest: Path) -> None:
    odd = ["a b", "$HOME; false", "it's", "", "--", "exec sudo -n bash $p"]
    for _ in range(2):
        done = run(*odd)
        assert done.stdout.decode() == "".join(f"[{word}]" for word in odd) + "in"
        assert done.stderr.decode().startswith(f"bash {guest}/enter-")
        assert "printf" not in done.stderr.decode()
    (left,) = guest.iterdir()
    assert (left.stat().st_mode & 0o777, guest.stat().st_mode & 0o777) == (0o644, 0o711)


def test_the_name_has_the_digest_of_the_text() -> None:
    remote.place.cache_clear()
    assert remote.place("enter") != remote.place("env")
    assert text("enter") in remote.line(remote.invocation("enter")).replace("'\"'\"'", "'")


def test_what_root_s_shell_exports_is_in_no_session(guest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = "env; declare -F; printf '[%s]' \"$@\""
    monkeypatch.setattr(remote, "text", lambda _name: program)
    leave = ["bash", "-c", remote.leaving("enter")]
    assert subprocess.run(leave, input=f"7\n{program}".encode(), capture_output=True, check=True).stdout == b"7\n"
    for line in (
        remote.left_line(remote.invocation("enter", "a b", "$HOME")),
        remote.line(remote.invocation("enter", "a b", "$HOME"), by_root=True),
    ):
        noisy = f"export ROOT_TOKEN=s3cret; f() {{ :; }}; export -f f; {line}"
        done = subprocess.run(["bash", "-c", noisy], capture_output=True, check=True, text=True)
        assert "[a b][$HOME]" in done.stdout
        assert "s3cret" not in done.stdout
        assert "f()" not in done.stdout
        assert "BASH_FUNC" not in done.stdout


@pytest.mark.parametrize("sent", [b"", b"7", b"7\n", b"7\nhalf"])
def test_a_program_that_was_cut_off_is_not_left(guest: Path, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(remote, "text", lambda _name: "half of it\n")
    done = subprocess.run(["bash", "-c", remote.leaving("enter")], input=sent, capture_output=True, check=False)
    assert (done.returncode != 0, done.stdout) == (True, b"")
    assert not Path(remote.place("enter")).exists()
