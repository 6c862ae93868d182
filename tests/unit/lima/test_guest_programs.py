"""The guest programs, run for real by this machine's Bash: honest tools, and one at a time that is not."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pwd
import shutil
import stat
import subprocess
import tarfile
import time
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dvm.lima.guest_call import Ending, Proven, UnprovenError
from dvm.lima.guest_programs import text
from dvm.lima.tar_walk import TarWalk
from tests.unit.lima.played import ended, play, prepared

if TYPE_CHECKING:
    from collections.abc import Mapping

BASH = str(shutil.which("bash"))
USER = pwd.getpwuid(os.geteuid()).pw_name
pytestmark = pytest.mark.skipif(
    not (shutil.which("flock") and shutil.which("setsid") and shutil.which("getent")), reason="needs Linux's tools"
)


class Guest:
    """A directory of programs that come first on PATH, and files of root's elsewhere than in /run and /var."""

    def __init__(self, place: Path) -> None:
        self.bin = place / "bin"
        self.bin.mkdir()
        self.place = place
        self.home = place / "home"
        self.home.mkdir()
        # Nobody has to be root: whoever runs the tests is every user. The entry of passwd is a made-up one.
        self.program("runuser", 'shift 3; exec "$@"')
        self.program("getent", f'[[ $2 == nobody-here ]] || echo "$2:x:1000:1000::{self.home}:/bin/bash"')

    def program(self, name: str, body: str) -> None:
        path = self.bin / name
        path.write_text(f"#!{BASH}\n{body}\n")
        path.chmod(0o755)

    def takes_the_place_of(self, name: str, how: str) -> None:
        self.program(name, {"nothing": "exit 0", "fixed": "echo fixed", "fails": "exit 1"}[how])

    def play(self, name: str, *arguments: str, payload: bytes = b"", path: str = "") -> Ending:
        call, argv = prepared(name, *arguments, payload=payload)
        program = text(name).replace("/run/dvm", f"{self.place}/run").replace("/var/lib/dvm", f"{self.place}/lib")
        stdin = call.stdin.replace(text(name).encode(), program.encode())
        argv[0] = BASH
        # A lifeline, as DVM has it: standard input stays open until the program has ended.
        reader, writer = os.pipe()
        with os.fdopen(writer, "wb") as file:
            process = subprocess.Popen(
                argv,
                stdin=reader,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={"PATH": path or f"{self.bin}:/usr/bin:/bin", "TMPDIR": str(self.place)},
            )
            os.close(reader)
            with contextlib.suppress(BrokenPipeError):
                file.write(stdin)
                file.flush()
                if name in {"unpack", "restore"}:
                    file.close()
            out, err = process.communicate(timeout=60)
        self.out = out
        return ended(call, process.returncode, b"" if name in {"pack", "archive"} else out, err)

    def restore(
        self, data: bytes, name: str = "r1", *, digest: str = "", replace: bool = False, path: str = ""
    ) -> Ending:
        found = digest or hashlib.sha256(data).hexdigest()
        arguments = (USER, str(self.home / "code"), name, str(len(data)), found, str(int(replace)))
        return self.play("restore", *arguments, payload=data, path=path)

    def setup(
        self,
        script: str,
        run_id: str = "r1",
        *,
        digest: str = "",
        as_: str = "user",
        user: str = USER,
        files: Mapping[str, bytes] | None = None,
        said: str = "",
    ) -> Ending:
        """`said`: the SHA-256 that is announced for each of the companion `files`."""
        data = script.encode()
        arguments = (run_id, digest or hashlib.sha256(data).hexdigest(), str(len(data)), str(len(files or {})))
        for name, content in (files or {}).items():
            data += f"{len(content)} {said or hashlib.sha256(content).hexdigest()} {name}\0".encode() + content
        return self.play("setup", *arguments, as_, user, "DVM_VM=app", "B=c d", payload=data)

    def outcome(self, run_id: str = "r1") -> tuple[str, ...]:
        return self.play("outcome", run_id).proven().lines


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    return Guest(tmp_path)


