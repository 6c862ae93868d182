"""What is copied into a guest is what was named, whoever changes a directory meanwhile."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest

from dvm.cli.guest.transfer.pack import send

SECRET = b"not for a guest"


def packed(source: Path) -> dict[str, tarfile.TarInfo]:
    stream = io.BytesIO()
    left_out = send(source, stream)
    stream.seek(0)
    with tarfile.open(fileobj=stream) as tar:
        return {member.name: member for member in tar} | {path: tarfile.TarInfo() for path in left_out}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "key").write_bytes(SECRET)
    top = tmp_path / "top"
    (top / "a" / "b").mkdir(parents=True)
    (top / "a" / "b" / "key").write_bytes(b"harmless")
    (top / "link").symlink_to("../elsewhere")
    return top


def test_links_below_go_as_links_and_the_one_that_is_named_is_followed(tree: Path) -> None:
    os.mkfifo(tree / "pipe")
    found = packed(tree)
    assert sorted(found) == [str(tree / "pipe"), "x", "x/a", "x/a/b", "x/a/b/key", "x/link"]
    assert found["x/link"].linkname == "../elsewhere"
    assert sorted(packed(tree / "link")) == ["x", "x/key"]


@pytest.mark.parametrize("swapped", ["a", "a/b", "a/b/key"])
def test_what_is_swapped_for_a_link_meanwhile_is_not_followed(
    tree: Path, swapped: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, looked = tree / swapped, os.stat

    def swap(entry: Any, **how: Any) -> os.stat_result:
        facts = looked(entry, **how)
        if entry == place.name and how.get("dir_fd") is not None:
            place.rename(tree.parent / "before")
            place.symlink_to(tree.parent / "elsewhere" / ("key" if swapped.endswith("key") else ""))
        return facts

    monkeypatch.setattr(os, "stat", swap)
    stream = io.BytesIO()
    with pytest.raises(OSError, match=str(place)):
        send(tree, stream)
    assert SECRET not in stream.getvalue()


def test_a_directory_above_that_is_swapped_leads_nowhere_else(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = os.stat

    def swap(entry: Any, **how: Any) -> os.stat_result:
        if entry == "b" and (tree / "a").is_dir() and not (tree / "a").is_symlink():
            (tree / "a").rename(tree.parent / "before")
            (tree / "a").symlink_to(tree.parent / "other")
            (tree.parent / "other" / "b").mkdir(parents=True)
            (tree.parent / "other" / "b" / "key").write_bytes(SECRET)
        return looked(entry, **how)

    monkeypatch.setattr(os, "stat", swap)
    stream = io.BytesIO()
    send(tree, stream)
    assert b"harmless" in stream.getvalue()
    assert SECRET not in stream.getvalue()
