"""Reading files once, with what led to them; writing them whole."""

from __future__ import annotations

import errno
import hashlib
import os
import socket
import stat
import threading
from pathlib import Path

import pytest

import dvm.files
from dvm.files import read_evidence, write_atomically
from dvm.model.evidence import MAX_FILE_BYTES, FileEvidence, Kind, Role, Unreadable

as_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")


@pytest.fixture(params=["O_PATH", "portable"], autouse=True)
def _both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run everything as Linux does and as macOS does, which has no O_PATH."""
    if request.param == "portable":
        monkeypatch.setattr(dvm.files, "_O_PATH", 0)
    elif not dvm.files._O_PATH:
        pytest.skip("this system has no O_PATH")


def read(path: Path) -> FileEvidence:
    return read_evidence(path, Role.SCRIPT)


def names(evidence: FileEvidence, below: Path) -> list[str]:
    return [str(part.path.relative_to(below)) for part in evidence.parts if below in part.path.parents]


def test_regular_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"hello\n")
    path.chmod(0o640)
    found = read(path)
    assert found.content == b"hello\n"
    assert found.sha256 == hashlib.sha256(b"hello\n").hexdigest()
    assert (found.kind, found.owner, found.mode, found.problem) == (Kind.REGULAR, os.geteuid(), 0o640, None)
    assert (found.path, found.resolved) == (path, path)
    assert [part.path for part in found.parts] == [*reversed(path.parents)]
    assert all(part.kind is Kind.DIRECTORY for part in found.parts)
    for part in found.parts:
        about = part.path.stat()
        assert (part.uid, part.mode) == (about.st_uid, stat.S_IMODE(about.st_mode))


def test_relative_path_starts_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    assert read(Path("a")).path == tmp_path / "a"


@pytest.mark.parametrize("size", [0, 1, MAX_FILE_BYTES])
def test_sizes_that_pass(tmp_path: Path, size: int) -> None:
    (tmp_path / "a").write_bytes(b"x" * size)
    assert len(read(tmp_path / "a").content or b"") == size


def test_too_large(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * (MAX_FILE_BYTES + 1))
    found = read(tmp_path / "a")
    assert (found.problem, found.content, found.sha256) == (Unreadable.TOO_LARGE, None, None)
    assert found.owner == os.geteuid()


def test_every_link_and_directory_is_there(tmp_path: Path) -> None:
    """A link to a directory on the way, and one that is the file; as stow and chezmoi make them."""
    real = tmp_path / "dotfiles" / "dvm"
    real.mkdir(parents=True)
    (real / "base.sh").write_bytes(b"x")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "link.sh").symlink_to("../config/base.sh")
    (tmp_path / "config").symlink_to("dotfiles/dvm")
    found = read(tmp_path / "elsewhere" / "link.sh")
    assert found.content == b"x"
    assert found.resolved == real / "base.sh"
    assert names(found, tmp_path) == ["elsewhere", "elsewhere/link.sh", "config", "dotfiles", "dotfiles/dvm"]
    kinds = [part.kind for part in found.parts if tmp_path in part.path.parents]
    assert kinds == [Kind.DIRECTORY, Kind.SYMLINK, Kind.SYMLINK, Kind.DIRECTORY, Kind.DIRECTORY]


def test_absolute_link(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    found = read(tmp_path / "b")
    assert (found.content, found.resolved) == (b"x", tmp_path / "a")
    assert [part.path for part in found.parts].count(Path("/")) == 1


def test_dots_are_walked_as_the_kernel_does(tmp_path: Path) -> None:
    """`link/../a` is beside what the link leads to, not beside the link."""
    (tmp_path / "x" / "y").mkdir(parents=True)
    (tmp_path / "x" / "a").write_bytes(b"inside")
    (tmp_path / "a").write_bytes(b"outside")
    (tmp_path / "link").symlink_to("x/y")
    found = read(tmp_path / "link" / ".." / "a")
    assert found.content == b"inside"
    assert found.resolved == tmp_path / "x" / "a"
    assert read(Path(f"{tmp_path}/x/./../a")).content == b"outside"
    assert read(Path("/../../", str(tmp_path)[1:], "a")).content == b"outside"


def test_missing_dangling_and_loop(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to("nothing")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "ping").symlink_to("pong")
    (tmp_path / "pong").symlink_to("ping")
    (tmp_path / "directory").mkdir()
    (tmp_path / "to-directory").symlink_to("directory")
    (tmp_path / "file").write_bytes(b"")
    problems = {
        "nothing": Unreadable.MISSING,
        "no/where": Unreadable.MISSING,
        "file/below": Unreadable.MISSING,
        "to-directory/nothing": Unreadable.MISSING,
        "dangling": Unreadable.DANGLING,
        "loop": Unreadable.LOOP,
        "ping": Unreadable.LOOP,
    }
    for name, problem in problems.items():
        found = read(tmp_path / name)
        assert (found.problem, found.content, found.resolved) == (problem, None, None), name
    assert names(read(tmp_path / "dangling"), tmp_path) == ["dangling"]


def test_forty_links_pass_and_one_more_does_not(tmp_path: Path) -> None:
    (tmp_path / "0").write_bytes(b"x")
    for number in range(1, 42):
        (tmp_path / str(number)).symlink_to(str(number - 1))
    assert read(tmp_path / "40").content == b"x"
    assert read(tmp_path / "41").problem is Unreadable.LOOP


def test_not_regular_and_never_waits(tmp_path: Path) -> None:
    """A FIFO that nobody writes to would block an open for ever."""
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to("fifo")
    (tmp_path / "directory").mkdir()
    for name, kind in {"fifo": Kind.FIFO, "link": Kind.FIFO, "directory": Kind.DIRECTORY}.items():
        found = read(tmp_path / name)
        assert (found.problem, found.kind, found.content) == (Unreadable.NOT_REGULAR, kind, None)
        assert (found.owner, found.mode) == (None, None)
    for path in (Path("/dev/null"), Path("/dev/tty")):
        assert read(path).kind is Kind.DEVICE
    assert read(Path("/")).kind is Kind.DIRECTORY


def test_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        assert read(tmp_path / "s").kind is Kind.SOCKET


@as_root
def test_denied(tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir()
    (tmp_path / "shut" / "a").write_bytes(b"x")
    (tmp_path / "b").write_bytes(b"x")
    (tmp_path / "b").chmod(0)
    (tmp_path / "shut").chmod(0)
    try:
        assert read(tmp_path / "b").problem is Unreadable.DENIED
        assert read(tmp_path / "shut" / "a").problem is Unreadable.DENIED
    finally:
        (tmp_path / "shut").chmod(0o700)


@pytest.mark.parametrize("name", ["a\0b", "x" * 300])
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    found = read(tmp_path / name)
    assert (found.problem, found.content) == (Unreadable.FAILED, None)
    assert found.reason


def test_change_while_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"before")
    original = os.read

    def meddling(descriptor: int, count: int) -> bytes:
        data = original(descriptor, count)
        path.write_bytes(b"afterwards")
        return data

    monkeypatch.setattr(os, "read", meddling)
    found = read(path)
    assert (found.problem, found.content) == (Unreadable.CHANGED, None)


def test_swap_between_look_and_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that is opened is the one that was looked at, or there is none."""
    path, evil = tmp_path / "a", tmp_path / "evil"
    original = dvm.files._open

    for how in ("file", "link", "fifo"):
        for left in (path, evil):
            left.unlink(missing_ok=True)
        path.write_bytes(b"good")
        evil.write_bytes(b"evil")

        def swap(*arguments: object, how: str = how) -> int:
            if how == "file":
                evil.replace(path)
            else:
                path.unlink()
                path.symlink_to("evil") if how == "link" else os.mkfifo(path)
            return original(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(dvm.files, "_open", swap)
        assert read(path).problem is Unreadable.CHANGED, how


def test_directory_swapped_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was walked stays what is read, though its name now leads elsewhere."""
    (tmp_path / "good").mkdir()
    (tmp_path / "evil").mkdir()
    (tmp_path / "good" / "a").write_bytes(b"good")
    (tmp_path / "evil" / "a").write_bytes(b"evil")
    original = dvm.files._open

    def swap(*arguments: object) -> int:
        (tmp_path / "good").rename(tmp_path / "gone")
        (tmp_path / "good").symlink_to("evil")
        return original(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(dvm.files, "_open", swap)
    found = read(tmp_path / "good" / "a")
    assert found.content == b"good"
    assert names(found, tmp_path) == ["good"]


def test_no_descriptor_is_left(tmp_path: Path) -> None:
    if not Path("/proc/self/fd").exists():
        pytest.skip("this system has no /proc")
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "fifo")
    before = len([*Path("/proc/self/fd").iterdir()])
    for name in ("a", "loop", "fifo", "nothing", "a/b", "\0"):
        read(tmp_path / name)
    assert len([*Path("/proc/self/fd").iterdir()]) == before


def test_write(tmp_path: Path) -> None:
    path = tmp_path / "a"
    old = os.umask(0o077)
    try:
        write_atomically(path, b"one")
        assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"one", 0o600)
        write_atomically(path, b"two" * 100_000, 0o644)
    finally:
        os.umask(old)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"two" * 100_000, 0o644)
    assert [left.name for left in tmp_path.iterdir()] == ["a"]


def test_write_with_a_name_as_long_as_names_get(tmp_path: Path) -> None:
    write_atomically(tmp_path / ("n" * 255), b"x")
    assert (tmp_path / ("n" * 255)).read_bytes() == b"x"


def test_write_replaces_a_link(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"kept")
    (tmp_path / "link").symlink_to("target")
    write_atomically(tmp_path / "link", b"new")
    assert not (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"kept"


@pytest.mark.parametrize("call", ["write", "fsync", "fchmod", "rename"])
def test_failed_write_leaves_all_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    (tmp_path / "a").write_bytes(b"old")

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace" if call == "rename" else call, fail)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(tmp_path / "a", b"new")
    assert [left.name for left in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old"


def test_a_reader_sees_old_or_new_and_nothing_between(tmp_path: Path) -> None:
    path = tmp_path / "a"
    versions = [bytes([number]) * 200_000 for number in range(2)]
    write_atomically(path, versions[0])
    done = threading.Event()
    torn: list[bytes] = []

    def watch() -> None:
        while not done.is_set():
            content = read_evidence(path, Role.MANIFEST).content
            if content is not None and content not in versions:
                torn.append(content)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for turn in range(100):
            write_atomically(path, versions[turn % 2])
    finally:
        done.set()
        watcher.join()
    assert torn == []


def test_a_full_disk_is_said_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int, _data: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space left") as caught:
        write_atomically(tmp_path / "dvm.lock", b"text")
    assert caught.value.filename == str(tmp_path / "dvm.lock")
    assert list(tmp_path.iterdir()) == []