def test_a_script_runs_and_root_s_record_says_so(guest: Guest) -> None:
    assert guest.outcome() == ("unknown",)
    ran = guest.place / "ran"
    ending = guest.setup(f'echo "$DVM_VM $B ${{PATH%%:*}} $HOME" >>{ran}; echo said; echo loud >&2; cat\n')
    assert ending.proven().status == 0
    assert {"said", "loud"} <= set(ending.completed.tail)
    assert guest.out.count(b"\n") == 1, "only the answer is on standard output"
    assert ran.read_text() == f"app c d /usr/local/sbin {guest.home}\n"
    assert guest.outcome() == ("ended\t0",)
    again = guest.setup(f"echo twice >>{ran}\n")
    assert (again.proven().status, again.completed.tail) == (0, ("dvm: this run had already ended",))
    assert ran.read_text().count("\n") == 1
    assert not list((guest.place / "run").glob("script.*"))


def test_a_script_that_fails_has_its_status_in_the_record_and_runs_again(guest: Guest) -> None:
    for status in (7, 255, 90):
        assert guest.setup(f"exit {status}\n").proven().status == status
        assert guest.outcome() == (f"ended\t{status}",)
    assert guest.setup("false; echo never\n", "r2").proven().status == 1
    assert guest.setup("kill -9 $$\n", "r3").proven().status == 137
    assert guest.setup("true\n").proven().status == 0
    assert guest.outcome() == ("ended\t0",)


def test_a_record_of_an_earlier_dvm(guest: Guest) -> None:
    """It was empty, and there was one only of a run that ended well."""
    runs = guest.place / "lib" / "runs"
    runs.mkdir(parents=True)
    (runs / "r1").touch()
    assert guest.outcome() == ("ended\t0",)
    assert guest.setup("exit 3\n").proven().status == 0


def test_what_is_no_script_is_not_begun(guest: Guest) -> None:
    assert guest.setup("true\n", digest="0" * 64).proven().status == 90
    assert guest.setup("true\n", user="nobody-here").proven().status == 92
    assert guest.outcome() == ("unknown",)


def test_companion_files_are_there_while_the_script_runs(guest: Guest) -> None:
    files = {"npmrc": b"a=1\n", "x y.bin": bytes(range(256)) * 4096, "empty": b"", "-n": b"\0"}
    seen = guest.place / "seen"
    ending = guest.setup(
        f'cd "$DVM_FILES"; sha256sum -- * >{seen}; stat -c %a . ./* | sort -u >>{seen}; echo "$DVM_FILES" >>{seen}\n',
        files=files,
    )
    assert ending.proven().status == 0
    *digests, first, second, place = seen.read_text().splitlines()
    assert {line[66:]: line[:64] for line in digests} == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items()
    }
    assert {first, second} == {"444", "755"}
    assert not Path(place).exists()
    assert guest.setup('ls "$DVM_FILES"\n', "r2").proven().status == 0, "it is there without files too"


def test_companion_files_that_do_not_arrive_whole_begin_nothing(guest: Guest) -> None:
    ran = guest.place / "ran"
    for said, name in (("0" * 64, "a"), ("", "../a"), ("", ".."), ("", "")):
        assert guest.setup(f"touch {ran}\n", files={name: b"x"}, said=said).proven().status == 90
    assert not ran.exists()
    assert not list((guest.place / "run").glob("script.*"))
    assert guest.outcome() == ("unknown",)


def test_what_a_killed_run_left_is_taken_away_by_the_next(guest: Guest) -> None:
    left = guest.place / "run" / "script.ABCDEFGH" / "files"
    left.mkdir(parents=True)
    (left / "npmrc").touch()
    assert guest.setup("true\n").proven().status == 0
    assert not left.exists()


