"""DVM's guest protocol: bootstrap, setup and guard."""

from __future__ import annotations

import hashlib
import json
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.contract.subject import Answer
    from tests.unit.simulator.conftest import Sim

TEXT = "the guest's script, which the simulator never runs"
SUDO = ("shell", "--workdir", "/", "a", "--", "sudo", "-n", "--", "bash", "-c", TEXT)
LOADER = 'read -r -d "" number; read -r -d "" challenge; read -r -d "" program; eval "$program"'
PROVING = (*SUDO[:-1], LOADER)
STDIN = f"n1\0c1 {hashlib.sha256(b'c1').hexdigest()}\0{TEXT}\0"


def bootstrap(sim: Sim, sudo: str = "0") -> None:
    words = ("dvm-bootstrap", "developer", sudo, "65536", "1000", "/home/developer/code/app")
    sim.ok(*SUDO, *words, stdin="loopback\0\0")


def setup_args(script: str, run_id: str = "r1", identity: str = "root") -> tuple[str, ...]:
    digest = hashlib.sha256(script.encode()).hexdigest()
    return (
        *SUDO,
        "dvm-setup",
        run_id,
        digest,
        str(len(script.encode())),
        "0",
        identity,
        "developer",
        "DVM_VM=app",
        "B=c d=e",
    )


def setup(sim: Sim, script: str, run_id: str = "r1", identity: str = "root") -> Answer:
    return sim.run(*setup_args(script, run_id, identity), stdin=script)


def test_bootstrap_is_remembered(running: Sim) -> None:
    bootstrap(running, sudo="1")
    memory = json.loads((running.home / "a" / "guest.json").read_text())
    assert memory["users"]["developer"] == {
        "sudo": True,
        "subuid_count": 65536,
        "subgid_count": 1000,
        "code_dir": "/home/developer/code/app",
    }
    answer = running.ok("shell", "--workdir", "/home/developer/code/app", "a", "sudo", "-u", "developer", "pwd")
    assert answer.out == "/home/developer/code/app\n"


def test_sudo_takes_its_options_together(running: Sim) -> None:
    bootstrap(running)
    for options in (("-iu", "developer"), ("-nHudeveloper", "--"), ("--login", "--user=developer")):
        assert running.ok("shell", "a", "sudo", *options, "whoami").out == "developer\n"
    assert running.run("shell", "a", "sudo", "-u", "nobody", "true").code == 1
    login = running.config("a")["user"]["name"]
    assert running.run(*SUDO, "dvm-bootstrap", login, "0", "1", "1", "/x").code == 1


def test_a_user_without_sudo_has_none(running: Sim) -> None:
    bootstrap(running)
    answer = running.run("shell", "a", "sudo", "-u", "developer", "sudo", "-n", "true")
    assert (answer.code, answer.err) == (1, "sudo: a password is required\n")


def test_bad_arguments(running: Sim) -> None:
    assert running.run(*SUDO, "dvm-bootstrap", "developer").code == 64
    assert running.run(*SUDO, "dvm-setup", "r1").code == 64
    assert running.run(*SUDO, "dvm-guard").code == 64
    assert running.run(*SUDO, "dvm-bootstrap", "Bad User", "0", "1", "1", "/x").code == 1


def test_a_setup_script_is_recorded_when_it_ends(running: Sim) -> None:
    script = "#!/bin/bash\n# sim: print hi \\x1b[31mred\\x07 é\n# sim: touch base\nrm -rf /\n"
    answer = setup(running, script)
    assert (answer.code, answer.out) == (0, "hi \x1b[31mred\x07 é\n")
    (run,) = running.jsonl(running.home / "a" / "guest-runs.jsonl")
    assert (run["run_id"], run["as"], run["user"], run["status"]) == ("r1", "root", "root", 0)
    assert run["env"] == {"DVM_FILES": "/run/dvm/files", "DVM_VM": "app", "B": "c d=e"}
    assert run["text"] == script
    assert run["started"] <= run["ended"]
    assert json.loads((running.home / "a" / "guest.json").read_text())["touched"] == ["base"]


def test_a_run_that_ended_well_is_not_run_again(running: Sim) -> None:
    setup(running, "# sim: print once\n")
    again = setup(running, "# sim: print once\n")
    assert (again.code, again.out) == (0, "dvm: this run had already ended\n")
    assert setup(running, "# sim: print once\n", run_id="r2").out == "once\n"
    assert len(running.jsonl(running.home / "a" / "guest-runs.jsonl")) == 2


