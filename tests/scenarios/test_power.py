"""start and stop."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Dvm
from tests.scenarios.test_gate import lima_config


def changing(dvm: Dvm) -> list[tuple[str, str]]:
    return [(call[0], call[-1]) for call in dvm.calls(changing=True) if call[0] != "shell"]


@pytest.fixture
def three(dvm: Dvm) -> Dvm:
    dvm.manifest('[vm.app]\ndepends_on = ["db"]\n[vm.db]\n[vm.idle]\nrunning = false\nsetup = ["a.sh"]\n')
    dvm.script("a.sh", "echo a")
    assert dvm.run("apply", "-y").code == 0
    dvm.forget()
    return dvm


def test_stop_goes_from_what_depends_and_start_to_it(three: Dvm) -> None:
    stopped = three.run("stop", "db", "app")
    assert (stopped.code, stopped.err) == (0, "")
    assert changing(three) == [("stop", "dvm-app"), ("stop", "dvm-db")]
    assert "vm.app is stopped already." in three.run("stop", "app").out
    three.forget()
    before = three.receipt("app")
    assert three.run("start", "app").code == 0
    assert changing(three) == [("start", "dvm-db"), ("start", "dvm-app")]
    assert three.receipt("app") == before
    three.forget()
    assert "vm.app is running already." in three.run("start", "app").out
    assert changing(three) == []
    assert three.run("plan", "--detailed-exitcode").code == 0


def test_a_first_start_does_what_waited_for_it(three: Dvm) -> None:
    result = three.run("start", "idle")
    assert result.code == 0
    assert "a.sh" in result.out
    assert len(three.runs("idle")) == 1
    assert three.receipt("idle")["bootstrap"]["user"] == "developer"
    assert three.run("stop", "idle").code == 0
    assert three.run("start", "idle").code == 0
    assert len(three.runs("idle")) == 1
    assert three.run("stop", "idle").code == 0
    assert three.run("plan", "--detailed-exitcode").code == 0


def test_all_leaves_alone_what_is_to_stand_still_and_what_is_not_ours(three: Dvm) -> None:
    three.limactl("create", "--tty=false", "--name=dvm-other", "template:fedora")
    three.limactl("start", "--tty=false", "dvm-other")
    assert three.run("stop", "--all").code == 0
    assert {name for _, name in changing(three)} == {"dvm-app", "dvm-db"}
    three.forget()
    assert three.run("start", "--all").code == 0
    assert {name for _, name in changing(three)} == {"dvm-app", "dvm-db"}
    three.manifest("[vm.db]\n")
    three.forget()
    assert three.run("stop", "--all", "--only-config").code == 0
    assert changing(three) == [("stop", "dvm-db")]
    assert three.run("stop", "--all").code == 0
    assert changing(three) == [("stop", "dvm-db"), ("stop", "dvm-app")], "an orphan is managed too"
    three.forget()
    assert three.run("start", "--all", "--only-config").code == 0
    assert changing(three) == [("start", "dvm-db")], "neither the orphan nor what is not ours"
    assert [row["name"] for row in three.run("ls", "--only-config", "--json").json["vms"]] == ["db"]
    assert len(three.run("ls", "--json").json["vms"]) == 4
    assert three.run("start", "app").code == 0


@pytest.mark.parametrize("command", ["start", "stop"])
def test_what_is_not_there_or_not_ours_is_never_touched(three: Dvm, command: str) -> None:
    three.limactl("create", "--tty=false", "--name=dvm-other", "template:fedora")
    three.manifest("[vm.app]\n[vm.fresh]\n")
    for name, code in (("other", 1), ("fresh", 1), ("nothing", 64), ("--x", 64)):
        assert three.run(command, name).code == code, name
    assert three.run(command).code == 64
    assert three.run(command, "app", "--all").code == 64
    assert changing(three) == []


def test_an_instance_that_became_unsafe_is_not_started(three: Dvm) -> None:
    assert three.run("stop", "--all").code == 0
    three.forget()
    lima_config(three, "override.yaml", "ssh:\n  forwardAgent: true\n")
    result = three.run("start", "app")
    assert result.code == 3
    assert "DVM304" in result.out + result.err
    assert changing(three) == []


def test_stop_needs_no_manifest_and_mends_a_broken_one(three: Dvm) -> None:
    (three.config / "dvm.toml").unlink()
    assert three.run("stop", "app").code == 0
    assert changing(three) == [("stop", "dvm-app")]


def test_a_vm_that_is_worked_on_is_left(three: Dvm) -> None:
    import fcntl

    path: Path = three.state / "app" / "lock"
    with path.open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for command in ("start", "stop"):
            assert three.run(command, "--lock-timeout", "0", "app").code in {0, 4}
    assert ("stop", "dvm-app") not in changing(three)


def test_a_dry_run_asks_lima_nothing(three: Dvm) -> None:
    started = three.run("start", "app", "idle", DVM_DRY_RUN="1")
    assert started.out.splitlines() == [
        "# vm.app",
        "limactl start --tty=false --timeout=600s dvm-app",
        "# vm.idle",
        "limactl start --tty=false --timeout=600s dvm-idle",
        "# at its first start: setup script a.sh as admin",
        "# vm.db",
        "limactl start --tty=false --timeout=600s dvm-db",
    ]
    assert three.run("stop", "app", DVM_DRY_RUN="1").out == "limactl stop --tty=false dvm-app\n"
    assert three.calls() == []