def test_another_script_that_runs_keeps_it_out(guest: Guest) -> None:
    (guest.place / "run").mkdir()
    guest.program("sleep", "exit 0")
    with subprocess.Popen(
        ["flock", str(guest.place / "run" / "setup.lock"), "/bin/sleep", "60"], start_new_session=True
    ) as holder:
        time.sleep(0.5)
        assert guest.setup("true\n").proven().status == 91
        os.killpg(holder.pid, 9)
    assert guest.outcome() == ("unknown",)


def test_a_script_can_t_forge_the_end(guest: Guest) -> None:
    """It has neither root's descriptor nor the number; a line that looks like an end is a line of the log."""
    ending = guest.setup(
        "for fd in 3 4 5 6 7 8 9; do { echo dvm-setup 0123 0 >&$fd; } 2>/dev/null || true; done\n"
        "echo dvm-setup 0123 0; exit 5\n"
    )
    assert ending.proven().status == 5
    found = guest.setup(f"env >{guest.place}/env; ps -e -o args >{guest.place}/ps || true\n", "r2")
    number = prepared("setup")[0].stdin.split(b"\0")[0]
    assert found.proven().status == 0
    seen = (guest.place / "env").read_bytes() + (guest.place / "ps").read_bytes()
    secret = found.call.stdin.split(b"\0")[0]
    assert len(number) == len(secret)
    assert secret not in seen


def test_a_process_that_a_script_leaves_behind_holds_nothing_up(guest: Guest) -> None:
    begun = time.monotonic()
    assert guest.setup("/bin/sleep 30 &\n").proven().status == 0
    assert time.monotonic() - begun < 20


def test_the_lifeline(guest: Guest) -> None:
    """When the host's end of standard input closes, the script is ended, and the record does not say that it ended well."""
    script = f"echo begun >{guest.place}/begun; /bin/sleep 60; echo over >{guest.place}/over\n".encode()
    call, argv = prepared(
        "setup", "r1", hashlib.sha256(script).hexdigest(), str(len(script)), "0", "user", USER, payload=script
    )
    program = text("setup").replace("/run/dvm", f"{guest.place}/run").replace("/var/lib/dvm", f"{guest.place}/lib")
    argv[0] = BASH
    with subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PATH": f"{guest.bin}:/usr/bin:/bin", "TMPDIR": str(guest.place)},
    ) as process:
        assert process.stdin is not None
        process.stdin.write(call.stdin.replace(text("setup").encode(), program.encode()))
        process.stdin.flush()
        deadline = time.monotonic() + 30
        while not (guest.place / "begun").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        process.stdin.close()
        process.wait(30)
    assert not (guest.place / "over").exists()
    assert guest.outcome() == ("ended\t143",)


@pytest.mark.parametrize("how", ["nothing", "fixed", "fails"])
@pytest.mark.parametrize(
    "tool", ["cat", "sh", "sha256sum", "find", "wc", "readlink", "runuser", "setsid", "env", "dd", "mktemp", "getent"]
)
def test_a_tool_that_is_another_program_ends_no_setup_well(guest: Guest, tool: str, how: str) -> None:
    ran = guest.place / "ran"
    guest.takes_the_place_of(tool, how)
    ending = guest.setup(f"echo x >>{ran}\n")
    assert ending.completed.status != 0
    assert not ending.is_proven or ending.proven().status != 0
    assert not ran.exists()
    (guest.bin / tool).unlink()
    guest.program("runuser", 'shift 3; exec "$@"')
    guest.program("getent", f'echo "$2:x:1000:1000::{guest.home}:/bin/bash"')
    assert guest.outcome() != ("ended\t0",)


@pytest.mark.parametrize("how", ["nothing", "fixed", "fails"])
@pytest.mark.parametrize("tool", ["cat", "sh", "sha256sum", "find", "wc", "readlink", "runuser", "mktemp"])
def test_nor_does_the_guard_find_nothing(guest: Guest, tool: str, how: str) -> None:
    code = guest.home / "code"
    code.mkdir()
    (code / "work").touch()
    guest.program("id", "echo 1000")
    guest.takes_the_place_of(tool, how)
    ending = guest.play("guard", "0", "", "dev", str(code))
    with pytest.raises(UnprovenError):
        ending.proven()