def test_a_run_that_failed_is_run_again(running: Sim) -> None:
    script = "# sim: print oh no\n# sim: fail-once 9\n"
    first, second = setup(running, script), setup(running, script)
    assert (first.code, first.out, second.code) == (9, "oh no\n", 0)
    assert setup(running, "# sim: exit 3\n# sim: print never\n", "r2").code == 3
    statuses = [run["status"] for run in running.jsonl(running.home / "a" / "guest-runs.jsonl")]
    assert statuses == [9, 0, 3]


def test_bytes_that_are_not_those_announced(running: Sim) -> None:
    args = setup_args("# sim: print hi\n")
    assert running.run(*args, stdin="# sim: print ho\n").code == 90
    assert running.run(*args, stdin="# sim").code == 90
    assert not (running.home / "a" / "guest-runs.jsonl").exists()


def test_the_user_must_be_there(running: Sim) -> None:
    assert setup(running, "true\n", identity="user").code == 92
    bootstrap(running)
    assert setup(running, "true\n", identity="user").code == 0
    assert setup(running, "true\n", "r2", identity="admin").code == 0
    users = [run["user"] for run in running.jsonl(running.home / "a" / "guest-runs.jsonl")]
    assert users == ["developer", running.config("a")["user"]["name"]]


def test_a_run_ends_unrecorded_when_the_caller_goes_away(running: Sim) -> None:
    script = "# sim: print begun\n# sim: sleep 30\n"
    call = running.popen(*setup_args(script))
    assert call.stdin is not None
    assert call.stdout is not None
    call.stdin.write(script.encode())
    call.stdin.flush()
    assert call.stdout.readline() == b"begun\n"
    call.stdin.close()
    assert call.wait(5) == 129
    call.stdout.close()
    assert call.stderr is not None
    call.stderr.close()
    assert len(running.jsonl(running.home / "a" / "guest-starts.jsonl")) == 1
    assert not (running.home / "a" / "guest-runs.jsonl").exists()


def test_a_run_sleeps_as_long_as_the_caller_stays(running: Sim) -> None:
    script = "# sim: sleep 0.3\n# sim: print done\n"
    begin = time.monotonic()
    call = running.popen(*setup_args(script))
    assert call.stdin is not None
    call.stdin.write(script.encode())
    call.stdin.flush()
    assert call.wait(5) == 0
    assert time.monotonic() - begin >= 0.3
    out, _ = call.communicate()
    assert out == b"done\n"


def test_a_broken_connection(running: Sim) -> None:
    assert setup(running, "# sim: disconnect\n").code == 129
    assert not (running.home / "a" / "guest-runs.jsonl").exists()


def test_the_guard_says_what_a_test_staged(running: Sim) -> None:
    guard = (*PROVING, "dvm-guard", "1700000000", "", "developer", "/home/developer/code")
    git = "git\t" + hashlib.sha1(b"blob 2\0c1").hexdigest() + "\n"
    assert running.ok(*guard, stdin=STDIN).out == f"{git}dvm-guard n1 0\n"
    work = [{"kind": "uncommitted", "path": "/home/developer/code/app", "branch": "main", "detail": "2 files"}]
    (running.home / "a" / "guest-work.json").write_text(json.dumps(work))
    piece = "work\tuncommitted\t/home/developer/code/app\tmain\t2 files\n"
    assert running.ok(*guard, stdin=STDIN).out == f"{git}{piece}dvm-guard n1 0\n"
    everywhere = (*PROVING, "dvm-guard", "1700000000", "/home")
    assert piece in running.ok(*everywhere, stdin=STDIN).out
    other = (*PROVING, "dvm-guard", "1700000000", "", "other", "/home/other/code")
    assert piece not in running.ok(*other, stdin=STDIN).out
    (running.home / "a" / "guest-work.json").write_text(json.dumps({"work": [], "exit": 4}))
    failed = running.run(*guard, stdin=STDIN)
    assert (failed.code, failed.out) == (4, "")


