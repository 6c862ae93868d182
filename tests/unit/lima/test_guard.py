"""The guard's program, run for real, on this machine's bash, find and git."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from dvm.lima.guest_call import Ending
from tests.unit.lima.played import play

pytestmark = pytest.mark.skipif(
    not (shutil.which("git") and Path("/proc/self").exists()), reason="needs git, and find as Linux has it"
)
OLD = 1_000_000_000
IDENTITY = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}


class Guest:
    """A directory that stands for a guest's /home; whoever runs the tests is its user."""

    def __init__(self, place: Path) -> None:
        self.home = place / "home"
        self.code = self.home / "dev" / "code"
        self.code.mkdir(parents=True)
        self._bin = place / "bin"
        self._bin.mkdir()
        # Nobody has to be root for this, and root does not count as the user.
        self.program("runuser", 'shift 3; exec "$@"')
        self.program("id", "echo 1000")
        self.since = int(time.time()) - 3600

    def program(self, name: str, text: str) -> None:
        path = self._bin / name
        path.write_text(f"#!/bin/bash\n{text}\n")
        path.chmod(0o755)

    def git(self, where: Path, *arguments: str, **environment: str) -> None:
        facts = os.environ | IDENTITY | {"GIT_CONFIG_GLOBAL": "/dev/null"} | environment
        subprocess.run(["git", "-C", where, "-c", "commit.gpgsign=false", *arguments], env=facts, check=True)

    def repository(self, where: Path, *, pushed: bool = True, url: str = "https://example.org/x") -> Path:
        """A repository with a commit, that a remote has too."""
        self.git(where.parent, "init", "-q", "-b", "main", where.name)
        (where / "file").write_text("text")
        self.git(where, "add", ".")
        self.git(where, "commit", "-q", "-m", "first")
        if pushed:
            self.git(where, "remote", "add", "origin", url)
            self.git(where, "update-ref", "refs/remotes/origin/main", "HEAD")
        return where

    def guard(
        self, *, everywhere: bool = False, since: int | None = None, kept: bool = False, all_files: bool = False
    ) -> list[tuple[str, str, str]]:
        """Return kind, place and detail of each piece of work, places below `home`."""
        when = str(self.since if since is None else since)
        where = (str(self.home),) if everywhere else ("", "dev", str(self.code))
        options = (*["--all-files"] * all_files, *(("--kept", str(self.code)) if kept else ()))
        ending = self.ask(*options, when, *where)
        assert ending.completed.tail == ()
        lines = [line.split("\t") for line in ending.proven().lines]
        git = [line for line in lines if line[0] != "work"]
        assert git in ([["git", ending.call.git_names_challenge()]], [["git-unused"]])
        work = [line[1:] for line in lines if line[0] == "work"]
        return [(kind, os.path.relpath(path, self.home), detail) for kind, path, _, detail in work]

    def ask(self, *arguments: str) -> Ending:
        return play("guard", *arguments, path=f"{self._bin}:/usr/bin:/bin")


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    return Guest(tmp_path)


def test_nothing_is_no_work(guest: Guest) -> None:
    assert guest.guard() == []
    guest.repository(guest.code / "app")
    assert guest.guard() == []
    assert guest.guard(everywhere=True) == []
    shutil.rmtree(guest.code)
    assert guest.guard() == []


def test_what_is_in_a_repository(guest: Guest) -> None:
    app = guest.repository(guest.code / "app", pushed=False)
    (app / "file").write_text("other")
    guest.git(app, "stash", "-q")
    (app / "new").touch()
    assert guest.guard() == [
        ("uncommitted", "dev/code/app", "1 file"),
        ("unpushed", "dev/code/app", "1 commit"),
        ("stashed", "dev/code/app", "1 stash"),
    ]


def test_files_in_no_repository(guest: Guest) -> None:
    guest.repository(guest.code / "app")
    (guest.code / "notes").mkdir()
    for name in ("a", "b c"):
        (guest.code / "notes" / name).touch()
    assert guest.guard() == [("files", "dev/code/notes", "2 files in no git repository")]


def test_files_that_were_there_before_the_vm_are_no_work_unless_it_was_adopted(guest: Guest) -> None:
    (guest.code / "baked-in").touch()
    later = int(time.time()) + 1
    time.sleep(max(0.0, later + 0.1 - time.time()))
    assert guest.guard(since=later) == []
    assert guest.guard(since=0) == [("files", "dev/code/baked-in", "1 file in no git repository")]
    assert guest.guard(since=later + 3600), "a clock that was wrong once lets every file count"


