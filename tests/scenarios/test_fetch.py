"""`dvm fetch`: from a guest that behaves, and from guests that don't."""

from __future__ import annotations

import hashlib
import itertools
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Dvm, Result
from tests.scenarios.test_git import CAPABILITIES, COMMIT, PACKETS, guest, make, stage

IDENTITY = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@x", "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@x"}


@pytest.fixture
def app(dvm: Dvm) -> Dvm:
    dvm.manifest("[vm.app]\n")
    assert dvm.run("apply", "-y").code == 0
    return dvm


def run(place: Path, *words: str, data: bytes | None = None, code: int | None = 0) -> str:
    done = subprocess.run(
        ["git", *words],
        cwd=place,
        input=data,
        capture_output=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null", "HOME": "/nonexistent", **IDENTITY},
    )
    assert code is None or done.returncode == code, done.stderr
    return done.stdout.decode(errors="surrogateescape").strip()


@pytest.fixture
def here(app: Dvm) -> Path:
    """The host's repository: the directory that `dvm` is run in."""
    run(app.place, "init", "-q", "-b", "main")
    run(app.place, *COMMIT, "of the host")
    return app.place


def refs(here: Path) -> dict[str, str]:
    lines = run(here, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    return {name: digest for name, _, digest in (line.rpartition(" ") for line in lines)}


def everything(here: Path) -> dict[str, str]:
    """Return a digest of each file below the host's repository, but for objects and what dvm itself keeps."""
    found = {}
    for path in sorted(here.rglob("*")):
        name = str(path.relative_to(here))
        if not name.startswith(("l/", "s/", "c/", ".git/objects/", "calls.jsonl", ".cache")) and not path.is_dir():
            found[name] = str(path.readlink()) if path.is_symlink() else hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def changed(here: Path, before: dict[str, str]) -> set[str]:
    after = everything(here)
    names = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    return {name for name in names if name != ".git/dvm-fetch.lock"}


def nothing_came(here: Path, before: dict[str, str], result: Result, *codes: int) -> str:
    said = result.out + result.err
    assert result.code in codes, said
    assert changed(here, before) == set()
    assert not list((here / ".git").glob("dvm-fetch.*/*"))
    assert not {"\x1b", "\x07", "\u202e"} & set(said)
    return " ".join(said.split())


def test_branches_come_and_nothing_else(app: Dvm, here: Path) -> None:
    there = make(app, "project")
    (there / "file").write_text("text")
    run(there, "add", "file")
    run(there, *COMMIT, "second")
    run(there, "branch", "feature/x")
    run(there, "tag", "v1")
    run(there, "update-ref", "refs/notes/x", "HEAD")
    before = everything(here)
    result = app.run("fetch", "app:project")
    assert (result.code, result.err) == (0, "")
    assert set(refs(here)) == {"refs/heads/main", "refs/remotes/app/main", "refs/remotes/app/feature/x"}
    assert "new      app/main" in result.out
    assert "2 new commits" in result.out
    assert "Received 2 commits, 1 file, " in result.out
    assert "git log -p --no-ext-diff --no-textconv --no-show-signature refs/remotes/app/" in result.out, (
        "no common history"
    )
    names = {
        name
        for name in changed(here, before)
        if not name.startswith((".git/refs/remotes/app/", ".git/logs/refs/remotes/app/"))
    }
    assert names == set(), "no FETCH_HEAD, no configuration, no work tree"
    run(here, "fsck", "--strict")
    again = app.run("fetch", "app")
    assert "Nothing new." in again.out


def test_moved_forced_gone_and_pruned(app: Dvm, here: Path) -> None:
    there = make(app, "project")
    for name in ("a", "b", "c"):
        run(there, "branch", name)
    assert app.run("fetch", "app").code == 0
    run(there, "checkout", "-q", "a")
    run(there, *COMMIT, "on a")
    run(there, "checkout", "-q", "--orphan", "fresh")
    run(there, *COMMIT, "another root")
    run(there, "branch", "-f", "b", "fresh")
    run(there, "branch", "-D", "c")
    kept = app.run("fetch", "app")
    assert kept.code == 0
    for words in (
        "moved    app/a",
        "forced   app/b",
        "1 commit no longer in it",
        "gone     app/c",
        "--prune deletes it",
    ):
        assert words in kept.out
    assert "refs/remotes/app/c" in refs(here)
    run(there, "branch", "c/d", "main")
    pruned = app.run("fetch", "--prune", "app")
    assert "deleted  app/c" in pruned.out
    assert "refs/remotes/app/c/d" in refs(here)
    assert "refs/remotes/app/c" not in refs(here)
    assert app.run("fetch", "app", "a", "fresh").code == 0


def test_which_repository(app: Dvm, here: Path) -> None:
    none = app.run("fetch", "app")
    assert (none.code, "has no git repository in its code directory" in none.err) == (1, True)
    make(app, "one")
    assert app.run("fetch", "app").code == 0
    make(app, "two words")
    several = app.run("fetch", "app")
    assert several.code == 1
    assert "  app:one\n" in several.err
    assert "  app:two words\n" in several.err
    assert app.run("fetch", "app:two words").code == 0
    assert app.run("fetch", "app:/home/developer/code/app/one").code == 0
    assert "vm.app, one:" in app.run("fetch", "dvm://app/one").out
    run(here, "remote", "add", "app", "dvm://app/one")
    assert "vm.app, one:" in app.run("fetch", "app").out, "the remote of that name says which"
    assert app.run("fetch", "app:~/code/app/one").code == 0
    other = app.run("fetch", "app:two words")
    assert "Fetch from that one (`dvm fetch app`)" in other.err
    assert (other.code, "has a remote app with another URL: dvm://app/one" in other.err) == (3, True)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("app:",), 64, "names no repository"),
        (("app:-x",), 64, 'begins with "-"'),
        (("app:nosuch",), 1, "does not appear to be a git repository"),
        (("app:project", "nosuch"), 1, "has no branch nosuch"),
        (("app:project", "--upload-pack=x"), 64, "No such option"),
        (("app:project", "--", "--upload-pack=x"), 64, "can't be fetched"),
        (("app:project", "+main:refs/heads/main"), 64, "can't be fetched"),
        (("nosuch",), 64, "There is no VM"),
        (("app/project",), 64, "dvm fetch app:project"),
        (("dvm://app",), 64, "names no repository in a VM"),
        (("app:project", "main", "--prune"), 64, "--prune goes with all branches only"),
        (("app:project", "--max-size", "much"), 64, "--max-size: a size is"),
    ],
)
def test_wrong_usage(app: Dvm, here: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    make(app, "project")
    before = everything(here)
    assert said in nothing_came(here, before, app.run("fetch", *arguments), code)


def test_outside_a_repository(app: Dvm) -> None:
    make(app, "project")
    done = subprocess.run(
        [sys.executable, "-m", "dvm", "fetch", "app"],
        env=app.environment,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "is in no git repository" in done.stderr) == (1, True)


def test_a_remote_in_the_way(dvm: Dvm) -> None:
    dvm.manifest("[vm.origin]\n")
    assert dvm.run("apply", "-y").code == 0
    place = dvm.lima_home / "dvm-origin" / "guest-files/home/developer/code/origin/project"
    place.mkdir(parents=True)
    run(place, "init", "-q", "-b", "main")
    run(place, *COMMIT, "x")
    here = dvm.place
    run(here, "init", "-q", "-b", "main")
    run(here, "remote", "add", "origin", "https://git.example.com/project")
    before = everything(here)
    assert "has a remote origin with another URL" in nothing_came(here, before, dvm.run("fetch", "origin:project"), 3)
    run(here, "remote", "rename", "origin", "upstream")
    run(here, "config", "remote.upstream.fetch", "+refs/heads/*:refs/remotes/origin/*")
    before = everything(here)
    said = nothing_came(here, before, dvm.run("fetch", "origin:project"), 3)
    assert "The remote upstream of this repository fetches into refs/remotes/origin/*" in said
    run(here, *shlex.split(said.partition("Give it its own: git ")[2]))
    assert run(here, "config", "remote.upstream.fetch") == "+refs/heads/*:refs/remotes/upstream/*"
    (here / ".git" / "remotes").mkdir()
    (here / ".git" / "remotes" / "origin").write_text("URL: /x\n")
    before = everything(here)
    said = nothing_came(here, before, dvm.run("fetch", "origin:project"), 3)
    for command in said.partition("Rename the remote: `")[2].partition("`")[0].split(" && "):
        run(here, *shlex.split(command)[1:])
    assert dvm.run("fetch", "origin:project").code == 0


def test_a_name_that_begins_as_an_option_does(app: Dvm, here: Path) -> None:
    make(app, "-x")
    assert app.run("fetch", "app").code == 64
    assert app.run("fetch", "app:./-x").code == 0, "as the error says it"


def test_nothing_of_the_user_s_git_runs(app: Dvm, here: Path) -> None:
    make(app, "project")
    touch = here / "touch"
    touch.write_text(f"#!/bin/sh\ntouch {here}/ran\nexit 1\n")
    touch.chmod(0o755)
    for hook in ("reference-transaction", "post-checkout", "post-index-change", "pre-auto-gc", "post-merge"):
        (here / ".git" / "hooks" / hook).write_text(touch.read_text())
        (here / ".git" / "hooks" / hook).chmod(0o755)
    for key, value in {
        "core.fsmonitor": str(touch),
        "core.sshCommand": str(touch),
        "core.alternateRefsCommand": str(touch),
        "core.gitProxy": str(touch),
        "uploadpack.packObjectsHook": str(touch),
        "url.https://evil.example/.insteadOf": "dvm://",
        "url.ext::touch .insteadOf": "fd::",
        "fetch.recurseSubmodules": "true",
        "protocol.ext.allow": "always",
        "gc.auto": "1",
        "fetch.fsckObjects": "false",
        "remote.x.vcs": "touch",
    }.items():
        run(here, "config", key, value)
    environment: dict[str, str] = {"GIT_SSH": str(touch), "GIT_EXEC_PATH": str(here), "GIT_DIR": "/nonexistent", "GIT_CONFIG_COUNT": "1",
                   "GIT_CONFIG_KEY_0": "core.fsmonitor", "GIT_CONFIG_VALUE_0": str(touch)}  # fmt: skip
    result = Result.of(app.run_bytes("fetch", "app", environment=environment))
    assert result.code == 0, result.err
    assert not (here / "ran").exists()
    assert "refs/remotes/app/main" in refs(here)


def test_a_git_that_others_can_change_is_not_started(app: Dvm, here: Path) -> None:
    make(app, "project")
    bin_ = here / "bin"
    bin_.mkdir(mode=0o700)
    own = bin_ / "git"
    own.write_text(f'#!/bin/sh\ntouch {here}/ran\nexec /usr/bin/git "$@"\n')
    own.chmod(0o777)
    result = app.run("fetch", "app", PATH=f"{bin_}:/usr/bin:/bin")
    assert (result.code, "DVM109" in result.err) == (3, True)
    assert not (here / "ran").exists()


def test_two_at_once_and_what_was_cut_off(app: Dvm, here: Path) -> None:
    make(app, "project")
    (here / ".git" / "dvm-fetch.0123" / "objects").mkdir(parents=True)
    assert app.run("fetch", "app").code == 0
    assert not list((here / ".git").glob("dvm-fetch.*/"))
    stage(app, "sys.stdin.buffer.read()\n")
    with app.popen("fetch", "app:project") as first:
        deadline = time.monotonic() + 30
        while not list((here / ".git").glob("dvm-fetch.*/objects")) and time.monotonic() < deadline:
            time.sleep(0.05)
        second = app.run("fetch", "app:project")
        assert (second.code, "goes on" in second.err) == (4, True)
        first.terminate()
        _, err = first.communicate(timeout=30)
        assert (first.returncode, "Interrupted" in err) == (130, True)
    assert not list((here / ".git").glob("dvm-fetch.*/"))


# Guests that don't behave.

REAL = """
import subprocess
def real(change):
    process = subprocess.Popen(["git", *sys.argv[1:]], stdout=subprocess.PIPE, bufsize=0)
    while data := os.read(process.stdout.fileno(), 1 << 20):
        data = change(data)
        while data:
            data = data[os.write(1, data):]
"""


def named(*names: str) -> str:
    """A guest that has its real branches under other names, of the same length."""
    return (
        REAL
        + f"real(lambda data: data{''.join(f'.replace({a!r}, {b!r})' for a, b in zip(names[::2], names[1::2], strict=True))})\n".replace(
            "'refs", "b'refs"
        )
    )


@pytest.mark.parametrize(
    "name",
    [
        "refs/heads/../../../xx",
        "refs/heads/../config00",
        "refs/heads/a\x1b[31mredxx",
        "refs/heads/$(touch x)xx",
        "refs/heads/HEAD/xxxxxxx",
        "refs/heads/-oProxyComma",
        "refs/heads/.git/config0",
        "refs/heads/aaaaaaaa.lock",
        "refs/tags/v1234567890ab",
        "refs/remotes/origin/abc",
        "refs/replace/0123456789",
        "refs/notes/commits/abcd",
    ],
)
def test_odd_names_of_references(app: Dvm, here: Path, name: str) -> None:
    there = make(app, "project")
    real = "refs/heads/zzzzzzzzzzzzz"[: len(name)].ljust(len(name), "z")
    run(there, "branch", real.removeprefix("refs/heads/"))
    stage(app, named(real, name))
    before = everything(here)
    result = app.run("fetch", "app:project")
    assert not {"\x1b", "\u202e"} & set(result.out + result.err)
    names = {each for each in refs(here) if each != "refs/heads/main"}
    good = {"refs/remotes/app/main", "refs/remotes/app/HEAD/xxxxxxx"}
    assert names <= good
    assert {
        each
        for each in changed(here, before)
        if not each.startswith((".git/refs/remotes/app/", ".git/logs/refs/remotes/app/"))
    } == set()
    assert not (here / "x").exists()


def test_odd_names_that_git_takes_are_left_out_and_told(app: Dvm, here: Path) -> None:
    there = make(app, "project")
    for name in ("good", "$(touch${IFS}x)", "a;b", "Good", "HEAD", "0" * 40):
        run(there, "update-ref", f"refs/heads/{name}", "HEAD")
    result = app.run("fetch", "app")
    assert result.code == 0
    assert set(refs(here)) == {"refs/heads/main", "refs/remotes/app/main", "refs/remotes/app/Good"}
    assert "left out $(touch${IFS}x): its name may have letters, digits and" in result.out
    assert "left out good: its name differs from that of Good in capital letters alone" in result.out


def test_a_symbolic_reference_is_not_written_through(app: Dvm, here: Path) -> None:
    there = make(app, "project")
    run(there, "branch", "link")
    run(here, "symbolic-ref", "refs/remotes/app/link", "refs/heads/main")
    of_host = refs(here)["refs/heads/main"]
    result = app.run("fetch", "app")
    assert "left out link: refs/remotes/app/link is a symbolic reference here" in result.out
    assert refs(here)["refs/heads/main"] == of_host


def test_an_endless_pack_and_endless_names(app: Dvm, here: Path) -> None:
    make(app, "project")
    before = everything(here)
    stage(
        app,
        PACKETS
        + CAPABILITIES
        + 'while True:\n    packet(OID + b" refs/heads/" + os.urandom(8).hex().encode() + b"\\n")\n',
    )
    assert "more than 20000 names" in nothing_came(here, before, app.run("fetch", "app:project"), 1)
    stage(
        app,
        PACKETS + CAPABILITIES + 'packet(OID + b" refs/heads/main\\n"); flush()\n'
        'time.sleep(0.5)\npacket(b"acknowledgments\\n"); packet(b"ready\\n"); os.write(1, b"0001")\n'
        'packet(b"packfile\\n"); packet(b"\\x01PACK\\0\\0\\0\\2\\x7f\\0\\0\\0")\n'
        'while True:\n    packet(b"\\x01" + os.urandom(60000))\n',
    )  # fmt: skip
    said = nothing_came(here, before, app.run("fetch", "app:project", "--max-size", "16MiB"), 1, 3)
    assert "Nothing of it was kept" in said
    stage(
        app,
        PACKETS + CAPABILITIES + 'packet(OID + b" refs/heads/main\\n"); flush()\ntime.sleep(0.5)\n'
        'packet(b"acknowledgments\\n"); packet(b"ready\\n"); os.write(1, b"0001"); packet(b"packfile\\n")\n'
        'while True:\n    packet(b"\\x02working\\n")\n    time.sleep(0.01)\n',
    )
    assert "in 4 s" in nothing_came(here, before, app.run("fetch", "app:project", "--timeout", "4s"), 1)


def test_more_than_is_to_be_taken(app: Dvm, here: Path) -> None:
    there = make(app, "project")
    (there / "big").write_bytes(os.urandom(3 << 20))
    run(there, "add", "big")
    run(there, *COMMIT, "big")
    before = everything(here)
    said = nothing_came(here, before, app.run("fetch", "app:project", "--max-size", "1MiB"), 1)
    assert "sends more than 1MiB" in said
    assert app.run("fetch", "app:project").code == 0


def test_silence(app: Dvm, here: Path) -> None:
    make(app, "project")
    before = everything(here)
    stage(app, PACKETS + CAPABILITIES + "sys.stdin.buffer.read()\n")
    begun = time.monotonic()
    assert "in 3 s" in nothing_came(here, before, app.run("fetch", "app:project", "--timeout", "3s"), 1)
    assert time.monotonic() - begun < 30


def bad_tree(entry: bytes, mode: bytes = b"100644") -> Callable[[Path], None]:
    """A commit whose tree has an entry that no git writes by itself."""

    def make_it(there: Path) -> None:
        blob = run(
            there, "hash-object", "-w", "--stdin", data=b'[submodule "x"]\n\tpath = x\n\turl = --upload-pack=touch\n'
        )
        tree = run(
            there,
            "hash-object",
            "-t",
            "tree",
            "-w",
            "--literally",
            "--stdin",
            data=mode + b" " + entry + b"\0" + bytes.fromhex(blob),
        )
        run(there, "update-ref", "refs/heads/main", run(there, "commit-tree", "-m", "x", tree))

    return make_it


@pytest.mark.parametrize(
    "make_it",
    [
        bad_tree(b".git"),
        bad_tree(b".GIT"),
        bad_tree(b".."),
        bad_tree(b"../x"),
        bad_tree(b"a/b"),
        bad_tree(b".gitmodules"),
        bad_tree(b".gitmodules", b"120000"),
        bad_tree(b"git~1"),
    ],
    ids=["git", "GIT", "dots", "up", "slash", "submodule option", "link", "short name"],
)
def test_objects_that_a_checkout_would_suffer_from(app: Dvm, here: Path, make_it: Callable[[Path], None]) -> None:
    make_it(make(app, "project"))
    before = everything(here)
    said = nothing_came(here, before, app.run("fetch", "app:project"), 3)
    assert "its check of every object failed" in said
    assert not list((here / ".git" / "objects" / "pack").iterdir())


def test_a_pack_that_is_spoiled_on_its_way(app: Dvm, here: Path) -> None:
    there = make(app, "project")
    (there / "f").write_bytes(os.urandom(4000))
    run(there, "add", "f")
    run(there, *COMMIT, "x")
    stage(
        app,
        REAL
        + "def spoil(data):\n    return data if len(data) < 3000 else data[:2000] + bytes([data[2000] ^ 255]) + data[2001:]\nreal(spoil)\n",
    )
    before = everything(here)
    nothing_came(here, before, app.run("fetch", "app:project"), 1, 3)
    assert not list((here / ".git" / "objects" / "pack").iterdir())


def test_submodules_and_alternates_of_the_guest_are_not_followed(app: Dvm, here: Path) -> None:
    there = make(app, "project")
    (there / ".gitmodules").write_text(f'[submodule "s"]\n\tpath = s\n\turl = {here}/evil\n')
    run(there, "add", ".gitmodules")
    run(there, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},s")
    run(there, *COMMIT, "with a submodule")
    (there / ".git" / "objects" / "info" / "alternates").write_text("/nonexistent/objects\n")
    result = app.run("fetch", "app")
    assert result.code == 0, result.err
    assert not (here / ".git" / "objects" / "info" / "alternates").exists()
    assert not (here / ".git" / "modules").exists()


def test_escapes_in_what_the_guest_says(app: Dvm, here: Path) -> None:
    make(app, "project")
    before = everything(here)
    stage(app, 'os.write(2, b"\\x1b]0;owned\\x07" * 3 + b"\\n" + b"x" * (1 << 22))\nsys.exit(1)\n')
    assert "owned" in nothing_came(here, before, app.run("fetch", "app:project"), 1)
    stage(app, PACKETS + CAPABILITIES + 'packet(b"ERR \\x1b[2Jno\\n")\n')
    nothing_came(here, before, app.run("fetch", "app:project"), 1)


def test_a_worktree_a_bare_repository_and_a_shallow_one(app: Dvm, here: Path) -> None:
    there = make(app, "project")
    run(there, *COMMIT, "second")
    assert app.run("fetch", "app").code == 0
    run(here, "worktree", "add", "-q", "tree")
    shallow = here / "shallow"
    run(here, "clone", "-q", "--depth", "1", f"file://{there}", str(shallow))
    bare = here / "bare.git"
    run(here, "init", "-q", "--bare", str(bare))
    run(there, *COMMIT, "third")
    for place in (here / "tree", bare, shallow):
        done = app.run_bytes("fetch", "app:project", directory=place)
        assert done.returncode == 0, done.stderr
        assert run(place, "log", "-1", "--format=%s", "refs/remotes/app/main") == "third"
    run(shallow, "fsck")
    assert guest(app).exists()


def test_many_branches_are_taken_and_not_all_counted(app: Dvm, here: Path) -> None:
    there = make(app, "project")
    head = run(there, "rev-parse", "HEAD")
    run(
        there,
        "update-ref",
        "--stdin",
        data="".join(f"create refs/heads/b{number} {head}\n" for number in range(300)).encode(),
    )
    begun = time.monotonic()
    result = app.run("fetch", "app")
    assert result.code == 0
    assert len(refs(here)) == 302
    assert "… and 101 more" in result.out
    assert time.monotonic() - begun < 40


def test_what_is_gone_and_in_the_way_stops_nothing_else(app: Dvm, here: Path) -> None:
    there = make(app, "project")
    run(there, "branch", "c")
    assert app.run("fetch", "app").code == 0
    run(there, "branch", "-D", "c")
    run(there, "branch", "c/d", "main")
    run(there, *COMMIT, "second")
    kept = app.run("fetch", "app:project")
    assert kept.code == 1
    assert "left out c/d: c is there already, and git can't keep both" in kept.out
    assert "moved    app/main" in kept.out
    (command,) = [line.rpartition("guest: ")[2] for line in kept.out.splitlines() if "left out" in line]
    assert command == "dvm fetch app:project --prune"
    pruned = app.run(*command.split()[1:])
    assert (pruned.code, "deleted  app/c" in pruned.out, "new      app/c/d" in pruned.out) == (0, True, True)
    run(there, "branch", "-D", "c/d")
    run(there, "branch", "c", "main")
    assert app.run("fetch", "app", "c").code == 1, "the other way round, and by name"
    assert app.run("fetch", "app", "--prune").code == 0
    assert "refs/remotes/app/c" in refs(here)


def test_names_that_are_one_file_where_capital_letters_do_not_count(app: Dvm, here: Path) -> None:
    there = make(app, "project")
    run(there, "branch", "topic/a")
    assert app.run("fetch", "app").code == 0
    run(there, "branch", "-m", "topic/a", "Topic/b")
    shown = app.run("fetch", "app")
    assert "left out Topic/b: its name differs from that of topic in capital letters alone" in shown.out
    assert shown.code == 1
    assert app.run("fetch", "app", "--prune").code == 0
    assert {"refs/remotes/app/Topic/b", "refs/remotes/app/main"} < set(refs(here))
    run(here, "remote", "add", "App", "https://git.example.com/x")
    before = everything(here)
    said = nothing_came(here, before, app.run("fetch", "app"), 3)
    assert "git remote rename App app-other" in said


PACK_FOLLOWS = (
    PACKETS + CAPABILITIES + 'packet(OID + b" refs/heads/main\\n"); flush()\ntime.sleep(0.5)\n'
    'packet(b"acknowledgments\\n"); packet(b"ready\\n"); os.write(1, b"0001"); packet(b"packfile\\n")\n'
)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('packet(b"\\x02fatal: index-pack: fsck error in packed object\\n")\nsys.exit(1)\n', "ended before all of"),
        ('packet(b"\\x03fsck index-pack\\n")\n', "ended before all of"),
        ('packet(b"\\x01PACK\\0\\0\\0\\2\\0\\0\\0\\1")\nos.write(2, b"fatal: fsck index-pack\\n")\n', "ended before all of"),
        ("sys.exit(255)\n", "The connection to vm.app was cut off"),
    ],
    ids=["progress", "error", "standard error", "connection"],
)  # fmt: skip
def test_words_of_the_guest_do_not_make_its_objects_unsound(app: Dvm, here: Path, body: str, said: str) -> None:
    make(app, "project")
    before = everything(here)
    stage(app, PACK_FOLLOWS + body)
    shown = nothing_came(here, before, app.run("fetch", "app:project"), 1)
    assert said in shown
    assert "its check of every object failed" not in shown
    stage(app, PACKETS + CAPABILITIES + 'packet(b"ERR fsck\\nfatal: index-pack\\n")\n')
    assert "Nothing was fetched" in nothing_came(here, before, app.run("fetch", "app:project"), 1)