@pytest.mark.parametrize("body", ["exit 0", "echo fixed", "echo ce013625030ba8dba906f756967f9e9ca394464a", "exit 1"])
def test_the_guard_s_git_is_challenged(guest: Guest, body: str) -> None:
    """Its git is the one in /usr/bin: here it is put in the place of env, which calls it."""
    code = guest.home / "code"
    code.mkdir()
    guest.program("id", "echo 1000")
    guest.program("git", body)
    guest.program("env", f'while [[ $1 != git ]]; do shift; done; shift; exec {guest.bin}/git "$@"')
    ending = guest.play("guard", "0", "", "dev", str(code))
    if ending.is_proven:
        said = [line for line in ending.proven().lines if line.startswith("git")]
        assert said
        assert f"git\t{ending.call.git_names_challenge()}" not in said


def test_a_bash_that_is_another_program(tmp_path: Path) -> None:
    for body in ("exit 0", "echo fixed", "cat", 'echo "$@"', "exec /bin/cat >&2"):
        other = tmp_path / "bash"
        other.write_text(f"#!/bin/sh\n{body}\n")
        other.chmod(0o755)
        ending = play("guard", "0", "/home", bash=str(other))
        assert not ending.is_proven


@pytest.mark.skipif(not shutil.which("busybox"), reason="needs BusyBox")
def test_a_bash_that_is_busybox_s_shell_is_named(tmp_path: Path) -> None:
    other = tmp_path / "bash"
    other.write_text('#!/bin/sh\nexec busybox ash "$@"\n')
    other.chmod(0o755)
    ending = play("bootstrap", "developer", "0", "1", "1", "/x", bash=str(other))
    assert not ending.is_proven
    assert ending.completed.status == 97
    assert "is not GNU Bash" in ending.completed.tail[0]


def test_a_program_that_did_not_arrive_whole_is_not_run(guest: Guest) -> None:
    call, argv = prepared("outcome", "r1")
    for cut in (0, 10, 40, 200, len(call.stdin) - 1):
        done = subprocess.run([BASH, *argv[1:]], input=call.stdin[:cut], capture_output=True, check=False, timeout=30)
        assert (done.returncode, done.stdout) == (97, b"")


def test_bootstrap_without_rights_proves_nothing(guest: Guest) -> None:
    guest.program("getent", "exit 2")
    guest.program("useradd", "exit 0")
    ending = guest.play("bootstrap", "somebody", "0", "1", "1", "/x", payload=b"off\0\0")
    assert not ending.is_proven
    assert 'user "somebody" could not be made' in ending.completed.tail[-1]


def test_a_key(guest: Guest) -> None:
    if not shutil.which("ssh-keygen"):
        pytest.skip("needs ssh-keygen")
    (line,) = guest.play("key", USER, "app").proven().lines
    assert line == f"key\t{(guest.home / '.ssh' / 'id_ed25519.pub').read_text().strip()}"
    assert guest.play("key", USER, "app").proven().lines == (line,)
    (guest.home / ".ssh" / "id_ed25519.pub").write_text("ssh-rsa AAAA x\n")
    assert not guest.play("key", USER, "app").is_proven


def test_pack_and_unpack(guest: Guest) -> None:
    (guest.home / "tree").mkdir()
    (guest.home / "tree" / "file").write_text("text\n" * 100_000)
    ending = guest.play("pack", USER, str(guest.home), "1", "tree")
    assert ending.proven().detail == hashlib.sha256(guest.out).hexdigest()
    with tarfile.open(fileobj=io.BytesIO(guest.out)) as archive:
        assert "./file" in archive.getnames()
    assert guest.play("pack", USER, str(guest.home), "0", "tree").proven().status == 94
    assert guest.play("pack", USER, str(guest.home), "0", "none").proven().status == 95

    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        archive.add(guest.home / "tree" / "file", "x")
    sent = guest.play("unpack", USER, str(guest.home), "file", "file", "copy", payload=data.getvalue())
    assert sent.proven().status == 0
    assert (guest.home / "copy").read_text() == "text\n" * 100_000
    cut = guest.play("unpack", USER, str(guest.home), "file", "file", "other", payload=data.getvalue()[:70_000])
    assert cut.proven().status != 0
    assert not (guest.home / "other").exists()
    assert (
        guest.play("unpack", USER, str(guest.home), "file", "f", "no/", payload=data.getvalue()).proven().status == 95
    )
    nowhere = guest.play("unpack", USER, str(guest.home), "file", "f", "no/f", payload=data.getvalue())
    assert nowhere.proven().status == 95
    assert "dvm: there is no directory no in the guest" in nowhere.completed.tail