def test_the_age_of_a_file_does_not_count_where_nothing_was_before_the_vm(guest: Guest) -> None:
    """A host whose clock was hours ahead when it made the VM: files of the next hours are older than the VM."""
    elsewhere = guest.home / "dev" / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "skeleton").touch()
    (guest.code / "app").mkdir()
    (guest.code / "app" / "notes").touch()
    (guest.code / "app" / "link").symlink_to(elsewhere)
    later = int(time.time()) + 1
    time.sleep(max(0.0, later + 0.1 - time.time()))
    assert guest.guard(since=later) == []
    assert guest.guard(since=later, all_files=True) == [("files", "dev/code/app", "1 file in no git repository")]
    assert guest.guard(since=later, all_files=True, kept=True) == []


def test_a_file_with_an_old_date_is_as_new_as_its_arrival(guest: Guest) -> None:
    """As `tar x`, `cp -a` and `dvm cp` make them."""
    for name in ("old", "epoch"):
        (guest.code / name).touch()
        os.utime(guest.code / name, (0 if name == "epoch" else OLD,) * 2)
    assert len(guest.guard()) == 2
    assert len(guest.guard(since=0)) == 2


def test_a_code_root_that_is_a_link(guest: Guest) -> None:
    guest.code.rmdir()
    elsewhere = guest.home.parent / "data"
    elsewhere.mkdir()
    guest.code.symlink_to(elsewhere)
    guest.repository(elsewhere / "app", pushed=False)
    (elsewhere / "loose").touch()
    assert guest.guard() == [
        ("unpushed", "dev/code/app", "1 commit"),
        ("files", "dev/code/loose", "1 file in no git repository"),
    ]


def test_links_to_what_lies_elsewhere(guest: Guest) -> None:
    elsewhere = guest.home.parent / "data"
    (elsewhere / "plain").mkdir(parents=True)
    app = guest.repository(elsewhere / "app", pushed=False)
    (app / "part").mkdir()
    (elsewhere / "plain" / "back").symlink_to(guest.code)
    (elsewhere / "plain" / "file").touch()
    (elsewhere / "single").touch()
    for name, target in {
        "app": app,
        "again": app / "part",
        "plain": elsewhere / "plain",
        "single": elsewhere / "single",
        "gone": elsewhere / "none",
        "self": guest.code,
        "loop": guest.code / "loop",
    }.items():
        (guest.code / name).symlink_to(target)
    assert sorted(guest.guard()) == [
        ("files", "../data/plain/file", "1 file in no git repository"),
        ("files", "../data/single", "1 file in no git repository"),
        ("unpushed", "../data/app", "1 commit"),
    ]


def test_a_remote_that_is_pushed_to_a_path_has_nothing(guest: Guest) -> None:
    """Git notes what was pushed as the remote's, wherever it went."""
    app = guest.repository(guest.code / "app")
    assert guest.guard() == []
    guest.git(app, "remote", "set-url", "--push", "origin", "/srv/mirror.git")
    assert guest.guard() == [("unpushed", "dev/code/app", "1 commit")]
    guest.git(app, "remote", "set-url", "--push", "origin", "git@example.org:x")
    assert guest.guard() == []


def test_a_ref_that_no_remote_has_is_no_copy_elsewhere(guest: Guest) -> None:
    """As `git fetch x.bundle 'refs/heads/*:refs/remotes/x/*'` makes it, or a remote whose lines were deleted by hand."""
    app = guest.repository(guest.code / "app", pushed=False)
    guest.git(app, "update-ref", "refs/remotes/gone/main", "HEAD")
    assert guest.guard() == [("unpushed", "dev/code/app", "1 commit")]
    guest.git(app, "remote", "add", "team/up", "https://example.org/x")
    assert guest.guard() == [("unpushed", "dev/code/app", "1 commit")]
    guest.git(app, "update-ref", "refs/remotes/team/up/main", "HEAD")
    assert guest.guard() == []


def test_commits_that_only_a_tag_has(guest: Guest) -> None:
    app = guest.repository(guest.code / "app")
    for name, environment in {
        "fetched": {"GIT_COMMITTER_DATE": f"{OLD} +0000"},
        "made": {},
    }.items():
        guest.git(app, "checkout", "-q", "--detach", "origin/main")
        guest.git(app, "commit", "-q", "--allow-empty", "-m", name, **environment)
        guest.git(app, "tag", name)
    guest.git(app, "checkout", "-q", "main")
    assert guest.guard() == [("unpushed", "dev/code/app", "1 commit")]
    assert guest.guard(since=0) == [("unpushed", "dev/code/app", "2 commits")]


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://example.org:8443/a/b:c", False),
        ("git@example.org:a/b", False),
        ("ssh://git@example.org/a", False),
        ("/srv/bare.git", True),
        ("../bare.git", True),
        ("bare.git", True),
        ("./a:b", True),
        ("file:///srv/bare.git", True),
        ("http://localhost:3000/me/x", True),
        ("git@localhost:me/x.git", True),
        ("https://user@127.0.0.1/a@b", True),
        ("ssh://git@[::1]:2222/x", True),
        ("https://localhost.example.org/x", False),
        ("https://example.org/localhost", False),
    ],
)
def test_what_was_pushed_within_the_guest_is_not_pushed(guest: Guest, url: str, found: bool) -> None:
    app = guest.repository(guest.code / "app", url=url)
    assert bool(guest.guard()) == found
    guest.git(app, "remote", "add", "upstream", "https://example.org/x")
    guest.git(app, "update-ref", "refs/remotes/upstream/main", "HEAD")
    assert guest.guard() == []