def test_more_objects_than_are_held_in_memory(app: Dvm, here: Path) -> None:
    make(app, "project")
    before = everything(here)
    stage(
        app,
        PACK_FOLLOWS
        + 'packet(b"\\x01PACK\\0\\0\\0\\2\\xff"); packet(b"\\x01\\xff\\xff\\xffx"); sys.stdin.buffer.read()\n',
    )
    said = nothing_came(here, before, app.run("fetch", "app:project", "--max-size", "64MiB"), 1)
    assert "The guest sends 4294967295 objects, and 262144 are taken with this size." in said
    assert "`dvm fetch app:project --max-size 4TiB`" in said


def test_a_guest_that_has_a_part_of_its_history_only(app: Dvm, here: Path) -> None:
    whole = make(app, "whole")
    run(whole, *COMMIT, "second")
    run(guest(app), "clone", "-q", "--depth", "1", f"file://{whole}", "project")
    before = everything(here)
    said = nothing_came(here, before, app.run("fetch", "app:project"), 3)
    assert "dvm://app/project is shallow" in said
    assert "`dvm ssh app -- git -C project fetch --unshallow`" in said
    assert not (here / ".git" / "shallow").exists()
    assert "`git fetch --update-shallow dvm://app/project '+refs/heads/*:refs/remotes/app/*'`" in said


