from __future__ import annotations

import errno
import json
import os
import re
import stat
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from dvm.errors import DvmError, LockedError
from dvm.lima.home import Home
from dvm.model.receipt import OF_ANOTHER_DVM
from dvm.state.archives import read_about
from dvm.state.directory import StateDirectory
from dvm.state.journal import Journal
from dvm.state.leftovers import clear_failed_deletion, read_leftovers, write_deletion
from dvm.state.locks import locked
from dvm.state.logs import LogFile
from dvm.state.marks import clear_mark, new_mark, read_marks, write_mark
from dvm.state.receipts import read_receipt, write_receipt
from tests.factories import desired, instance, receipt, script


@pytest.fixture
def state(tmp_path: Path) -> StateDirectory:
    return StateDirectory(tmp_path / "state")


def test_a_receipt_comes_back_as_it_was_and_is_private(tmp_path: Path) -> None:
    made = receipt(desired("app", script("a", "text\n")))
    write_receipt(Home(tmp_path), tmp_path, made)
    assert read_receipt(Home(tmp_path), tmp_path, "dvm-app") == (made, "")
    assert stat.S_IMODE((tmp_path / "dvm.json").stat().st_mode) == 0o600


def test_no_receipt_is_no_problem(tmp_path: Path) -> None:
    assert read_receipt(Home(tmp_path), tmp_path, "dvm-app") == (None, "")


def test_a_clones_receipt_is_not_believed(tmp_path: Path) -> None:
    write_receipt(Home(tmp_path), tmp_path, receipt(desired("app")))
    found, problem = read_receipt(Home(tmp_path), tmp_path, "dvm-copy")
    assert found is None
    assert "that of dvm-app" in problem


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b'{"vm": 1}', b'{"format_version": 9.0}', b"\x00", b"\xff", b'{"vm": "\xff"}'),
        b'{"format_version": "1.0"}',
        b'{"later": ' + b"[" * 100_000,
    ],
)
def test_a_damaged_receipt_is_not_believed(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "dvm.json").write_bytes(content)
    (tmp_path / "dvm.json").chmod(0o600)
    found, problem = read_receipt(Home(tmp_path), tmp_path, "dvm-app")
    assert found is None
    assert problem.startswith("dvm.json is damaged: ")
    if content == b'{"vm": 1}':
        assert "$.vm" in problem, "where it is damaged"


def test_a_receipt_of_another_format_is_known_as_one(tmp_path: Path) -> None:
    write_receipt(Home(tmp_path), tmp_path, receipt(desired("app")))
    path = tmp_path / "dvm.json"
    path.write_text(path.read_text().replace('"format_version": "1.0"', '"format_version": "2.0\\u001b"'))
    found, problem = read_receipt(Home(tmp_path), tmp_path, "dvm-app")
    assert found is None
    assert problem.startswith("dvm.json has format 2.0")
    assert problem.endswith(OF_ANOTHER_DVM)
    assert "\x1b" not in problem
    path.write_text(path.read_text().replace("2.0\\u001b", "1.0").replace("{", '{ "later": 1,', 1))
    found, problem = read_receipt(Home(tmp_path), tmp_path, "dvm-app")
    assert (found, problem.endswith(OF_ANOTHER_DVM)) == (None, True)


@pytest.mark.parametrize("moment", ["2026-11-27T10:00:00", "2026-11-27", "yesterday"])
@pytest.mark.parametrize("key", ["created", "started", "ended"])
def test_a_moment_without_its_zone_is_damage(tmp_path: Path, key: str, moment: str) -> None:
    """Two moments of which one has no zone can't be compared, and plans compare them."""
    write_receipt(Home(tmp_path), tmp_path, receipt(desired("app", script("a", "text\n"))))
    path = tmp_path / "dvm.json"
    text, count = re.subn(rf'"{key}": "[^"]*"', f'"{key}": "{moment}"', path.read_text())
    assert count > 0
    path.write_text(text)
    found, problem = read_receipt(Home(tmp_path), tmp_path, "dvm-app")
    assert found is None
    assert problem.startswith("dvm.json is damaged: ")


