"""A VM's policy file: read back as written, and refused where anything in it is doubtful."""

from __future__ import annotations

import errno
import fcntl
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from dvm.egress.names import parse_rule
from dvm.egress.place import LOCK_FILE, MOST_REACHED, POLICY_FILE, SETUP_FILE
from dvm.egress.policy import Policy, PolicyError, Reached, proxy_runs, read_policy, render, setup_runs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LARGEST = 1 << 20

GOOD = Policy(
    "dvm-app",
    "app",
    names=(parse_rule("example.org"),),
    setup_names=(parse_rule("setup.example.org"),),
    reached=(Reached("db", 1, 65535), Reached("web", 65535, 1)),
    credential="secret",
    port=3128,
)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    made = tmp_path / "dvm-app"
    made.mkdir(mode=0o700)
    return made


def put(directory: Path, content: bytes) -> str:
    path = directory / POLICY_FILE
    path.write_bytes(content)
    path.chmod(0o600)
    return str(directory)


def changed(**changes: Any) -> bytes:
    return json.dumps(json.loads(render(GOOD)) | changes).encode()


def reach(**changes: Any) -> dict[str, Any]:
    return {"reach": [{"vm": "db", "port": 5432, "host_port": 15432} | changes]}


def test_a_policy_is_read_as_it_was_written(directory: Path) -> None:
    assert read_policy(put(directory, render(GOOD))) == GOOD
    assert str(read_policy(str(directory)).reached[0]) == "db:1 (host port 65535)"


def test_as_many_reached_ports_as_there_are_addresses(directory: Path) -> None:
    most = GOOD._replace(reached=tuple(Reached("db", port, port) for port in range(1, MOST_REACHED + 1)))
    assert read_policy(put(directory, render(most))) == most
    more = most._replace(reached=(*most.reached, Reached("db", 9999, 9999)))
    with pytest.raises(PolicyError, match="is damaged"):
        read_policy(put(directory, render(more)))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        changed(format=2),
        changed(instance=""),
        changed(vm=7),
        changed(names=[7]),
        changed(names="ab"),
        changed(names={"example.org": False}),
        changed(reach="ab"),
        changed(**reach(vm=7)),
        changed(**reach(vm="")),
        changed(setup_names=[""]),
        changed(credential=None),
        changed(credential=""),
        changed(credential=7),
        changed(credential=None, port=0),
        changed(port="3128"),
        changed(port=65536),
        changed(port=-1),
        changed(port=True),
        changed(**reach(port=0)),
        changed(**reach(port=65536)),
        changed(**reach(port="5432")),
        changed(**reach(host_port=0)),
        changed(**reach(host_port=1.5)),
        changed(reach=[{"vm": "db", "port": 1}]),
    ],
)
def test_a_damaged_policy_is_no_policy(directory: Path, content: bytes) -> None:
    with pytest.raises(PolicyError, match="is damaged"):
        read_policy(put(directory, content))


def test_a_policy_without_a_proxy_that_listens_needs_no_credential(directory: Path) -> None:
    quiet = GOOD._replace(credential="", port=0)
    assert read_policy(put(directory, render(quiet))) == quiet


def test_a_policy_of_another_instance_is_none(directory: Path) -> None:
    with pytest.raises(PolicyError, match="another instance"):
        read_policy(put(directory, render(GOOD._replace(instance="dvm-db"))))


def test_a_policy_is_found_by_the_name_of_the_directory_itself(directory: Path) -> None:
    put(directory, render(GOOD))
    link = directory.with_name("dvm-db")
    link.symlink_to(directory)
    assert read_policy(str(link)) == GOOD


def test_a_policy_that_is_not_there_is_none(directory: Path) -> None:
    with pytest.raises(PolicyError, match=f"{POLICY_FILE}: No such file"):
        read_policy(str(directory))


def test_a_link_in_its_place_is_not_followed(directory: Path) -> None:
    put(directory, render(GOOD))
    (directory / POLICY_FILE).rename(directory / "other")
    (directory / POLICY_FILE).symlink_to("other")
    with pytest.raises(PolicyError, match="symbolic link"):
        read_policy(str(directory))