def test_a_guest_does_not_move_where_history_ends(app: Dvm, here: Path) -> None:
    there = make(app, "project")
    for number in range(4):
        run(there, *COMMIT, f"commit {number}")
    shallow = here / "shallow"
    run(here, "clone", "-q", "--depth", "1", f"file://{there}", str(shallow))
    old = run(shallow, "rev-parse", "HEAD")
    for name in ("new", "newer"):
        run(there, *COMMIT, name)
    cut = run(there, "rev-parse", "HEAD~1")
    stage(
        app,
        REAL
        + f"""
def cut(data):
    at = data.find(b"000dpackfile\\n")
    info = b"".join(b"%04x" % (len(line) + 4) + line for line in
        (b"shallow-info\\n", b"unshallow {old}\\n", b"shallow {cut}\\n"))
    return data if at < 0 else data[:at] + info + b"0001" + data[at:]
real(cut)
""",
    )
    kept = (shallow / ".git" / "shallow").read_text()
    done = app.run_bytes("fetch", "app:project", directory=shallow)
    assert (done.returncode, b"is shallow" in done.stderr) == (3, True), done.stderr
    assert (shallow / ".git" / "shallow").read_text() == kept
    assert "refs/remotes/app" not in run(shallow, "for-each-ref")
    assert not (here / ".git" / "shallow").exists()