def test_what_a_damaged_receipt_says_does_not_reach_the_terminal_as_it_is(tmp_path: Path) -> None:
    made = receipt(desired("app", script("a")))
    write_receipt(Home(tmp_path), tmp_path, made)
    path = tmp_path / "dvm.json"
    path.write_text(path.read_text().replace('"as": "admin"', '"as": "\\u001b[2J"'))
    assert "\\u001b" in path.read_text()
    found, said = read_receipt(Home(tmp_path), tmp_path, "dvm-app")
    assert found is None
    assert "is damaged" in said
    assert "\x1b" not in said


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755])
def test_a_receipt_that_only_its_owner_writes_is_believed(tmp_path: Path, mode: int) -> None:
    made = receipt(desired("app"))
    write_receipt(Home(tmp_path), tmp_path, made)
    (tmp_path / "dvm.json").chmod(mode)
    assert read_receipt(Home(tmp_path), tmp_path, "dvm-app") == (made, "")


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_receipt_others_may_write_to_is_not_believed(tmp_path: Path, mode: int) -> None:
    write_receipt(Home(tmp_path), tmp_path, receipt(desired("app")))
    (tmp_path / "dvm.json").chmod(mode)
    assert read_receipt(Home(tmp_path), tmp_path, "dvm-app") == (None, "dvm.json can't be used: others may write to it")


def test_another_users_receipt_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_receipt(Home(tmp_path), tmp_path, receipt(desired("app")))
    monkeypatch.setattr("dvm.state.receipts.os.geteuid", lambda: os.getuid() + 1)
    assert read_receipt(Home(tmp_path), tmp_path, "dvm-app") == (None, "dvm.json can't be used: another user owns it")


def test_a_receipt_beyond_the_limit_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = receipt(desired("app"))
    write_receipt(Home(tmp_path), tmp_path, made)
    size = (tmp_path / "dvm.json").stat().st_size
    monkeypatch.setattr("dvm.state.receipts._MAX_BYTES", size)
    assert read_receipt(Home(tmp_path), tmp_path, "dvm-app") == (made, "")
    monkeypatch.setattr("dvm.state.receipts._MAX_BYTES", size - 1)
    assert read_receipt(Home(tmp_path), tmp_path, "dvm-app") == (
        None,
        "dvm.json can't be used: it is larger than any receipt",
    )


def test_a_receipt_is_read_no_further_than_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dvm.state.receipts._MAX_BYTES", 1 << 10)
    (tmp_path / "dvm.json").touch(mode=0o600)
    os.truncate(tmp_path / "dvm.json", 1 << 38)
    assert read_receipt(Home(tmp_path), tmp_path, "dvm-app") == (
        None,
        "dvm.json can't be used: it is larger than any receipt",
    )


def test_a_link_or_a_pipe_in_its_place_is_not_followed(tmp_path: Path) -> None:
    write_receipt(Home(tmp_path), tmp_path, receipt(desired("app")))
    (tmp_path / "dvm.json").rename(tmp_path / "other")
    (tmp_path / "dvm.json").symlink_to("other")
    assert read_receipt(Home(tmp_path), tmp_path, "dvm-app") == (
        None,
        f"dvm.json can't be used: {os.strerror(errno.ELOOP)}",
    )
    (tmp_path / "dvm.json").unlink()
    os.mkfifo(tmp_path / "dvm.json", 0o600)
    assert read_receipt(Home(tmp_path), tmp_path, "dvm-app") == (
        None,
        "dvm.json can't be used: it is not a regular file",
    )


def test_marks_belong_to_a_lima_home(state: StateDirectory) -> None:
    mark = new_mark("app")
    write_mark(state, "app", mark, Path("/l"), Path("/c/dvm.toml"))
    assert read_marks(state, Path("/l"), Path("/c/dvm.toml")) == {"app": mark}
    assert read_marks(state, Path("/other"), Path("/c/dvm.toml")) == {}
    clear_mark(state, "app")
    clear_mark(state, "app")
    assert read_marks(state, Path("/l"), Path("/c/dvm.toml")) == {}


MADE = receipt(desired("app"), bootstrap=None)
WHOLE = ("lima.yaml", "disk", "dvm.json", "cidata.iso", "vncdisplay", ".lima.yaml.swp", ".DS_Store", "ssh.config")


def deleted_in_part(state: StateDirectory, home: Path, *lost: str, disk: str = "disk", **changes: Any) -> bool:
    """Whether an instance is taken for what a delete left, once `lost` went missing from it."""
    directory = home / "dvm-app"
    directory.mkdir(exist_ok=True)
    for name in WHOLE:
        (directory / (disk if name == "disk" else name)).touch()
    there = instance(desired("app"), dir=directory, receipt=MADE, message="mark 1")
    write_deletion(state, "app", there, Home(home), Path("/c/dvm.toml"))
    for name in lost:
        (directory / name).unlink()
    seen = replace(there, receipt=None if "dvm.json" in lost else MADE)
    return read_leftovers(state, Home(home), {"dvm-app": replace(seen, **changes)}, {}, Path("/c/dvm.toml")) == {"app"}


