"""`dvm cp` and `dvm key` with a guest that answers with whatever it likes: nothing is written but what was asked for."""

from __future__ import annotations

import contextlib
import io
import os
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dvm.cli.received import UntrustedError, extract
from tests.conftest import Dvm

ROOT: dict[str, Any] = {"name": ".", "type": tarfile.DIRTYPE, "mode": 0o755}


def member(name: str = "./x", **facts: Any) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    for key, value in facts.items():
        setattr(info, key, value)
    return info


def tar(*members: tarfile.TarInfo, form: int = tarfile.PAX_FORMAT) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=form) as archive:
        for each in members:
            archive.addfile(each, io.BytesIO(b"!" * each.size) if each.isreg() and each.size else None)
    return data.getvalue()


def directory(*members: tarfile.TarInfo, **more: Any) -> bytes:
    return tar(member(**ROOT), *members, **more)


@pytest.fixture
def app(dvm: Dvm) -> Dvm:
    dvm.manifest("[vm.app]\n")
    assert dvm.run("apply", "-y").code == 0
    return dvm


@contextlib.contextmanager
def endless(path: Path, begin: bytes, go_on: bytes) -> Iterator[None]:
    """A named pipe that gives `begin` and then `go_on` for ever."""
    path.unlink(missing_ok=True)
    os.mkfifo(path, 0o600)

    def write() -> None:
        with contextlib.suppress(BrokenPipeError), path.open("wb") as file:
            file.write(begin)
            while True:
                file.write(go_on)

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    yield
    thread.join(10)
    assert not thread.is_alive(), "the guest still talks: the call was not ended"


def pax(headers: dict[str, str], **facts: Any) -> tarfile.TarInfo:
    return member(pax_headers=headers, **facts)


def global_header(key: str) -> bytes:
    """A header of pax's that holds for all that follows."""
    return tarfile.TarInfo.create_pax_global_header({key: "x" * 16_000})


LONG_NAME = tar(member("./" + "n" * 200), form=tarfile.GNU_FORMAT)[:1024]
"""A header of GNU's that gives what follows it a long name, and the name."""

DEEP = [member("./" + "/".join("d" * n), type=tarfile.DIRTYPE, mode=0o755) for n in range(1, 260)]