def test_a_partial_clone_takes_whole_histories(app: Dvm, here: Path) -> None:
    there = make(app, "project")
    text = "".join(f"line {number}\n" for number in range(2000))
    (there / "file").write_text(text)
    run(there, "add", "file")
    run(there, *COMMIT, "file")
    run(there, "config", "uploadpack.allowFilter", "true")
    partial = here / "partial"
    run(here, "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{there}", str(partial))
    (there / "file").write_text(text + "more\n")
    run(there, "add", "file")
    run(there, *COMMIT, "more")
    done = app.run_bytes("fetch", "app:project", directory=partial)
    assert done.returncode == 0, done.stderr
    run(partial, "config", "remote.origin.url", "/nonexistent")
    assert run(partial, "show", "refs/remotes/app/main:file").endswith("more"), "nothing is missing"
    run(partial, "fsck")


def test_the_advice_works_as_it_is_typed(app: Dvm, here: Path) -> None:
    there = make(app, "project")
    count = itertools.count(1)
    run(here, "checkout", "-q", "--orphan", "unborn")

    def advised() -> str:
        (there / "f").write_text("of the guest\n" * next(count))
        run(there, "add", "f")
        run(there, *COMMIT, "next")
        (line,) = [line for line in app.run("fetch", "app").out.splitlines() if line.startswith("Look first: git ")]
        return run(here, *line.removeprefix("Look first: git ").split())

    assert "+of the guest" in advised(), "no commit here"
    run(here, "checkout", "-q", "main")
    assert "+of the guest" in advised(), "no history in common"
    run(here, "reset", "-q", "--hard", "refs/remotes/app/main")
    run(here, "tag", "app/main", "HEAD~1")
    assert "+of the guest" in advised(), "a tag of that name"


