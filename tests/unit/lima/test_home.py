"""LIMA_HOME as DVM has it."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from dvm.errors import LimaError
from dvm.lima.home import Home, full


def test_only_an_instance_directory_is_removed(tmp_path: Path) -> None:
    home, link = tmp_path / "l", tmp_path / "link"
    for name in ("dvm-app/a", "dvm-db"):
        (home / name).mkdir(parents=True)
    link.symlink_to(home)
    for place in (tmp_path, home, home / "dvm-app" / "a"):
        with pytest.raises(LimaError):
            Home(home).remove(place)
    Home(home).remove(home / "dvm-app")
    # limactl names directories without links.
    Home(link).remove(home / "dvm-db")
    assert list(home.iterdir()) == []


def test_directories_that_hold_anything(tmp_path: Path) -> None:
    (tmp_path / "full" / "x").mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "full")
    assert full(Home(tmp_path), tmp_path) == ["full"]
    assert full(Home(tmp_path), tmp_path, links=True) == ["full", "link"]


def test_a_directory_without_rights_gets_those_of_its_owner(tmp_path: Path) -> None:
    (tmp_path / "sealed").mkdir(mode=0)
    Home(tmp_path).open_up(tmp_path / "sealed")
    assert (tmp_path / "sealed").stat().st_mode & 0o777 == 0o700


def test_a_file_is_read_with_what_it_is(tmp_path: Path) -> None:
    home, file = Home(tmp_path), tmp_path / "file"
    file.write_bytes(b"0123456789")
    content, about = home.read(file)
    assert (content, about.st_size) == (b"0123456789", 10)
    assert home.read(file, 3)[0] == b"012"
    assert home.read(file, 3, end=True)[0] == b"789"
    assert home.read(file, 30, end=True)[0] == b"0123456789"


def test_a_link_is_read_where_it_may_be_and_nothing_is_waited_for(tmp_path: Path) -> None:
    home, link = Home(tmp_path), tmp_path / "link"
    (tmp_path / "file").write_bytes(b"x")
    link.symlink_to("file")
    assert home.read(link, follow=True)[0] == b"x"
    with pytest.raises(OSError, match="symbolic links"):
        home.read(link)
    os.mkfifo(tmp_path / "pipe")
    content, about = home.read(tmp_path / "pipe", 3, end=True)
    assert content == b""
    assert stat.S_ISFIFO(about.st_mode)
    for place, error in ((tmp_path, IsADirectoryError), (tmp_path / "none", FileNotFoundError)):
        with pytest.raises(error):
            home.read(place)


def test_what_is_there(tmp_path: Path) -> None:
    home, dangling, link = Home(tmp_path), tmp_path / "dangling", tmp_path / "link"
    dangling.symlink_to("none")
    link.symlink_to(tmp_path)
    assert not home.exists(dangling)
    assert home.exists(dangling, follow=False)
    assert home.is_directory(link)
    assert not home.is_directory(link, follow=False)
    assert home.resolved(link / "x") == Path(os.path.realpath(tmp_path)) / "x"
    assert home.names(tmp_path) == ["dangling", "link"]
    assert Home(tmp_path / "not" / "yet").free() > 0


def test_one_holder_at_a_time(tmp_path: Path) -> None:
    home, got = Home(tmp_path), threading.Event()

    def wait() -> None:
        with home.locked(tmp_path / "lock"):
            got.set()

    with home.locked(tmp_path / "lock"):
        other = threading.Thread(target=wait)
        other.start()
        assert not got.wait(0.1)
    other.join()
    assert got.is_set()