def test_the_code_directory_itself_needs_no_name(guest: Guest) -> None:
    (guest.home / "tree").mkdir()
    (guest.home / "tree" / "file").write_text("text")
    assert guest.play("pack", USER, str(guest.home / "tree"), "1", "").proven().status == 0
    with tarfile.open(fileobj=io.BytesIO(guest.out)) as archive:
        assert archive.getnames() == [".", "./file"]
    assert guest.play("pack", USER, str(guest.home / "tree"), "0", "").proven().status == 94


NAMES = ("a b", "new\nline", "-rf", "tab\t", "\udcff\udcfe", "quo'te\"s", "$HOME", "*", ".hidden", "\N{SNOWMAN}")


def tree(code: Path) -> None:
    """What a code directory may have that is not simple."""
    app = code / "app"
    (app / "empty" / "more").mkdir(parents=True)
    for number, name in enumerate(NAMES):
        (app / name).write_text(f"text {number}")
        (app / f"d{name}").mkdir()
        (app / f"d{name}" / name).write_bytes(bytes(range(256)))
    (app / "run").write_text("#!/bin/sh\n")
    (app / "run").chmod(0o755)
    (app / "secret").write_text("x")
    (app / "secret").chmod(0o600)
    (app / "out").symlink_to("/etc/passwd")
    (app / "up").symlink_to("../../../elsewhere")
    (app / "nowhere").symlink_to("not\nthere")
    os.link(app / "run", app / "hard")
    with (app / "sparse").open("wb") as file:
        file.write(b"begin")
        file.truncate(1 << 24)
    (app / "read-only").mkdir()
    (app / "read-only" / "file").write_text("x")
    (app / "read-only" / "file").chmod(0o444)
    (app / "read-only").chmod(0o555)
    (code / "other").mkdir()


def seen(code: Path) -> dict[str, tuple[object, ...]]:
    """What is below a directory, to be compared."""
    found: dict[str, tuple[object, ...]] = {}
    for path in code.rglob("*"):
        facts = path.lstat()
        what: tuple[object, ...] = (stat.S_IMODE(facts.st_mode), facts.st_nlink)
        if path.is_symlink():
            what = ("link", str(path.readlink()))
        elif path.is_dir():
            what = (stat.S_IMODE(facts.st_mode), "directory")
        else:
            what = (*what, int(facts.st_mtime), hashlib.sha256(path.read_bytes()).hexdigest())
        found[str(path.relative_to(code))] = what
    return found


def test_an_archive_restores_all_of_it(guest: Guest) -> None:
    code = guest.home / "code"
    tree(code)
    before = seen(code)
    ending = guest.play("archive", USER, str(code))
    assert ending.proven().detail == f"{len(guest.out)} {hashlib.sha256(guest.out).hexdigest()}"
    data = guest.out
    assert len(data) < 1 << 20, "a hole is none in the archive"
    walk = TarWalk()
    walk.feed(data)
    walk.end()
    assert walk.entries == len(before) + 1

    shutil.move(code, guest.place / "before")
    (code / "app").mkdir(parents=True)
    ending = guest.restore(data)
    assert ending.proven() == Proven((), 0), ending.completed.tail
    assert seen(code) == before
    assert (code / "app" / "sparse").stat().st_blocks < 100, "a hole is one again"
    assert (code / "app" / "run").samefile(code / "app" / "hard")
    # Again: nothing differs, and nothing is lost.
    assert guest.restore(data, "r2").proven().status == 0
    assert seen(code) == before


