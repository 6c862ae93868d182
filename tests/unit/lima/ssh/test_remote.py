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