def test_no_number_no_proof(running: Sim) -> None:
    guard = (*PROVING, "dvm-guard", "1700000000", "/home")
    for stdin in ("", "n1\0", STDIN.rstrip("\0")):
        refused = running.run(*guard, stdin=stdin)
        assert (refused.code, refused.out) == (97, "")


def test_how_a_run_ended_is_told_in_a_call_of_its_own(running: Sim) -> None:
    ask = (*PROVING, "dvm-outcome", "r1")
    assert running.ok(*ask, stdin=STDIN).out == "unknown\ndvm-outcome n1 0\n"
    script = "# sim: print hello\n# sim: exit 3\n"
    args = (*PROVING, *setup_args(script)[len(SUDO) :])
    ran = running.run(*args, stdin=STDIN + script)
    assert (ran.code, ran.out, ran.err) == (3, "dvm-setup n1 3\n", "hello\n")
    assert running.ok(*ask, stdin=STDIN).out == "ended\t3\ndvm-outcome n1 0\n"


@pytest.mark.parametrize("how", ["nothing", "print", "replay"])
@pytest.mark.parametrize("tool", ["sudo", "bash", "git", "sh", "cat", "sha256sum", "find"])
def test_a_hostile_guest_answers_wrongly(running: Sim, tool: str, how: str) -> None:
    place = running.home / "a" / "guest-hostile.json"
    place.write_text("{}")
    guard = (*PROVING, "dvm-guard", "1700000000", "/home")
    honest = running.ok(*guard, stdin=STDIN).out
    place.write_text(json.dumps({"replaced": {tool: how}}))
    answer = running.run(*guard, stdin=STDIN.replace("n1", "n2").replace("c1 ", "c2 "))
    assert "dvm-guard n2 0" not in answer.out or "git\t\n" in answer.out
    assert (answer.out == honest) == (how == "replay" and tool in {"sudo", "bash"})


def test_a_hostile_profile_and_a_cut_answer(running: Sim) -> None:
    place = running.home / "a" / "guest-hostile.json"
    guard = (*PROVING, "dvm-guard", "1700000000", "/home")
    for facts, said in (({"profile": "exit"}, ""), ({"cut": 5}, "git\t2"), ({"profile": "print"}, "Welcome")):
        place.write_text(json.dumps(facts))
        answer = running.run(*guard, stdin=STDIN)
        assert (answer.code, answer.out.startswith(said)) == (0, True)
        assert ("dvm-guard n1 0" in answer.out) == ("profile" in facts and facts["profile"] == "print")


def test_a_new_disk_forgets(running: Sim) -> None:
    bootstrap(running)
    setup(running, "true\n")
    running.ok("factory-reset", "a")
    running.ok("start", "--tty=false", "a")
    assert json.loads((running.home / "a" / "guest.json").read_text())["users"] == {}
    assert setup(running, "true\n").out == ""


def test_nothing_runs_on_the_host(running: Sim) -> None:
    mark = running.home.parent / "mark"
    for command in (["touch", str(mark)], ["bash", "-c", f"touch {mark}"], ["/usr/bin/touch", str(mark)]):
        assert running.run("shell", "a", *command).code == 127
    assert running.run("shell", "a", "bash", "-c", f"echo x > {mark}").code == 2
    assert running.run("shell", "a", "bash", "-c", f"echo $(touch {mark})").code == 2
    assert not mark.exists()


def test_a_guest_sees_nothing_of_the_hosts_environment(running: Sim) -> None:
    running.env["TOKEN"] = "hunter2"
    assert "hunter2" not in running.ok("shell", "a", "env").out
    assert "TOKEN=hunter2" in running.ok("shell", "--preserve-env", "a", "env").out


def test_ssh_that_does_not_get_through(running: Sim) -> None:
    running.ok("sim", "unreachable", "a")
    assert running.run("shell", "a", "true").code == 255
    running.ok("sim", "reachable", "a")
    assert running.run("shell", "a", "true").code == 0


def test_a_flood_to_a_reader_that_goes_away(running: Sim) -> None:
    script = "# sim: flood 200000\n"
    call = running.popen(*setup_args(script))
    assert call.stdin is not None
    assert call.stdout is not None
    assert call.stderr is not None
    call.stdin.write(script.encode())
    call.stdin.flush()
    call.stdout.readline()
    call.stdout.close()
    assert call.wait(10) != 0
    call.stdin.close()
    call.stderr.close()