def test_a_restore_that_ended_is_not_done_again(guest: Guest) -> None:
    code = guest.home / "code"
    (code / "app").mkdir(parents=True)
    (code / "app" / "file").write_text("old")
    guest.play("archive", USER, str(code))
    data = guest.out
    assert guest.restore(data).proven().status == 0
    (code / "app" / "file").write_text("newer")
    assert guest.restore(data, replace=True).proven().status == 0
    assert (code / "app" / "file").read_text() == "newer"
    assert guest.restore(data, "r2", replace=True).proven().status == 0
    assert (code / "app" / "file").read_text() == "old"


def test_a_restore_replaces_nothing_unasked(guest: Guest) -> None:
    code = guest.home / "code"
    (code / "app" / "sub").mkdir(parents=True)
    for name in ("same", "differs", "sub/file", "gone", "was-file"):
        (code / "app" / name).write_text("archived")
    (code / "app" / "link").symlink_to("one")
    guest.play("archive", USER, str(code))
    data = guest.out
    (code / "app" / "differs").write_text("here")
    (code / "app" / "gone").unlink()
    (code / "app" / "here-alone").write_text("here")
    (code / "app" / "link").unlink()
    (code / "app" / "link").symlink_to("two")
    (code / "app" / "was-file").unlink()
    (code / "app" / "was-file").mkdir()
    (code / "app" / "was-file" / "x").write_text("here")
    shutil.rmtree(code / "app" / "sub")
    elsewhere = guest.home / "elsewhere"
    elsewhere.mkdir()
    (code / "app" / "sub").symlink_to(elsewhere)
    before = seen(code)
    proof = guest.restore(data).proven()
    names = sorted(line.partition("\t")[2] for line in proof.lines if line.startswith("file"))
    assert (proof.status, names) == (96, ["app/differs", "app/link", "app/sub", "app/was-file"])
    assert "there\t4" in proof.lines
    assert seen(code) == before

    assert guest.restore(data, replace=True).proven().status == 0
    assert [(code / "app" / name).read_text() for name in ("same", "differs", "gone", "was-file", "sub/file")] == [
        "archived"
    ] * 5
    assert (code / "app" / "here-alone").read_text() == "here"
    assert (code / "app" / "link").readlink() == Path("one")
    assert not (code / "app" / "sub").is_symlink()
    assert not list(elsewhere.iterdir()), "no link is followed"


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", size: int = 0) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname, member.size, member.mode = kind, link, size, 0o755
    return member


@pytest.mark.parametrize(
    "members",
    [
        [entry("./x", tarfile.SYMTYPE, "{home}"), entry("./x/owned", size=1)],
        [entry("./x", tarfile.SYMTYPE, "../.."), entry("./x/owned", size=1)],
        [entry("./d", tarfile.DIRTYPE), entry("./d/x", tarfile.SYMTYPE, "../../.."), entry("./d/x/owned", size=1)],
        [entry("./../../owned", size=1)],
        [entry("{home}/owned", size=1)],
        [entry("./x", tarfile.LNKTYPE, "{home}/victim"), entry("./x", size=1)],
        [entry("./x", tarfile.LNKTYPE, "../../victim"), entry("./x", size=1)],
        [entry("./x", tarfile.SYMTYPE, "{home}/victim"), entry("./x", size=1)],
    ],
)
@pytest.mark.parametrize("box", [False, True])
def test_no_archive_writes_outside_of_the_code_directory(
    guest: Guest, members: list[tarfile.TarInfo], box: bool, request: pytest.FixtureRequest
) -> None:
    path = request.getfixturevalue("busybox") if box else ""
    (guest.home / "code" / "app").mkdir(parents=True)
    (guest.home / "victim").write_text("untouched")
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for member in members:
            placed = copy(member)
            placed.name = member.name.replace("{home}", str(guest.home))
            placed.linkname = member.linkname.replace("{home}", str(guest.home))
            archive.addfile(placed, io.BytesIO(b"!") if member.size else None)
    guest.restore(data.getvalue(), replace=True, path=path)
    assert sorted(path.name for path in guest.home.iterdir()) == ["code", "victim"]
    assert (guest.home / "victim").read_text() == "untouched"
    assert not list(guest.home.glob("**/.dvm-restore.*"))