def test_a_failure_of_ours_ends_git(app: Dvm, here: Path) -> None:
    make(app, "project")
    before = everything(here)
    stage(
        app,
        PACK_FOLLOWS + 'packet(b"\\x01PACK\\0\\0\\0\\2\\0\\0\\0\\1")\nos.write(1, b"zzzz")\nsys.stdin.buffer.read()\n',
    )
    begun = time.monotonic()
    assert "not git's protocol" in nothing_came(here, before, app.run("fetch", "app:project"), 1)
    assert time.monotonic() - begun < 30


def test_a_full_disk_is_said_to_be_full(app: Dvm, here: Path) -> None:
    make(app, "project")
    stage(app, PACK_FOLLOWS + "flush()\n")
    before = everything(here)
    assert "its check of every object failed" in nothing_came(here, before, app.run("fetch", "app:project"), 3)
    environment = app.environment | {"PYTHONPATH": str(here / "full")}
    (here / "full").mkdir(mode=0o700)
    (here / "full" / "sitecustomize.py").write_text(
        "import os\nfsync = os.fsync\n"
        "def full(fd):\n"
        "    if os.readlink(f'/proc/self/fd/{fd}').endswith('/room'):\n"
        "        raise OSError(28, 'No space left on device')\n"
        "    return fsync(fd)\n"
        "os.fsync = full\n"
    )
    before = everything(here)
    result = Result.of(app.run_bytes("fetch", "app:project", environment=environment))
    assert "disk is full" in nothing_came(here, before, result, 1)


@pytest.mark.parametrize("odd", ["a\x85b", "a\u2028b", "a\x0bb", "a\x1cb", "a b"])
def test_odd_line_ends_in_the_path_of_the_repository(app: Dvm, here: Path, odd: str) -> None:
    make(app, "project")
    place = here / odd
    place.mkdir()
    run(place, "init", "-q", "-b", "main")
    done = app.run_bytes("fetch", "app:project", directory=place)
    assert done.returncode == 0, done.stderr
    assert "refs/remotes/app/main" in run(place, "for-each-ref")