def test_what_comes_and_goes_beside_a_whole_instance_makes_no_leftover_of_it(
    state: StateDirectory, tmp_path: Path
) -> None:
    passing = [name for name in WHOLE if name not in {"lima.yaml", "disk", "dvm.json"}]
    for lost in ([], *([name] for name in passing), passing):
        assert not deleted_in_part(state, tmp_path, *lost)
    assert not deleted_in_part(state, tmp_path, *passing, disk="diffdisk")
    # A receipt that is there and is not believed says nothing of a delete.
    assert not deleted_in_part(state, tmp_path, *passing, receipt=None)


@pytest.mark.parametrize("lost", [["dvm.json"], ["lima.yaml"], ["disk"], ["lima.yaml", "dvm.json"], WHOLE])
def test_an_instance_without_what_matters_is_a_leftover(
    state: StateDirectory, tmp_path: Path, lost: Sequence[str]
) -> None:
    assert deleted_in_part(state, tmp_path, *lost)
    clear_failed_deletion(state, "app", Home(tmp_path), tmp_path / "dvm-app")
    assert (state.of_vm("app") / "deleting.json").exists(), "it was cut off, and is to be taken up"


def test_a_lima_that_changed_the_name_of_its_disk_deleted_none(state: StateDirectory, tmp_path: Path) -> None:
    assert deleted_in_part(state, tmp_path, "diffdisk", disk="diffdisk")
    (tmp_path / "dvm-app" / "disk").touch()
    clear_failed_deletion(state, "app", Home(tmp_path), tmp_path / "dvm-app")
    assert not (state.of_vm("app") / "deleting.json").exists()


def test_no_two_marks_are_alike() -> None:
    assert new_mark("app") != new_mark("app")


def test_a_damaged_mark_is_none(state: StateDirectory) -> None:
    write_mark(state, "app", "m", Path("/l"), Path("/c/dvm.toml"))
    (state.of_vm("app") / "creating.json").write_text("{")
    assert read_marks(state, Path("/l"), Path("/c/dvm.toml")) == {}


def test_reading_marks_makes_nothing(state: StateDirectory) -> None:
    assert read_marks(state, Path("/l"), Path("/c/dvm.toml")) == {}
    assert not state.path.exists()


def test_journal_lines_of_many_writers_do_not_mix(state: StateDirectory) -> None:
    def write() -> None:
        for number in range(50):
            Journal(state).write("test", number=number, text="x" * 500)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = [json.loads(line) for line in state.journal.read_text().splitlines()]
    assert len(entries) == 200
    assert {entry["event"] for entry in entries} == {"test"}
    assert stat.S_IMODE(state.journal.stat().st_mode) == 0o600


def test_a_lock_is_held_against_others_and_says_by_whom(state: StateDirectory) -> None:
    with locked(state, ["app"], timeout=0, told=print):
        with pytest.raises(LockedError) as caught, locked(state, ["app", "db"], timeout=0.2, told=print):
            pass
        assert f"Process {os.getpid()}" in caught.value.detail
        with locked(state, ["db"], timeout=0, told=print):
            pass
    with locked(state, ["app"], timeout=0, told=print):
        pass


def test_a_lock_waits_for_its_holder(state: StateDirectory) -> None:
    held, ended = threading.Event(), []

    def hold() -> None:
        with locked(state, ["app"], timeout=0, told=print):
            held.set()
            threading.Event().wait(0.3)
            ended.append(True)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    with locked(state, ["app"], timeout=5, told=print):
        assert ended
    thread.join()


def test_a_file_in_the_way_of_the_state_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(DvmError, match="can't be made") as caught:
        Journal(StateDirectory(tmp_path / "state")).write("x")
    assert str(tmp_path / "state") in caught.value.detail


def test_logs_keep_the_last_runs_and_are_private(tmp_path: Path) -> None:
    path = tmp_path / "setup.log"
    for number in range(8):
        with LogFile(path) as log:
            log.write(f"run {number}\n".encode())
    assert path.read_text() == "run 7\n"
    assert (tmp_path / "setup.log.1").read_text() == "run 6\n"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["setup.log"] + [f"setup.log.{n}" for n in range(1, 5)]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_log_does_not_fill_the_disk(tmp_path: Path) -> None:
    with LogFile(tmp_path / "x.log") as log:
        for _ in range(40):
            log.write(b"x" * (1 << 20))
    assert (tmp_path / "x.log").stat().st_size < (17 << 20)
    assert (tmp_path / "x.log").read_bytes().endswith(b"is not kept\n")


def test_a_pipe_in_place_of_what_describes_an_archive_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.tar.json")
    (tmp_path / "a.tar").touch()
    with pytest.raises(DvmError):
        read_about(tmp_path / "a.tar")
