"""A stream that is a whole tar, and one that is not."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.lima.tar_walk import NoTarError, TarWalk

FORMATS = (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)


def walked(data: bytes, pieces: int = 1 << 16) -> int:
    walk = TarWalk()
    for at in range(0, len(data), pieces):
        walk.feed(data[at : at + pieces])
    walk.end()
    return walk.entries


def tar(files: dict[str, bytes], kind: int = tarfile.GNU_FORMAT) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=kind) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for number, kind_ in enumerate((tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE)):
            member = tarfile.TarInfo(f"other-{number}")
            member.type, member.linkname = kind_, "x" if number in {1, 2} else ""
            archive.addfile(member)
    return data.getvalue()


@given(
    st.dictionaries(st.text("ab/", min_size=1, max_size=99), st.binary(max_size=2000), max_size=4),
    st.sampled_from(FORMATS),
    st.integers(1, 3000),
)
def test_a_whole_tar(files: dict[str, bytes], kind: int, pieces: int) -> None:
    assert walked(tar(files, kind), pieces) == len(files) + 4


@given(st.data())
def test_a_tar_that_is_cut_is_none(data: st.DataObject) -> None:
    # The zeros at its end fill a record of 10 KiB; two blocks of them are the end.
    whole = tar({"a": b"x" * 700, "n" * 200: b"y"})
    needed = len(whole.rstrip(b"\0")) // 512 * 512 + 512 + 1024
    with pytest.raises(NoTarError):
        walked(whole[: data.draw(st.integers(0, needed - 513))])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes(10240),
        b"Welcome to this guest\n" * 100,
        b"hello\n" + tar({"a": b"x"}),
        tar({"a": b"x"}) + b"more" * 128,
        tar({"a": b"x"}) + tar({"b": b"x"}),
        tar({"a": b"x"})[:-1],
        tar({"a": b"x"}) + bytes(2 << 20),
    ],
)
def test_what_is_no_tar(data: bytes) -> None:
    with pytest.raises(NoTarError):
        walked(data)


def test_a_size_beyond_octal() -> None:
    member = tarfile.TarInfo("large")
    member.size = 9 << 30
    walk = TarWalk()
    walk.feed(member.tobuf(tarfile.GNU_FORMAT))
    for _ in range(9):
        walk.feed(bytes(1 << 30))
    walk.feed(bytes(1024))
    walk.end()
    assert walk.entries == 1


def test_holes_as_gnu_tar_has_them(tmp_path: Path) -> None:
    if b"GNU tar" not in subprocess.run(["tar", "--version"], capture_output=True, check=False).stdout:
        pytest.skip("needs GNU tar")
    with (tmp_path / "sparse").open("wb") as file:
        for at in range(60):  # more parts than a header has room for
            file.seek(at << 20)
            file.write(b"x")
        file.truncate(100 << 20)
    (tmp_path / "after").write_text("text")
    done = subprocess.run(
        [str(shutil.which("tar")), "-cf", "-", "--sparse", "--format=gnu", "."],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert len(done.stdout) < 2 << 20
    assert walked(done.stdout) == 3
