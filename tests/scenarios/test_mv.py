"""mv: another name for a VM."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Dvm, Result
from tests.scenarios.test_egress import held as held  # noqa: PLC0414 - a fixture

MANIFEST = """\
# The database.
[vm.db]   # keep me
setup = ["s.sh"]
ports = ["5432"]

[vm.app]
depends_on = ["db"]
"""


@pytest.fixture
def two(dvm: Dvm) -> Dvm:
    dvm.manifest(MANIFEST)
    dvm.script("s.sh", "echo hello")
    assert dvm.run("apply", "-y").code == 0
    dvm.forget()
    return dvm


def unchanged(dvm: Dvm) -> None:
    result = dvm.run("plan", "--detailed-exitcode")
    assert result.code == 0, result.out + result.err
    assert "No changes." in result.out
    assert not list(dvm.state.glob("*/renaming.json"))


def instances(dvm: Dvm) -> set[str]:
    return {path.name for path in dvm.lima_home.iterdir() if path.name.startswith("dvm-")}


def ran(dvm: Dvm, vm: str) -> int:
    return len(dvm.runs(vm))


def test_a_running_vm_gets_another_name_and_nothing_is_made_anew(two: Dvm) -> None:
    before, status = two.receipt("db"), two.run("status", "db", "--json").json
    result = two.run("mv", "vm.db", "dvm-pg")
    assert result.code == 0, result.out + result.err
    assert result.out.endswith("\nRename complete! VMs: 1 renamed.\n")
    verbs = [call[0] for call in two.calls(changing=True)]
    assert verbs == ["stop", "rename", "start", "shell"], two.calls(changing=True)
    text = (two.config / "dvm.toml").read_text()
    assert text == "version = 1\n" + MANIFEST.replace("vm.db", "vm.pg").replace('"db"', '"pg"')
    assert instances(two) == {"dvm-pg", "dvm-app"}
    after = two.receipt("pg")
    assert after == before | {"vm": "pg", "instance": "dvm-pg"}
    assert ran(two, "pg") == 1
    now = two.run("status", "pg", "--json").json
    assert (now["state"], now["code_dir"]) == ("Running", "/home/developer/code/pg")
    assert now["created"] == status["created"]
    assert two.run("ssh", "pg", "--", "pwd").out == "/home/developer/code/pg\n"
    assert (two.state / "pg" / "setup.log").exists()
    assert [path.name for path in (two.state / "db").glob("*.log*")] == []
    unchanged(two)


def test_a_stopped_one_stays_stopped_and_its_code_moves_at_the_next_start(two: Dvm) -> None:
    assert two.run("stop", "db").code == 0
    two.manifest(MANIFEST.replace("ports", "running = false\nports").replace('depends_on = ["db"]', ""))
    two.forget()
    result = two.run("mv", "db", "pg")
    assert result.code == 0, result.out + result.err
    assert [call[0] for call in two.calls(changing=True)] == ["rename"]
    assert two.receipt("pg")["code_of"] == "db"
    unchanged(two)
    assert "moves to the VM's name at its next start" in " ".join(two.run("status", "pg").out.split())
    assert two.run("start", "pg").code == 0
    assert two.receipt("pg")["code_of"] == ""
    assert two.run("ssh", "pg", "--", "pwd").out == "/home/developer/code/pg\n"


def test_code_that_was_left_behind_moves_with_the_next_apply(two: Dvm) -> None:
    assert two.run("stop", "db").code == 0
    assert two.run("mv", "db", "pg").code == 0
    assert two.run("mv", "pg", "base").code == 0
    assert two.receipt("base")["code_of"] == "db"
    shown = two.run("plan").out
    assert '~ code_dir = "/home/developer/code/db" -> "/home/developer/code/base"' in " ".join(shown.split())
    assert two.run("apply", "-y").code == 0
    assert two.run("ssh", "base", "--", "pwd").out == "/home/developer/code/base\n"
    unchanged(two)


def test_what_is_in_the_code_directory_moves_too(two: Dvm) -> None:
    disk = two.place / "disk"
    code = disk / "home" / "developer" / "code" / "db"
    code.mkdir(parents=True)
    (code / "work").write_text("mine")
    # The simulator keeps the guest's files beside the disk, where no Lima has a directory.
    (two.lima_home / "dvm-db" / "guest-files").symlink_to(disk)
    assert two.run("mv", "db", "pg").code == 0
    assert (code.parent / "pg" / "work").read_text() == "mine"
    assert not code.exists()


@pytest.mark.parametrize("running", ["true", "false"])
def test_the_egress_policy_gets_the_new_name(held: Dvm, running: str) -> None:
    held.manifest(f"[vm.a]\nrunning = {running}\negress = ['example.com']\n")
    applied = held.run("apply", "-y")
    assert applied.code == 0, applied.out + applied.err
    result = held.run("mv", "a", "b")
    assert result.code == 0, result.out + result.err
    assert "dvm-a" not in (held.lima_home / "dvm-b" / "dvm-egress.json").read_text()
    unchanged(held)
    assert held.run("start", "b").code == 0
    assert held.run("stop", "b").code == 0


def test_a_vm_that_reaches_it_follows_with_the_next_apply(held: Dvm) -> None:
    held.manifest(
        '[vm.db]\nports = ["15432:5432"]\n[vm.app]\negress = "none"\ndepends_on = ["db"]\nreach = ["db:5432"]\n'
    )
    assert held.run("apply", "-y").code == 0
    assert held.run("mv", "db", "pg").code == 0
    (change,) = [each for each in held.run("plan", "--json").json["resource_changes"] if each["changes"]]
    assert (change["name"], [each["name"] for each in change["changes"]]) == ("app", ["reach"])
    assert held.run("apply", "-y").code == 0
    unchanged(held)
    assert held.run("stop", "--all").code == 0


def test_a_protected_one_stays_protected(dvm: Dvm) -> None:
    dvm.manifest("[vm.a]\nprotect = true\n")
    assert dvm.run("apply", "-y").code == 0
    assert dvm.run("mv", "a", "b").code == 0
    assert dvm.run("status", "b", "--json").json["protected"] is True
    unchanged(dvm)


def test_its_own_directory_gets_the_name_and_its_scripts_stay_the_same(dvm: Dvm) -> None:
    dvm.write("vms/old/vm.toml", 'setup = ["own.sh", "../../shared.sh"]\n')
    dvm.script("vms/old/own.sh", "echo own")
    dvm.script("shared.sh", "echo shared")
    dvm.write("vms/web/vm.toml", "# needs old\ndepends_on = ['old']\n")
    dvm.manifest("[settings]\nrequire_review = true\n")
    assert dvm.run("review", "--yes").code == 0
    assert dvm.run("apply", "-y").code == 0
    result = dvm.run("mv", "old", "new")
    assert result.code == 0, result.out + result.err
    assert sorted(path.name for path in (dvm.config / "vms").iterdir()) == ["new", "web"]
    assert (dvm.config / "vms" / "web" / "vm.toml").read_text() == "# needs old\ndepends_on = ['new']\n"
    assert "vms/new/own.sh" in (dvm.config / "dvm.lock").read_text()
    assert ran(dvm, "new") == 2
    unchanged(dvm)


def test_one_that_is_not_created_is_renamed_in_the_manifest_alone(dvm: Dvm) -> None:
    dvm.manifest("[vm.a]\n")
    assert dvm.run("mv", "a", "b").code == 0
    assert (dvm.config / "dvm.toml").read_text() == "version = 1\n[vm.b]\n"
    assert dvm.calls(changing=True) == []


def test_one_that_was_renamed_in_the_manifest_is_pointed_out_and_can_follow(two: Dvm) -> None:
    text = MANIFEST.replace("vm.db", "vm.pg").replace('"db"', '"pg"')
    path = two.manifest(text)
    shown = " ".join(two.run("plan", "-f", str(path)).out.split())
    assert "vm.db is no longer in the manifest and looks like it." in shown
    assert f"`dvm mv db pg -f {path}`" in shown
    assert two.run("mv", "db", "pg").code == 0
    assert (two.config / "dvm.toml").read_text() == f"version = 1\n{text}"
    unchanged(two)


def test_two_that_could_be_meant_are_no_hint(two: Dvm) -> None:
    two.manifest(
        MANIFEST.replace("vm.db", "vm.pg").replace('"db"', '"pg"') + '[vm.pq]\nsetup = ["s.sh"]\nports = ["5432"]\n'
    )
    assert "dvm mv" not in two.run("plan").out
    two.manifest(MANIFEST.replace("vm.db", "vm.pg").replace('"db"', '"pg"').replace("5432", "5433"))
    assert "dvm mv" not in two.run("plan").out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("db app", 64, "vm.app is declared already"),
        ("db db", 64, "has that name already"),
        ("db Bad", 64, "can't be the name of a VM"),
        (f"db {'x' * 60}", 64, "is too long"),
        ("nope other", 64, 'There is no VM "nope"'),
        ("db taken", 1, "the instance dvm-taken is there"),
    ],
)
def test_what_can_not_be_is_said_and_nothing_changes(two: Dvm, words: str, code: int, said: str) -> None:
    two.limactl("create", "--tty=false", "--name=dvm-taken", "template:fedora")
    result = two.run("mv", *words.split())
    assert (result.code, said in " ".join((result.out + result.err).split())) == (code, True), result.out + result.err
    assert two.calls(changing=True) == []
    assert (two.config / "dvm.toml").read_text() == f"version = 1\n{MANIFEST}"


def test_a_directory_in_the_instance_is_looked_for_before_anything_is_touched(two: Dvm) -> None:
    inside = two.lima_home / "dvm-db" / "mine"
    inside.mkdir()
    (inside / "note").touch()
    result = two.run("mv", "db", "pg")
    assert (result.code, "has a directory with something in it: mine" in " ".join(result.out.split())) == (1, True)
    assert two.calls(changing=True) == []
    (inside / "note").unlink()
    assert two.run("mv", "db", "pg").code == 0, "an empty one is none"
    unchanged(two)


def test_files_of_its_directory_that_others_use_hold_it(dvm: Dvm) -> None:
    dvm.script("vms/old/s.sh")
    dvm.write("vms/old/vm.toml", 'setup = ["s.sh"]\n')
    dvm.manifest('[vm.web]\nsetup = ["vms/old/s.sh"]\n')
    result = dvm.run("mv", "old", "new")
    assert (result.code, "vm.web uses a file of" in result.err) == (1, True), result.err
    assert (dvm.config / "vms" / "old").exists()


def test_a_dry_run_shows_the_calls_and_changes_nothing(two: Dvm) -> None:
    result = two.run("mv", "db", "pg", DVM_DRY_RUN="1")
    assert result.code == 0
    lines = [line for line in result.out.splitlines() if line.startswith(("limactl", "# vm"))]
    assert [line.split()[1] for line in lines] == ["vm.pg:", "stop", "vm.pg:", "rename", "start", "shell"]
    assert two.calls(changing=True) == []
    assert "[vm.db]" in (two.config / "dvm.toml").read_text()


def torn(dvm: Dvm, count: int) -> Result:
    """Have limactl die when it has moved so many files of dvm-db, and return how the mv ended."""
    old, new = dvm.lima_home / "dvm-db", dvm.lima_home / "dvm-pg"
    names = sorted(path.name for path in old.iterdir() if path.suffix not in {".pid", ".sock", ".tmp"})
    moved = [[str(old / name), str(new / name)] for name in names if name != "protected"][:count]
    faults = dvm.place / "faults.json"
    faults.write_text(json.dumps([{"match": ["rename"], "nth": 1, "do": "die-midway", "moved": moved}]))
    return dvm.run("mv", "db", "pg", DVM_SIM_FAULTS=str(faults))


@pytest.mark.parametrize("count", [0, 1, 2, 4, 6])
@pytest.mark.parametrize("again", [["mv", "db", "pg"], ["apply", "-y"]])
def test_a_rename_that_died_half_way_is_ended_by_the_next_command(two: Dvm, count: int, again: list[str]) -> None:
    two.limactl("stop", "dvm-db")
    two.limactl("start", "--tty=false", "dvm-db")
    result = torn(two, count)
    assert result.code == 1, result.out
    two.forget()
    if count:
        for line in (
            "start db",
            "start pg",
            "rm db --yes --discard-work",
            "rm pg --yes --discard-work",
            "ssh pg -- true",
        ):
            assert two.run(*line.split()).code != 0, line
        assert not [call for call in two.calls(changing=True) if call[0] in {"start", "delete"}]
    planned = two.run("plan", "--json").json
    (change,) = [each for each in planned["resource_changes"] if each["name"] == "pg"]
    assert change["previous_address"] == "vm.db"
    assert planned["orphans"] == planned["unmanaged"] == []
    assert two.run("apply", "-y", "--replace", "pg").code == 1
    done = two.run(*again)
    assert done.code == 0, done.out + done.err
    assert instances(two) == {"dvm-pg", "dvm-app"}
    assert two.receipt("pg")["instance"] == "dvm-pg"
    assert two.run("apply", "-y").code == 0
    assert ran(two, "pg") == 1
    assert two.run("ssh", "pg", "--", "pwd").out == "/home/developer/code/pg\n"
    unchanged(two)


def test_a_file_that_came_meanwhile_is_not_taken_for_ours(two: Dvm) -> None:
    assert torn(two, 2).code == 1
    intruder = two.lima_home / "dvm-db" / "intruder"
    intruder.touch()
    result = two.run("mv", "db", "pg")
    assert (result.code, "intruder is not what it was" in result.out + result.err) == (1, True)
    intruder.unlink()
    assert two.run("mv", "db", "pg").code == 0
    unchanged(two)


def test_a_stop_that_fails_leaves_the_old_name_to_be_gone_on_with(two: Dvm) -> None:
    faults = two.place / "faults.json"
    rule: dict[str, Any] = {"match": ["stop"], "do": "fail", "stderr": "no\n"}
    faults.write_text(json.dumps([rule]))
    assert two.run("mv", "db", "pg", DVM_SIM_FAULTS=str(faults)).code == 1
    assert instances(two) == {"dvm-db", "dvm-app"}
    assert two.run("apply", "-y").code == 0
    assert instances(two) == {"dvm-pg", "dvm-app"}
    unchanged(two)


def test_a_declaration_that_was_cut_off_between_two_files_is_ended(dvm: Dvm) -> None:
    dvm.manifest("[vm.db]\n")
    dvm.write("vms/app/vm.toml", "depends_on = ['db']\n")
    assert dvm.run("apply", "-y").code == 0
    faults = dvm.place / "faults.json"
    faults.write_text(json.dumps([{"match": ["stop"], "do": "fail"}]))
    assert dvm.run("mv", "db", "pg", DVM_SIM_FAULTS=str(faults)).code == 1
    # As if it had died before it came to this file.
    dvm.write("vms/app/vm.toml", "depends_on = ['db']\n")
    assert dvm.run("plan").code == 1
    assert dvm.run("mv", "db", "pg").code == 0
    assert (dvm.config / "vms" / "app" / "vm.toml").read_text() == "depends_on = ['pg']\n"
    unchanged(dvm)
