"""`dvm cp` and `dvm key` with a guest that answers with whatever it likes: nothing is written but what was asked for."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dvm.cli.guest.transfer.unpack import UntrustedError, extract
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


def header(kind: bytes, text: bytes) -> bytes:
    """One header that says `text` of what comes behind it."""
    made = member("h", type=kind, size=len(text)).tobuf(format=tarfile.GNU_FORMAT)
    return made + text + b"\0" * (-len(text) % tarfile.BLOCKSIZE)


LONG = header(tarfile.GNUTYPE_LONGNAME, b"./x\0")
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
        header(tarfile.XGLTYPE, b"13 comment=g\n") + tar(member(size=1)),
        LONG * 5 + tar(member(size=1)),
        header(tarfile.XHDTYPE, b"8 size=\n") + tar(member(size=1)),
        header(tarfile.XHDTYPE, b"31 size=%s\n" % (b"9" * 22)) + tar(member(size=1)),
        header(tarfile.SOLARIS_XHDTYPE, b"12 path=./x\n") + tar(member(size=1)),
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
    assert "says more than any such program" in result.err


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


@pytest.mark.parametrize("kind", [tarfile.XGLTYPE, tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK])
def test_headers_without_end_take_little_memory(app: Dvm, kind: bytes) -> None:
    """Global headers add up, and each of the others is a call deeper where tarfile reads them."""
    text = b"x" * 9000
    if kind in {tarfile.XGLTYPE, tarfile.XHDTYPE}:
        text = b"9011 k=%s\n" % (b"x" * 9003)
        assert len(text) == 9011
    staged = app.lima_home / "dvm-app" / "guest-pack.tar"
    with endless(staged, b"", header(kind, text)):
        result = app.run("cp", "app:x", ".")
    assert result.code == 1
    assert "what was not asked for" in result.err
    assert "bug in DVM" not in result.err
    assert not list(app.place.glob("x*")) + list(app.place.glob(".dvm-cp-*"))


@pytest.mark.parametrize(
    "text",
    [
        b"2 " * 8000 + b"=\n",  # each record says two bytes, and its keyword goes on to the end
        b"1" * 16000,
        b"1" * 16000 + b" path=./x\n",
        b"0 path=./x\n",
        b"11 path=./x\n",
        b"13 path=./x\n",
        b"12 path=./x\0",
        b"12 path ./x\n",
        b"-2 path=./x\n",
        b" path=./x\n",
        b"\0" * 512,
    ],
)
def test_a_pax_header_that_is_none_is_refused_at_once(place: Path, text: bytes) -> None:
    import tracemalloc

    answer = io.BytesIO(header(tarfile.XHDTYPE, text) + tar(member(size=1)))
    tracemalloc.start()
    try:
        with pytest.raises(tarfile.ReadError, match="pax header"):
            extract(answer, place, "x", recursive=False)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1 << 20


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
@pytest.mark.parametrize("behind", [b"", b"\0" * 1024, b"!" * 1024])
def test_a_header_with_no_entry_behind_it_is_no_end(place: Path, kind: bytes, behind: bytes) -> None:
    text = b"12 path=./x\n" if kind == tarfile.XHDTYPE else b"./x\0"
    begin = directory()[:512]
    with pytest.raises(tarfile.ReadError):
        extract(io.BytesIO(begin + header(kind, text) + behind), place, None, recursive=True)


def test_as_many_headers_as_a_tar_program_writes_are_taken(place: Path) -> None:
    link = header(tarfile.GNUTYPE_LONGLINK, b"t\0")
    found, _ = extract(io.BytesIO((link + LONG) * 2 + tar(member("./y", size=1))), place, "x", recursive=False)
    assert found.read_bytes() == b"!"


def test_long_names_of_every_form_are_taken(place: Path) -> None:
    long, link = "d" * 200, "l" * 200
    entries = (
        member(f"./{long}", type=tarfile.DIRTYPE, mode=0o755),
        member(f"./{long}/ünï-{'f' * 150}", size=3, mtime=1.5),
        member(f"./{link}", type=tarfile.SYMTYPE, linkname="t" * 300),
        member("./last", size=2),
    )
    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        into = place / str(form)
        into.mkdir()
        found, told = extract(io.BytesIO(directory(*entries, form=form)), into, None, recursive=True)
        assert told == [f"./{link}"]
        files = {path.relative_to(found).as_posix(): path.read_bytes() for path in found.rglob("*") if path.is_file()}
        assert files == {f"{long}/ünï-{'f' * 150}": b"!!!", "last": b"!!"}
        if form == tarfile.PAX_FORMAT:
            assert next(found.glob("d*/*")).stat().st_mtime == 1.5


@pytest.mark.skipif(shutil.which("tar") is None, reason="there is no tar")
@pytest.mark.parametrize("form", ["gnu", "oldgnu", "pax", "ustar", "v7"])
def test_what_the_tar_of_this_machine_writes_is_taken(place: Path, form: str) -> None:
    source = place / "source"
    deep = source / ("d" * 60) / ("e" * (60 if form in {"ustar", "v7"} else 120))
    if form == "v7":
        deep = source / "d"
    deep.mkdir(parents=True)
    (deep / "file").write_bytes(b"text")
    (source / "link").symlink_to("l" * (90 if form in {"ustar", "v7"} else 300))
    packed = subprocess.run(["tar", "-cf", "-", f"--format={form}", "."], cwd=source, capture_output=True, check=False)
    if packed.returncode:
        pytest.skip("this tar has no such form")
    into = place / "into"
    into.mkdir()
    found, told = extract(io.BytesIO(packed.stdout), into, None, recursive=True)
    assert told == ["./link"]
    assert [path.read_bytes() for path in found.rglob("file")] == [b"text"]


@pytest.mark.parametrize("size", [-1, -(1 << 40)])
def test_a_negative_size_is_refused(place: Path, size: int) -> None:
    by_header = member(size=size).tobuf(format=tarfile.GNU_FORMAT)
    by_pax = pax({"size": str(size)}).tobuf(format=tarfile.PAX_FORMAT)
    for header in (by_header, by_pax):
        with pytest.raises(UntrustedError, match="negative size"):
            extract(io.BytesIO(header + b"\0" * 4096), place, "x", recursive=False)
        assert not (place / "x").exists()
