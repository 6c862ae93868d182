"""dvm-work, run for real on this machine's Bash and git, as the user who runs the tests."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dvm.lima.work import Repository, repositories
from tests.unit.lima.played import play

pytestmark = pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("runuser"), reason="becomes a user, as root")
COMMIT = ("-c", "user.name=A", "-c", "user.email=a@x", "commit", "-q", "--allow-empty", "-m", "x")


def git(place: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=place, check=True, env={"PATH": os.defpath, "HOME": "/nonexistent"})


def test_repositories_with_their_state(place: Path) -> None:
    root = place / "code"
    one = root / "one two"
    bare = root / "bare.git"
    for each in (one, bare, root / "none"):
        each.mkdir(parents=True)
    git(bare, "init", "-q", "--bare", "-b", "main")
    git(one, "init", "-q", "-b", "main")
    git(one, *COMMIT)
    git(one, "push", "-q", str(bare), "main")
    git(one, "remote", "add", "origin", str(bare))
    git(one, "fetch", "-q", "origin")
    git(one, "branch", "-q", "-u", "origin/main")
    git(one, *COMMIT)
    (one / "new").write_text("x")
    git(one, "config", "core.fsmonitor", f"touch {place}/ran; false")
    answer = play("work", getpass.getuser(), str(root)).proven()
    assert repositories(answer.lines) == (
        Repository("one two", "main", "origin/main", 1, 0, 1, 0),
        Repository("bare.git", "main", "", None, None, 0, 0),
    )
    assert not (place / "ran").exists()


def test_no_directory_and_no_repository(place: Path) -> None:
    for root in (place / "nothing", place):
        assert repositories(play("work", getpass.getuser(), str(root)).proven().lines) == ()


def test_no_git() -> None:
    assert repositories(("no-git",)) is None