def test_a_pipe_in_its_place_is_not_waited_for(directory: Path) -> None:
    os.mkfifo(directory / POLICY_FILE, 0o600)
    with pytest.raises(PolicyError, match="is not a regular file"):
        read_policy(str(directory))


def test_another_users_policy_is_none(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(directory, render(GOOD))
    monkeypatch.setattr("dvm.egress.policy.os.geteuid", lambda: os.getuid() + 1)
    with pytest.raises(PolicyError, match="is another user's"):
        read_policy(str(directory))


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o604, 0o602])
def test_a_policy_that_others_read_or_write_is_none(directory: Path, mode: int) -> None:
    """It holds the credential of the proxy."""
    put(directory, render(GOOD))
    (directory / POLICY_FILE).chmod(mode)
    with pytest.raises(PolicyError, match="can be read or written by others"):
        read_policy(str(directory))


def test_a_policy_is_no_larger_than_a_mebibyte(directory: Path) -> None:
    largest = render(GOOD).ljust(LARGEST)
    assert read_policy(put(directory, largest)) == GOOD
    with pytest.raises(PolicyError, match="is larger than any policy"):
        read_policy(put(directory, largest + b" "))


@pytest.mark.parametrize(
    ("name", "setup", "allowed"),
    [
        ("example.org", False, ("example.org", False)),
        ("example.org", True, ("example.org", False)),
        ("setup.example.org", False, (None, False)),
        ("setup.example.org", True, ("setup.example.org", True)),
        ("other.example.org", False, (None, False)),
        ("other.example.org", True, (None, False)),
    ],
)
def test_names_of_setup_count_while_it_runs_and_no_longer(
    name: str, setup: bool, allowed: tuple[str | None, bool]
) -> None:
    rule, only_setup = GOOD.rule_for(name, 443, setup=setup)
    assert (None if rule is None else str(rule), only_setup) == allowed
    assert GOOD.rule_for(name, 22, setup=setup) == (None, False)


def test_each_reached_port_has_an_address_of_its_own() -> None:
    assert [GOOD.address_of(each) for each in GOOD.reached] == ["192.168.5.101", "192.168.5.102"]


@pytest.fixture(params=[(SETUP_FILE, setup_runs), (LOCK_FILE, proxy_runs)], ids=["setup", "proxy"])
def lock(request: pytest.FixtureRequest, directory: Path) -> tuple[Path, Callable[[], bool]]:
    """The file of a lock, and whether that is held."""
    name, runs = request.param
    return directory / name, lambda: runs(str(directory))


def test_it_runs_while_a_process_holds_the_lock_of_its_file(lock: tuple[Path, Callable[[], bool]]) -> None:
    path, runs = lock
    assert not runs()
    path.touch(mode=0o600)
    assert not runs()
    with path.open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert runs()
        path.chmod(0o640)
        assert not runs()
        path.chmod(0o600)
    assert not runs()


def test_a_lock_that_another_user_holds_is_none(
    lock: tuple[Path, Callable[[], bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, runs = lock
    path.touch(mode=0o600)
    with path.open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        monkeypatch.setattr("dvm.egress.policy.os.geteuid", lambda: os.getuid() + 1)
        assert not runs()


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_a_lock_of_anything_but_a_regular_file_is_none(lock: tuple[Path, Callable[[], bool]], kind: str) -> None:
    path, runs = lock
    if kind == "link":
        (path.parent / "other").touch(mode=0o600)
        path.symlink_to("other")
    else:
        os.mkfifo(path, 0o600)
    held = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert not runs()
    finally:
        os.close(held)


def test_a_lock_that_can_not_be_asked_for_is_none(
    lock: tuple[Path, Callable[[], bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, runs = lock
    path.touch(mode=0o600)

    def no_locks(_descriptor: int, _how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("dvm.egress.policy.fcntl.flock", no_locks)
    assert not runs()
