"""The state directory decides what is done to a VM: nobody else may put a lock, a mark or a journal into it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from dvm.checks.state_directory import demand_private
from dvm.errors import RefusedError
from dvm.files import make_private, read_evidence
from dvm.model.evidence import FileEvidence, Kind, PathPart, Role, Unreadable
from dvm.state.directory import StateDirectory
from tests.conftest import Dvm

COMMANDS = [
    ["ls"], ["plan"], ["apply", "-y"], ["sync", "app"], ["start", "app"], ["stop", "app"], ["sh", "app"],
    ["ssh", "app", "true"], ["cp", "app:x", "."], ["key", "app"], ["ssh-proxy", "app"], ["rm", "app", "--yes"],
    ["status", "app"], ["logs", "app"], ["import", "dvm-app"],
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_one_that_others_can_write_to_is_not_used(dvm: Dvm, command: list[str]) -> None:
    dvm.manifest("[vm.app]\n")
    dvm.state.mkdir()
    dvm.state.chmod(0o777)
    result = dvm.run(*command)
    assert result.code == 3
    for part in (str(dvm.state), "DVM103", "0777", "chmod go-w", "DVM_STATE_DIR"):
        assert part in result.err
    assert list(dvm.state.iterdir()) == []
    assert dvm.calls() == []


def test_nor_one_below_a_directory_that_others_can_write_to(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\n")
    above = dvm.place / "shared"
    above.mkdir()
    for mode in (0o775, 0o757, 0o1777):
        above.chmod(mode)
        result = dvm.run("apply", "-y", DVM_STATE_DIR=str(above / "s"))
        assert (result.code, f"{mode:04o}" in result.err) == (3, True)
        assert list(above.iterdir()) == []
    (dvm.place / "link").symlink_to(above)
    assert dvm.run("apply", "-y", DVM_STATE_DIR=str(dvm.place / "link" / "s")).code == 3
    above.chmod(0o755)
    assert dvm.run("apply", "-y", DVM_STATE_DIR=str(dvm.place / "link" / "s")).code == 0
    assert (above / "s" / "journal.jsonl").exists()


@pytest.mark.parametrize("command", [["version"], ["validate"], ["plan", "--offline"], ["check", "--offline"]])
def test_who_has_no_use_for_it_does_not_look(dvm: Dvm, command: list[str]) -> None:
    dvm.manifest("[vm.app]\n")
    dvm.state.mkdir()
    dvm.state.chmod(0o777)
    assert dvm.run(*command).code == 0


def test_it_and_what_is_above_it_are_made_for_their_owner_alone(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\n")
    before = os.umask(0)
    try:
        assert dvm.run("apply", "-y", DVM_STATE_DIR=str(dvm.place / "a" / "b" / "s")).code == 0
    finally:
        os.umask(before)
    for place in ("a", "a/b", "a/b/s", "a/b/s/app", "a/b/s/work"):
        assert stat.S_IMODE((dvm.place / place).stat().st_mode) == 0o700, place


def evidence(*parts: PathPart) -> FileEvidence:
    journal = Path("/s/dvm/journal.jsonl")
    return FileEvidence(Role.STATE, journal, None, parts, None, None, None, None, None, Unreadable.MISSING)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (PathPart(Path("/s/dvm"), Kind.DIRECTORY, 4242, 0o700), "belongs to uid 4242"),
        (PathPart(Path("/s"), Kind.DIRECTORY, 4242, 0o755), "belongs to uid 4242"),
        (PathPart(Path("/s"), Kind.SYMLINK, 4242, 0o777), "belongs to uid 4242"),
        (PathPart(Path("/s/dvm"), Kind.DIRECTORY, 1000, 0o770), "every member of its group"),
    ],
)
def test_one_of_another_user_is_not_used(part: PathPart, said: str) -> None:
    root = PathPart(Path("/"), Kind.DIRECTORY, 0, 0o755)
    with pytest.raises(RefusedError, match="DVM103") as caught:
        demand_private(evidence(root, part), 1000)
    assert caught.value.exit_code == 3
    assert said in caught.value.detail
    demand_private(evidence(root, PathPart(Path("/s/dvm"), Kind.DIRECTORY, 1000, 0o755)), 1000)


def test_the_journal_itself_is_not_read(place: Path) -> None:
    (place / "journal.jsonl").write_text("x" * 100)
    found = read_evidence(place / "journal.jsonl", Role.STATE, limit=0)
    assert found.content is None
    assert place in {part.path for part in found.parts}


def test_what_was_planted_in_it_before_is_not_used(place: Path) -> None:
    state = StateDirectory(place / "s")
    assert state.make(state.of_vm("app")) == place / "s" / "app"
    (place / "s" / "app").chmod(0o777)
    with pytest.raises(RefusedError, match="not DVM's alone"):
        state.make(state.of_vm("app"))
    (place / "s" / "db").symlink_to(place)
    with pytest.raises(RefusedError, match="not DVM's alone"):
        state.make(state.of_vm("db"))
    if os.geteuid() == 0:
        (place / "s" / "app").chmod(0o700)
        os.chown(place / "s" / "app", 4242, 4242)
        with pytest.raises(RefusedError, match="not DVM's alone"):
            state.make(state.of_vm("app"))


def test_a_directory_is_made_beside_what_is_there(place: Path) -> None:
    (place / "open").mkdir(mode=0o755)
    make_private(place / "open" / "a" / "b")
    make_private(place / "open" / "a" / "b")
    assert stat.S_IMODE((place / "open").stat().st_mode) == 0o755
    assert stat.S_IMODE((place / "open" / "a").stat().st_mode) == 0o700
    (place / "file").touch()
    with pytest.raises(OSError, match=r"exists|directory"):
        make_private(place / "file" / "a")