@pytest.mark.parametrize("cut", [0, 1000, 20_000, -1])
def test_an_archive_that_does_not_come_whole_changes_nothing(guest: Guest, cut: int) -> None:
    code = guest.home / "code"
    (code / "app").mkdir(parents=True)
    (code / "app" / "file").write_text("x" * 30_000)
    guest.play("archive", USER, str(code))
    data = guest.out
    (code / "app" / "file").write_text("here")
    digest = hashlib.sha256(data).hexdigest()
    arguments = (USER, str(code), "r1", str(len(data)), digest, "1")
    assert guest.play("restore", *arguments, payload=data[:cut]).proven().status == 90
    other = guest.play("restore", *arguments, payload=bytes([data[0] ^ 1]) + data[1:])
    assert other.proven().status == 90
    assert seen(code).keys() == {"app", "app/file"}
    assert (code / "app" / "file").read_text() == "here"
    assert guest.restore(data, replace=True).proven().status == 0


def test_a_restore_clears_away_one_that_was_cut_off(guest: Guest) -> None:
    code = guest.home / "code"
    (code / "app").mkdir(parents=True)
    left = code / ".dvm-restore.old" / "read-only"
    left.mkdir(parents=True)
    (left / "file").touch()
    left.chmod(0o555)
    guest.play("archive", USER, str(code))
    assert b".dvm-restore" not in guest.out
    assert guest.restore(guest.out).proven().status == 0
    assert [path.name for path in code.iterdir()] == ["app"]


def test_no_archive_where_there_is_nothing_or_not_all_can_be_read(guest: Guest) -> None:
    code = guest.home / "code"
    assert guest.play("archive", USER, str(code)).proven().status == 95
    code.mkdir()
    assert guest.play("archive", USER, str(code)).proven().status == 0
    assert guest.restore(guest.out).proven().status == 0
    guest.program(
        "tar", 'case $* in *sparse*) echo "tar: ./x: Permission denied" >&2; exit 2 ;; esac; exec /usr/bin/tar "$@"'
    )
    ending = guest.play("archive", USER, str(code))
    assert ending.proven().status == 2
    assert "Permission denied" in "".join(ending.completed.tail)


@pytest.mark.parametrize("how", ["nothing", "fixed", "fails"])
@pytest.mark.parametrize("name", ["archive", "restore"])
def test_a_tar_that_is_none(guest: Guest, name: str, how: str) -> None:
    (guest.home / "code").mkdir()
    guest.takes_the_place_of("tar", how)
    code = str(guest.home / "code")
    arguments = (USER, code) if name == "archive" else (USER, code, "r1", "0", "0" * 64, "1")
    ending = guest.play(name, *arguments)
    assert not ending.is_proven
    assert "the tar of this guest does not work" in ending.completed.tail[-1]


@pytest.fixture
def busybox(guest: Guest) -> str:
    """A PATH with BusyBox's programs and nothing of util-linux or coreutils but Bash, git, and the stand-ins."""
    program = shutil.which("busybox")
    if program is None:
        pytest.skip("needs BusyBox")
    box = guest.place / "box"
    box.mkdir()
    names = subprocess.run([program, "--list"], capture_output=True, text=True, check=True).stdout.split()
    for name in names:
        # Debian's starts its own su before any on PATH.
        if name not in {"su", "bash", "setsid"}:
            (box / name).symlink_to(program)
    # Debian's BusyBox lacks what Alpine's has.
    for name in ("flock", "git", "setsid"):
        (box / name).symlink_to(str(shutil.which(name)))
    (guest.bin / "runuser").unlink()
    guest.program("id", "echo 1000")
    # As BusyBox has it: su [-s SHELL] [-c COMMAND] -- USER ARGUMENTS of the shell.
    guest.program(
        "su",
        '[[ $1 == -s && $3 == -c && $5 == -- ]] || exit 64; shell=$2 text=$4; shift 6; exec "$shell" -c "$text" "$@"',
    )
    return f"{guest.bin}:{box}"