@pytest.mark.parametrize(
    "answer",
    [
        tar(pax({"path": "../x"}, size=1)),
        tar(pax({"path": "/etc/x"}, size=1)),
        directory(pax({"path": "./a/../../x"}, size=1)),
        tar(pax({"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "9"}, size=1)),
        tar(pax({"GNU.sparse.map": "0,1", "GNU.sparse.size": "9"}, size=1)),
        tar(pax({"GNU.sparse.size": "9", "GNU.sparse.offset": "0", "GNU.sparse.numbytes": "1"}, size=1)),
        tar(pax({"comment": "x" * 20_000}, size=1)),
        b"".join(global_header(f"k{n}") for n in range(3)) + tar(member(size=1)),
        directory()[:512] + global_header("path") + directory(member("./a", size=1))[512:],
        LONG_NAME * 5 + tar(member(size=1)),
        LONG_NAME * 5_000 + tar(member(size=1)),
        directory(*DEEP),
        directory(member("./l", type=tarfile.SYMTYPE, linkname="/tmp"), member("./l/owned", size=1)),
        directory(member("./l", type=tarfile.LNKTYPE, linkname="/etc/passwd"), member("./l/owned", size=1)),
        directory(member("./dev", type=tarfile.FIFOTYPE), member("./dev/x", size=1)),
        directory(member("./a", size=1), member("./a", type=tarfile.DIRTYPE)),
        directory(member("./a", type=tarfile.DIRTYPE), member("./a", size=1)),
        directory(member("x", size=1)),
        directory(member("./", size=1)),
        directory(member("", size=1)),
    ],
)
def test_a_directory_that_is_none_of_what_was_asked_for(place: Path, answer: bytes) -> None:
    into = place / "in" / "to"
    into.mkdir(parents=True)
    with pytest.raises(UntrustedError):
        extract(io.BytesIO(answer), into, "x", recursive=True)
    assert [path for path in place.rglob("*") if into / "x" not in path.parents] in (
        [into.parent, into],
        [into.parent, into, into / "x"],
    )
    assert not [path for path in place.rglob("*") if path.is_symlink() or path.name in {"owned", "bad"}]


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_long_names_and_targets_are_read_as_every_tar_writes_them(place: Path, form: int) -> None:
    name, target = "./" + "n" * 200, "t" * 200
    both = [member(name + str(n), type=tarfile.SYMTYPE, linkname=target) for n in range(9)]
    found, told = extract(io.BytesIO(directory(*both, member(name, size=1), form=form)), place, None, recursive=True)
    assert (len(told), [path.name for path in found.iterdir()]) == (9, ["n" * 200])


@pytest.mark.parametrize(
    "left_out",
    [
        member("./bad", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        member("./bad", type=tarfile.LNKTYPE, linkname="./good"),
        member("./bad", type=tarfile.LNKTYPE, linkname="../../../etc/passwd"),
        member("./bad", type=tarfile.CHRTYPE, devmajor=1, devminor=3),
        member("./bad", type=tarfile.BLKTYPE, devmajor=8),
        member("./bad", type=tarfile.FIFOTYPE),
    ],
)
def test_links_and_devices_are_left_out_and_told_of(place: Path, left_out: tarfile.TarInfo) -> None:
    answer = directory(member("./good", size=1), left_out)
    found, told = extract(io.BytesIO(answer), place, None, recursive=True)
    assert told == ["./bad"]
    assert [path.name for path in found.iterdir()] == ["good"]


def test_a_guest_that_sends_without_end_is_ended(app: Dvm) -> None:
    staged = app.lima_home / "dvm-app" / "guest-pack.tar"
    for go_on in (b"\0" * 65536, b"garbage " * 8192):
        with endless(staged, tar(member(size=1)), go_on):
            result = app.run("cp", "app:x", ".")
        assert (result.code, "after the end" in result.err) == (1, True)
        assert not (app.place / "x").exists()

    header = member(size=1 << 60).tobuf(format=tarfile.GNU_FORMAT)
    with endless(staged, header, b"\0" * 65536):
        result = app.run("cp", "app:x", ".")
    assert (result.code, "are free" in result.err) == (1, True), "a file larger than what is free is not begun"
    assert not list(app.place.glob("x*")) + list(app.place.glob(".dvm-cp-*"))
    with endless(app.lima_home / "dvm-app" / "guest-key", b"ssh-ed25519 AAAA", b"A" * 65536):
        result = app.run("key", "app")
    assert (result.code, result.out) == (1, "")
    assert "more than any public key" in result.err


@pytest.mark.parametrize("more", [b"", b"\0" * 512 * 1024, b"trailing garbage"])
def test_what_fills_the_last_block_is_no_harm(place: Path, more: bytes) -> None:
    found, _ = extract(io.BytesIO(tar(member(size=1)) + more), place, "x", recursive=False)
    assert found.read_bytes() == b"!"


def test_odd_times_and_modes_are_taken_for_what_they_are_worth(place: Path) -> None:
    for number, headers in enumerate(({"mtime": "nan"}, {"mtime": "1e999"}, {"mtime": "-1e18"}, {"uid": "0"})):
        into = place / str(number)
        into.mkdir()
        found, left_out = extract(io.BytesIO(tar(pax(headers, size=1, mode=0o4777))), into, "x", recursive=False)
        assert (found.read_bytes(), left_out) == (b"!", [])
        assert found.stat().st_uid == os.geteuid()
        assert found.stat().st_mode & 0o7022 == 0


def test_many_entries_take_little_memory(place: Path) -> None:
    import tracemalloc

    links = [member(f"./{number:0200}", type=tarfile.SYMTYPE, linkname="t" * 100) for number in range(4000)]
    answer = io.BytesIO(directory(*links, form=tarfile.GNU_FORMAT))
    tracemalloc.start()
    try:
        _, left_out = extract(answer, place, None, recursive=True)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(left_out) == 1000
    assert peak < 2 << 20


@pytest.mark.parametrize("size", [-1, -(1 << 40)])
def test_a_negative_size_is_refused(place: Path, size: int) -> None:
    by_header = member(size=size).tobuf(format=tarfile.GNU_FORMAT)
    by_pax = pax({"size": str(size)}).tobuf(format=tarfile.PAX_FORMAT)
    for header in (by_header, by_pax):
        with pytest.raises(UntrustedError, match="negative size"):
            extract(io.BytesIO(header + b"\0" * 4096), place, "x", recursive=False)
        assert not (place / "x").exists()
