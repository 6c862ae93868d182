"""A VM's policy file: read back as written, and refused where anything in it is doubtful."""

from __future__ import annotations

import fcntl
import json
from typing import TYPE_CHECKING, Any

import pytest

from dvm.egress.names import parse_rule
from dvm.egress.place import MOST_REACHED, POLICY_FILE, SETUP_FILE
from dvm.egress.policy import Policy, PolicyError, Reached, read_policy, render, setup_runs

if TYPE_CHECKING:
    from pathlib import Path

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
        changed(format=2),
        changed(instance=""),
        changed(vm=7),
        changed(names=[7]),
        changed(setup_names=[""]),
        changed(credential=None),
        changed(credential=""),
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


def test_setup_runs_while_a_process_holds_the_lock_of_its_file(directory: Path) -> None:
    assert not setup_runs(str(directory))
    path = directory / SETUP_FILE
    path.touch(mode=0o600)
    assert not setup_runs(str(directory))
    with path.open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert setup_runs(str(directory))
        path.chmod(0o640)
        assert not setup_runs(str(directory))
        path.chmod(0o600)
    assert not setup_runs(str(directory))