def test_a_repository_with_the_name_of_a_pattern_hides_nothing_beside_it(guest: Guest) -> None:
    for name in ("*", "[a-z]*", "?", "\\*"):
        guest.repository(guest.code / name)
    (guest.code / "x").touch()
    assert guest.guard() == [("files", "dev/code/x", "1 file in no git repository")]


def test_every_home_is_looked_through_and_how_a_user_is_set_up_is_no_work(guest: Guest) -> None:
    for name in ("dev", "me.guest"):
        (guest.home / name / ".cache").mkdir(parents=True)
        (guest.home / name / ".cache" / "file").touch()
        (guest.home / name / ".bashrc").touch()
    assert guest.guard(everywhere=True, since=0) == []
    guest.repository(guest.home / "me.guest" / ".dotfiles", pushed=False)
    (guest.home / "me.guest" / "notes").touch()
    assert guest.guard(everywhere=True, since=0) == [
        ("unpushed", "me.guest/.dotfiles", "1 commit"),
        ("files", "me.guest/notes", "1 file in no git repository"),
    ]


def test_what_belongs_to_root_or_to_nobody_is_listed_without_git(guest: Guest) -> None:
    """A repository can name programs in its configuration, and they would run as root."""
    guest.repository(guest.code / "app")
    for text in ("echo 0", "exit 1"):
        guest.program("id", text)
        ((kind, place, _),) = guest.guard()
        assert (kind, place) == ("files", "dev/code/app")


def test_a_guest_without_git(guest: Guest) -> None:
    for name in ("bash", "sh", "cat", "sha256sum", "wc", "mktemp", "rm", "find", "readlink", "date", "stat", "test"):
        (guest.home.parent / "bin" / name).symlink_to(str(shutil.which(name)))
    (guest.code / "notes").touch()
    ending = play("guard", "0", "", "dev", str(guest.code), path=str(guest.home.parent / "bin"))
    assert (ending.proven().lines[0].split("\t")[:2], ending.proven().lines[1]) == (["work", "files"], "git-unused")


@pytest.mark.parametrize("everywhere", [False, True])
def test_what_is_kept_is_no_work_that_would_be_lost(guest: Guest, everywhere: bool) -> None:
    def found() -> list[tuple[str, str, str]]:
        return sorted(guest.guard(kept=True, everywhere=everywhere))

    app = guest.repository(guest.code / "app", pushed=False)
    (app / "file").write_text("other")
    guest.git(app, "stash", "-q")
    (app / "new").touch()
    (guest.code / "notes").mkdir()
    (guest.code / "notes" / "a").touch()
    guest.git(app, "worktree", "add", "-q", "../inside", "-b", "inside")
    assert found() == []
    assert guest.guard(everywhere=everywhere) != []

    # What a link leads to is not kept, whether the link is in a repository or not.
    away = guest.home / "dev" / "away"
    away.mkdir()
    (away / "x").touch()
    (app / "link").symlink_to(away)
    assert ("files", "dev/away/x", "1 file in no git repository") in found()
    (app / "link").unlink()
    (guest.code / "notes" / "link").symlink_to(away / "x")
    assert ("files", "dev/away/x", "1 file in no git repository") in found()
    (guest.code / "notes" / "link").unlink()
    shutil.rmtree(away)

    # Nor are the commits of a repository that has its objects elsewhere.
    other = guest.repository(guest.home / "dev" / "other", pushed=False)
    assert [place for _, place, _ in found()] == (["dev/other"] if everywhere else [])
    guest.git(other, "worktree", "add", "-q", str(guest.code / "outside"), "-b", "outside")
    assert ("unpushed", "dev/code/outside", "1 commit") in found()
    guest.git(other, "worktree", "remove", "--force", str(guest.code / "outside"))
    guest.git(guest.code, "clone", "-q", "--bare", "--shared", str(other), "bare.git")
    assert ("files", "dev/code/bare.git", "objects of a repository elsewhere") in found()


def test_what_is_kept_may_be_reached_by_a_link(guest: Guest) -> None:
    data = guest.home / "data"
    guest.code.rename(data)
    guest.code.symlink_to(data)
    app = guest.repository(data / "app", pushed=False)
    (app / "new").touch()
    (data / "notes").touch()
    assert guest.guard(kept=True) == []
    assert len(guest.guard()) == 3