def test_all_of_it_with_busybox(guest: Guest, busybox: str) -> None:
    script, file = b'cmp "$DVM_FILES/a" "$DVM_FILES/b"\necho by busybox\n', bytes(range(256)) * 999
    arguments = ("r1", hashlib.sha256(script).hexdigest(), str(len(script)), "2", "user", "dev")
    files = b"".join(f"{len(file)} {hashlib.sha256(file).hexdigest()} {name}\0".encode() + file for name in ("a", "b"))
    ending = guest.play("setup", *arguments, payload=script + files, path=busybox)
    assert ending.proven().status == 0, ending.completed.tail
    assert "by busybox" in ending.completed.tail
    assert guest.play("outcome", "r1", path=busybox).proven().lines == ("ended\t0",)

    code = guest.home / "code"
    code.mkdir()
    guard = ("guard", str(int(time.time()) - 3600), "", "dev", str(code))
    ending = guest.play(*guard, path=busybox)
    assert ending.proven().lines == (f"git\t{ending.call.git_names_challenge()}",), ending.completed.tail
    (code / "notes").touch()
    os.utime(code / "notes", (0, 0))
    assert len(guest.play(*guard, path=busybox).proven().lines) == 2, "by its change, not by its date"

    (guest.home / "file").write_text("x")
    ending = guest.play("pack", "dev", str(guest.home), "0", "file", path=busybox)
    assert ending.proven().detail == hashlib.sha256(guest.out).hexdigest()
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        archive.add(guest.home / "file", "x")
    sent = guest.play("unpack", "dev", str(guest.home), "file", "file", "copy", payload=data.getvalue(), path=busybox)
    assert sent.proven().status == 0, sent.completed.tail
    assert (guest.home / "copy").read_text() == "x"

    shutil.rmtree(code)
    tree(code)
    (code / "app" / "sparse").unlink()
    # Which root may fill all the same, and DVM_USER, who extracts, may not: the test below.
    (code / "app" / "read-only").chmod(0o755)
    before = seen(code)
    assert guest.play("archive", "dev", str(code), path=busybox).proven().status == 0
    archived = guest.out
    shutil.move(code, guest.place / "before")
    (code / "app").mkdir(parents=True)
    ending = guest.restore(archived, path=busybox)
    assert ending.proven().status == 0, ending.completed.tail
    assert seen(code) == before
    assert guest.restore(archived, "r2", path=busybox).proven().status == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write into any directory")
def test_busybox_does_not_fill_a_directory_that_may_not_be_written_to(guest: Guest, busybox: str) -> None:
    """Its tar gives a directory its mode before what is in it. It is a failure that leaves the guest as it was."""
    code = guest.home / "code"
    tree(code)
    assert guest.play("archive", "dev", str(code), path=busybox).proven().status == 0
    archived = guest.out
    shutil.move(code, guest.place / "before")
    (code / "app").mkdir(parents=True)
    ending = guest.restore(archived, path=busybox)
    assert ending.proven().status == 1
    assert "read-only/file" in " ".join(ending.completed.tail)
    assert [str(path.relative_to(code)) for path in code.rglob("*")] == ["app"]
    assert guest.restore(archived, "r2").proven().status == 0, "with GNU tar it goes on"


def test_a_guest_with_no_way_to_become_another_user(guest: Guest, busybox: str) -> None:
    (guest.bin / "su").unlink()
    ending = guest.setup("true\n")
    assert ending.is_proven or ending.completed.status == 1
    ending = guest.play("setup", "r2", "0" * 64, "0", "0", "user", "dev", path=busybox)
    assert not ending.is_proven
    assert "neither runuser nor su" in ending.completed.tail[-1]
