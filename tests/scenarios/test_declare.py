"""new, import and rm."""

from __future__ import annotations

import json
import shutil
import stat
import sys
import tomllib
from pathlib import Path

import pexpect
import pytest

from dvm.cli.declaration import removal_of
from dvm.errors import DvmError
from dvm.manifest.load import load
from tests.conftest import Dvm
from tests.scenarios.test_gate import lima_config


def modes(path: Path) -> dict[str, int]:
    return {str(p.relative_to(path)): stat.S_IMODE(p.stat().st_mode) for p in [path, *path.rglob("*")]}


def test_new_writes_what_every_check_lets_through(dvm: Dvm) -> None:
    dvm.config.rmdir()
    result = dvm.run("new", "app")
    assert (result.code, result.err) == (0, "")
    assert modes(dvm.config) == {
        ".": 0o700,
        "dvm.toml": 0o600,
        "vms": 0o700,
        "vms/app": 0o700,
        "vms/app/vm.toml": 0o600,
        "vms/app/setup.sh": 0o700,
    }
    planned = dvm.run("plan", "--strict", "--json").json
    assert planned["checks"] == []
    assert dvm.run("apply", "-y", "--strict").code == 0
    assert dvm.run("new", "web", "--template", "template:debian").code == 0
    assert dvm.run("plan", "web", "--json").json["resource_changes"][0]["change"]["after"]["template"] == (
        "template:debian"
    )


def test_new_refuses_what_is_there_and_what_makes_no_sense(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\n")
    (dvm.config / "vms" / "old").mkdir(parents=True)
    for arguments in (
        ["app"],
        ["old"],
        ["Bad"],
        ["a/../b"],
        ["x" * 90],
        ["b", "--template", "http://x"],
        ["b", "--template", "x.yaml"],
    ):
        result = dvm.run("new", *arguments)
        assert result.code == 64, arguments
    assert sorted(p.name for p in (dvm.config / "vms").iterdir()) == ["old"]
    assert dvm.calls() == []


def foreign(dvm: Dvm, *flags: str, start: bool = True) -> None:
    made = dvm.limactl(
        "create",
        "--tty=false",
        "--name=dvm-old",
        "--mount-none",
        "--containerd=none",
        "--cpus=3",
        *flags,
        "template:fedora",
    )
    assert made.code == 0, made.err
    if start:
        assert dvm.limactl("start", "--tty=false", "dvm-old").code == 0


def test_import_adopts_what_is_there_and_a_second_plan_has_nothing_to_change(dvm: Dvm) -> None:
    foreign(dvm, "--plain", "--port-forward=8080:80,static=true")
    result = dvm.run("import", "dvm-old")
    assert result.code == 0, result.out + result.err
    body = tomllib.loads((dvm.config / "vms" / "old" / "vm.toml").read_text())
    assert (body["cpus"], body["ports"], body["isolation"], body["running"]) == (3, ["8080:80"], "strict", True)
    assert dvm.receipt("old")["bootstrap"]["user"] == "developer"
    planned = dvm.run("plan", "--detailed-exitcode")
    assert planned.code == 0
    assert planned.out.endswith("No changes. Your VMs match the manifest.\n")
    assert dvm.run("import", "dvm-old").code == 64
    assert dvm.run("ssh", "old", "true").code == 0


def test_import_of_a_stopped_instance_boots_nothing(dvm: Dvm) -> None:
    foreign(dvm, start=False)
    assert dvm.run("import", "dvm-old").code == 0
    assert [call[0] for call in dvm.calls(changing=True)] == []
    assert dvm.run("plan", "--detailed-exitcode").code == 0
    body = tomllib.loads((dvm.config / "vms" / "old" / "vm.toml").read_text())
    assert (body["running"], body["auto_ports"], body["proxy_env"]) == (False, True, True)


def test_an_adopted_vm_is_not_destroyed_before_its_work_is_looked_for(dvm: Dvm) -> None:
    """Nobody bootstrapped it, and yet it is full of work, older than its receipt and in anybody's home."""
    foreign(dvm)
    assert dvm.limactl("stop", "dvm-old").code == 0
    assert dvm.run("import", "dvm-old").code == 0
    assert (dvm.receipt("old")["adopted"], dvm.receipt("old")["bootstrap"]) == (True, None)
    dvm.forget()
    ways = (["rm", "old", "--yes"], ["apply", "-y", "--destroy"], ["apply", "-y", "--replace", "old"])
    for way in ways:
        result = dvm.run(*way)
        assert (result.code, "vm.old is not running, so DVM can't look" in " ".join(result.out.split())) == (1, True)
    assert dvm.limactl("start", "--tty=false", "dvm-old").code == 0
    piece = {"kind": "unpushed", "path": "/home/tester.guest/src", "branch": "main", "detail": "1 commit"}
    (dvm.lima_home / "dvm-old" / "guest-work.json").write_text(json.dumps([piece]))
    for way in ways:
        result = dvm.run(*way)
        assert (result.code, "/home/tester.guest/src" in result.out + result.err) == (1, True), result.out + result.err
    shutil.rmtree(dvm.config / "vms" / "old")
    dvm.manifest("")
    result = dvm.run("apply", "-y", "--prune")
    assert (result.code, "/home/tester.guest/src" in result.out + result.err) == (1, True), result.out + result.err
    assert not any(call[0] == "delete" for call in dvm.calls())
    assert dvm.run("apply", "-y", "--prune", "--discard-work").code == 0
    assert not (dvm.lima_home / "dvm-old").exists()


def test_a_vm_whose_bootstrap_failed_is_looked_into_and_can_go(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\n")
    faults = dvm.place / "faults.json"
    faults.write_text(json.dumps([{"match": ["dvm-bootstrap"], "do": "fail"}]))
    assert dvm.run("apply", "-y", DVM_SIM_FAULTS=str(faults)).code == 1
    work = dvm.lima_home / "dvm-app" / "guest-work.json"
    work.write_text(json.dumps([{"kind": "files", "path": "/home/tester.guest/notes", "detail": "2 files"}]))
    result = dvm.run("rm", "app", "--yes")
    assert (result.code, "/home/tester.guest/notes" in result.out + result.err) == (1, True), result.out + result.err
    # A guest that can't be looked into: what to do is said there too.
    work.write_text(json.dumps({"exit": 4}))
    result = dvm.run("rm", "app", "--yes")
    assert (result.code, "--discard-work" in result.out + result.err) == (1, True), result.out + result.err
    work.unlink()
    assert dvm.limactl("stop", "dvm-app").code == 0
    assert "is not running, so DVM can't look" in " ".join(dvm.run("rm", "app", "--yes").out.split())
    assert dvm.limactl("start", "--tty=false", "dvm-app").code == 0
    assert dvm.run("rm", "app", "--yes").code == 0
    # One that was never booted has nothing to lose.
    dvm.manifest("[vm.app]\nrunning = false\n")
    assert dvm.run("apply", "-y").code == 0
    assert dvm.run("rm", "app", "--yes").code == 0
    assert not (dvm.lima_home / "dvm-app").exists()


def test_import_refuses_what_is_unsafe_and_what_is_not_dvm_s_to_name(dvm: Dvm) -> None:
    lima_config(dvm, "override.yaml", "mounts:\n- location: /srv/host\n")
    foreign(dvm)
    dvm.limactl("create", "--tty=false", "--name=mine", "template:fedora")
    result = dvm.run("import", "dvm-old")
    assert result.code == 3
    assert "DVM301" in result.err
    assert "`limactl edit dvm-old`), and import it again" in result.err
    assert "dvm apply" not in result.err
    assert dvm.run("import", "mine").code == 64
    assert dvm.run("import", "dvm-none").code == 64
    assert not (dvm.config / "vms").exists()
    assert not (dvm.lima_home / "dvm-old" / "dvm.json").exists()


MANIFEST = """# mine
[settings]
parallelism = 2

# about risky
[vm.risky]
cpus = 2   # two

# about app
[vm.app]
setup = ["a.sh"]
"""


@pytest.fixture
def two(dvm: Dvm) -> Dvm:
    dvm.manifest(MANIFEST)
    dvm.script("a.sh")
    assert dvm.run("apply", "-y").code == 0
    dvm.forget()
    return dvm


def test_rm_takes_the_vm_and_its_tables_and_nothing_else(two: Dvm) -> None:
    real = two.place / "dotfiles.toml"
    (two.config / "dvm.toml").rename(real)
    real.chmod(0o640)
    (two.config / "dvm.toml").symlink_to(real)
    assert two.run("rm", "risky").code == 64
    result = two.run("rm", "risky", "--yes", "--config")
    assert result.code == 0, result.out + result.err
    assert not (two.lima_home / "dvm-risky").exists()
    assert real.read_text() == "version = 1\n" + MANIFEST.replace("# about risky\n[vm.risky]\ncpus = 2   # two\n\n", "")
    assert (two.config / "dvm.toml").is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert two.run("plan", "--detailed-exitcode").code == 0
    assert two.run("rm", "app", "--yes").code == 0
    assert two.run("plan", "--detailed-exitcode").code == 2


def test_rm_takes_the_directory_of_a_vm(two: Dvm) -> None:
    assert two.run("new", "extra").code == 0
    assert two.run("rm", "extra", "--yes").code == 1
    assert two.run("rm", "extra", "--yes", "--config").code == 0
    assert not (two.config / "vms" / "extra").exists()
    assert two.calls(changing=True) == []


def test_rm_looks_for_work_and_keeps_the_declaration_when_it_finds_some(two: Dvm) -> None:
    work = two.lima_home / "dvm-app" / "guest-work.json"
    piece = {"kind": "unpushed", "path": "/home/developer/code/app/x", "branch": "main", "detail": "1 commit"}
    work.write_text(json.dumps([piece]))
    result = two.run("rm", "app", "--yes", "--config")
    assert result.code == 1
    assert "--discard-work" in result.out + result.err
    assert "[vm.app]" in (two.config / "dvm.toml").read_text()
    assert (two.lima_home / "dvm-app").exists()
    assert two.run("rm", "app", "--yes", "--config", "--discard-work").code == 0
    assert "[vm.app]" not in (two.config / "dvm.toml").read_text()


def test_rm_of_several_is_one_plan_with_a_guard_for_each(dvm: Dvm) -> None:
    dvm.manifest("[vm.a]\n[vm.b]\ndepends_on = ['a']\n[vm.c]\n[vm.d]\nprotect = true\n[vm.e]\n")
    assert dvm.run("apply", "-y", "a", "b", "c", "d").code == 0
    assert "Destroy" not in dvm.run("rm", "a", "c").out, "no terminal to ask on"
    assert dvm.run("rm", "c", "d", "--yes").code == 1, "refused from the start: nothing is deleted"
    missing = dvm.run("rm", "c", "e", "--yes")
    assert (missing.code, "dvm rm e --config" in missing.err) == (1, True), "not created"
    assert "vm.b depends on vm.a" in dvm.run("rm", "a", "c", "--yes", "--config").err
    assert (dvm.lima_home / "dvm-c").exists()
    work = dvm.lima_home / "dvm-b" / "guest-work.json"
    work.write_text(json.dumps([{"kind": "files", "path": "/home/developer/code/b/notes", "detail": "2"}]))
    result = dvm.run("rm", "vm.a", "b", "dvm-c", "e", "--yes", "--config")
    assert (result.code, "code/b/notes" in result.out + result.err) == (1, True), result.out + result.err
    there = {path.name for path in dvm.lima_home.glob("dvm-*")}
    assert there == {"dvm-a", "dvm-b", "dvm-d"}, "a is needed by b, which holds work"
    text = (dvm.config / "dvm.toml").read_text()
    assert [f"[vm.{name}]" in text for name in "abcde"] == [True, True, False, True, False]
    work.unlink()
    assert "vm.e is not declared" in dvm.run("rm", "e", "--yes", "--config").err
    assert dvm.run("rm", "a", "b", "typo", "--yes").code == 64
    again = dvm.run("rm", "a", "b", "c", "--yes", "--config")
    assert (again.code, again.err) == (0, "vm.c: there is nothing to delete.\n")
    assert (dvm.config / "dvm.toml").read_text() == "version = 1\n[vm.d]\nprotect = true\n"


def test_status_of_several(two: Dvm) -> None:
    said = two.run("status", "vm.app", "dvm-risky")
    assert [line.split()[0] for line in said.out.splitlines() if line.startswith("vm.")] == ["vm.app", "vm.risky"]
    assert [vm["name"] for vm in two.run("status", "app", "risky", "--json").json["vms"]] == ["app", "risky"]
    assert two.run("status", "app", "--json").json["name"] == "app"
    assert two.run("status").out == two.run("status", "app", "risky").out
    result = two.run("status", "app", "none")
    assert (result.code, result.out) == (64, "")


def test_rm_looks_for_the_work_of_an_earlier_user_too(dvm: Dvm) -> None:
    for user in ("alice", "bob", "alice", "carol"):
        dvm.manifest(f'[vm.app]\nuser = "{user}"\n')
        assert dvm.run("apply", "-y").code == 0
    assert dvm.receipt("app")["users"] == ["alice", "bob", "carol"]
    work = dvm.lima_home / "dvm-app" / "guest-work.json"
    for user in ("alice", "bob", "carol"):
        path = f"/home/{user}/code/app"
        work.write_text(json.dumps([{"kind": "uncommitted", "path": path, "branch": "main", "detail": "1 file"}]))
        result = dvm.run("rm", "app", "--yes")
        assert (result.code, path in result.out + result.err) == (1, True), result.out + result.err
    work.unlink()
    assert dvm.run("rm", "app", "--yes").code == 0


def test_rm_refuses_what_is_protected_needed_or_not_ours(two: Dvm) -> None:
    two.limactl("create", "--tty=false", "--name=dvm-other", "template:fedora")
    assert two.run("rm", "other", "--yes").code == 1
    assert two.run("rm", "none", "--yes").code == 64
    assert two.run("rm", "none", "--yes", "--config").code == 64
    two.manifest("[vm.app]\nprotect = true\n[vm.risky]\n[vm.web]\ndepends_on = ['risky']\n")
    assert "protected" in (protected := two.run("rm", "app", "--yes", "--discard-work")).out + protected.err
    assert protected.code == 1
    assert "vm.web depends on" in two.run("rm", "risky", "--yes", "--config").err
    assert two.calls(changing=True) == []


def test_a_dry_run_of_rm_announces_the_guard_and_changes_nothing(two: Dvm) -> None:
    result = two.run("rm", "app", "--config", DVM_DRY_RUN="1")
    assert result.code == 0
    lines = result.out[result.out.index("# vm.app: what follows is not done") :].splitlines()
    assert "dvm-guard" in lines[1]
    assert lines[2] == "limactl delete --tty=false --force dvm-app"
    assert lines[3].startswith("# takes the declaration out of")
    skipped = two.run("rm", "app", "--discard-work", DVM_DRY_RUN="1")
    assert "# vm.app: --discard-work: work in the guest is not looked for\n" in skipped.out
    assert "dvm-guard" not in skipped.out
    assert two.calls(changing=True) == []
    assert "[vm.app]" in (two.config / "dvm.toml").read_text()


def test_new_leaves_out_what_the_defaults_say(dvm: Dvm) -> None:
    dvm.script("base.sh")
    dvm.manifest('[defaults]\ntemplate = "template:debian"\nmemory = "4GiB"\nsetup = ["base.sh"]\n')
    result = dvm.run("new", "app")
    assert (result.code, "setup.sh" in result.out) == (0, False), result.err
    text = (dvm.config / "vms" / "app" / "vm.toml").read_text()
    assert tomllib.loads(text) == {}
    assert "# From [defaults]: template, memory, setup.\n" in text
    assert "# memory" not in text
    assert [path.name for path in (dvm.config / "vms" / "app").iterdir()] == ["vm.toml"]
    assert dvm.run("new", "other", "--template", "template:fedora").code == 0
    assert tomllib.loads((dvm.config / "vms" / "other" / "vm.toml").read_text()) == {"template": "template:fedora"}
    planned = dvm.run("plan", "--json").json
    after = {each["name"]: each["change"]["after"] for each in planned["resource_changes"]}
    assert (after["app"]["template"], after["other"]["template"]) == ("template:debian", "template:fedora")
    assert [each["script"] for each in after["app"]["setup"]] == ["base.sh"]


def test_new_leaves_out_what_a_base_says(dvm: Dvm) -> None:
    dvm.script("base.sh")
    dvm.manifest('[defaults]\nmemory = "4GiB"\n[base.os]\ncpus = 2\n[base.node]\nbase = "os"\nsetup = ["base.sh"]\n')
    assert "There are: os, node." in dvm.run("new", "app", "--base", "nope").err
    assert dvm.run("new", "app", "--base", "node").code == 0
    text = (dvm.config / "vms" / "app" / "vm.toml").read_text()
    assert tomllib.loads(text) == {"base": "node", "template": "template:fedora"}
    assert "# From [base.node]: setup.\n# From [base.os]: cpus.\n# From [defaults]: memory.\n" in text
    assert "# Its own scripts, after those of [base.node]" in text


def test_new_names_the_manifest_in_its_hint(dvm: Dvm) -> None:
    path = dvm.write("my place/dvm.toml", "version = 1\n")
    assert f"`dvm plan app -f '{path}'` shows" in dvm.run("new", "app", "-f", str(path)).out
    assert "dvm-fetch https://" in (path.parent / "vms" / "app" / "setup.sh").read_text()
    assert dvm.run("check", "--offline", "--strict", "-f", str(path)).code == 0


def test_import_takes_mounts_out_as_a_planned_step(dvm: Dvm) -> None:
    foreign(dvm, start=False)
    mount = '.mounts = [{"location": "/srv/host", "writable": true}]'
    assert dvm.limactl("edit", "--tty=false", f"--set={mount}", "dvm-old").code == 0
    assert dvm.limactl("start", "--tty=false", "dvm-old").code == 0
    asked = dvm.run("import", "dvm-old")
    assert (asked.code, "dvm import dvm-old -y" in asked.err, "/srv/host" in asked.err) == (64, True, True), asked.err
    assert not (dvm.config / "vms").exists()
    assert dvm.calls(changing=True) == []
    result = dvm.run("import", "dvm-old", "-y")
    assert result.code == 0, result.out + result.err
    verbs = [call[0] for call in dvm.calls(changing=True)]
    assert verbs[:3] == ["stop", "edit", "start"], verbs
    assert dvm.receipt("old")["bootstrap"]["user"] == "developer"
    assert dvm.run("plan", "--detailed-exitcode").code == 0
    assert dvm.run("ssh", "old", "true").code == 0


@pytest.mark.cold
@pytest.mark.parametrize("answer", ["no", "\x03"])
def test_an_import_that_nobody_agrees_to_leaves_nothing_behind(dvm: Dvm, answer: str) -> None:
    assert dvm.limactl("create", "--tty=false", "--name=dvm-old", "--mount-none", "template:debian-12").code == 0
    assert dvm.limactl("edit", "--tty=false", "--set=.ssh.forwardAgent = true", "dvm-old").code == 0
    terminal = pexpect.spawn(
        sys.executable, ["-m", "dvm", "import", "dvm-old"], env=dvm.environment, cwd=dvm.place, encoding="utf-8"
    )
    terminal.expect("to approve", timeout=60)
    terminal.send(answer if answer == "\x03" else f"{answer}\n")
    terminal.expect(pexpect.EOF, timeout=60)
    terminal.close()
    assert terminal.exitstatus == (130 if answer == "\x03" else 1)
    assert not (dvm.lima_home / "dvm-old" / "dvm.json").exists()
    assert not (dvm.config / "dvm.toml").exists()
    assert list((dvm.config / "vms").iterdir()) == []
    assert dvm.run("import", "dvm-old", "-y").code == 0
    assert dvm.receipt("old")["adopted"] is True


def test_new_that_is_refused_leaves_nothing_behind(dvm: Dvm) -> None:
    assert dvm.run("new", "app", "--base", "none").code == 64
    assert dvm.run("new", "app", "--template", str(dvm.place / "none.yaml")).code == 1
    assert [path.name for path in dvm.config.rglob("*") if path.is_file()] == []
    place = str(dvm.place / "other" / "dvm.toml")
    missing = dvm.run("plan", "-f", place)
    assert (missing.code, f"`dvm new app -f {place}` writes one" in missing.err) == (1, True)
    assert dvm.run("new", "app", "-f", place).code == 0, "as it is advised"
    assert dvm.run("validate", "-f", place).code == 0
    assert dvm.run("new", "app", "-f", "typo").code == 1
    dvm.manifest('[base.node]\nmemory = "4GiB"\n')
    assert dvm.run("new", "app", "--base", "base.node").code == 0
    assert 'base = "node"' in (dvm.config / "vms" / "app" / "vm.toml").read_text()


@pytest.mark.parametrize("setup", ['["vms/old/setup.sh"]', '[{ script = "s.sh", files = ["vms/old/setup.sh"] }]'])
def test_files_of_a_declaration_that_others_use_stay(dvm: Dvm, setup: str) -> None:
    dvm.script("s.sh")
    assert dvm.run("new", "old").code == 0
    dvm.manifest(f"[vm.web]\nsetup = {setup}\n")
    result = dvm.run("rm", "old", "--yes", "--config")
    assert (result.code, "with what is yours in it: setup.sh" in result.out) == (0, True), result.out + result.err
    assert [each.name for each in (dvm.config / "vms" / "old").iterdir()] == ["setup.sh"]
    assert dvm.run("validate").code == 0


def test_what_is_yours_beside_a_declaration_stays(dvm: Dvm) -> None:
    assert dvm.run("new", "old").code == 0
    place = dvm.config / "vms" / "old"
    (place / "setup.sh").write_text("#!/usr/bin/env bash\nset -Eeuo pipefail\necho mine\n")
    (place / "notes.md").write_text("hours of work\n")
    (place / "keys").mkdir()
    (place / "keys" / "id").write_text("only here\n")
    planned = dvm.run("rm", "old", "--config", DVM_DRY_RUN="1")
    assert f"# keeps {place} with what is yours in it: keys, notes.md, setup.sh\n" in planned.out, planned.out
    result = dvm.run("rm", "old", "--yes", "--config")
    assert result.code == 0, result.out + result.err
    assert f"removed {place}/vm.toml" in result.out
    assert f"kept {place} with what is yours in it: keys, notes.md, setup.sh" in result.out
    assert sorted(each.name for each in place.rglob("*")) == ["id", "keys", "notes.md", "setup.sh"]
    assert "vm.old is not declared" in dvm.run("rm", "old", "--yes", "--config").err
    again = dvm.run("new", "old")
    assert (again.code, f"mv {place} ~/old.old" in again.err) == (64, True), again.err


def test_what_came_into_the_directory_meanwhile_stays(dvm: Dvm) -> None:
    assert dvm.run("new", "old").code == 0
    place = dvm.config / "vms" / "old"
    removal = removal_of(load(dvm.config / "dvm.toml", host_cores=2, lima_home=dvm.lima_home), ["old"])
    (place / "late.md").write_text("work\n")
    assert removal.carry_out()[-1] == f"kept {place} with what is yours in it: late.md"
    assert [each.name for each in place.iterdir()] == ["late.md"]


def test_a_declaration_that_can_not_be_removed_is_said(dvm: Dvm, monkeypatch: pytest.MonkeyPatch) -> None:
    assert dvm.run("new", "old").code == 0
    removal = removal_of(load(dvm.config / "dvm.toml", host_cores=2, lima_home=dvm.lima_home), ["old"])

    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(DvmError, match=r"vm\.toml can't be removed: Permission denied"):
        removal.carry_out()
    # What is left is a whole declaration.
    assert {each.name for each in (dvm.config / "vms" / "old").iterdir()} == {"vm.toml", "setup.sh"}


def test_links_of_a_dotfiles_manager_go_and_what_they_lead_to_stays(dvm: Dvm) -> None:
    assert dvm.run("new", "old").code == 0
    assert dvm.run("new", "two").code == 0
    vms, real = dvm.config / "vms", dvm.place / "real"
    real.mkdir()
    (vms / "old").rename(real / "old")
    (vms / "old").symlink_to(real / "old")
    (vms / "two" / "vm.toml").rename(real / "two.toml")
    (vms / "two" / "vm.toml").symlink_to(real / "two.toml")
    result = dvm.run("rm", "old", "two", "--yes", "--config")
    assert result.code == 0, result.out + result.err
    assert list(vms.iterdir()) == []
    assert sorted(each.name for each in real.rglob("*")) == ["old", "setup.sh", "two.toml", "vm.toml"]


def test_rm_writes_nothing_but_json_where_a_program_reads(two: Dvm) -> None:
    dry = two.run("rm", "risky", "--yes", "--config", "--json", DVM_DRY_RUN="1")
    assert (dry.code, dry.json["summary"]["destroy"]) == (0, 1)
    assert "# takes the declaration out of" in dry.err
    assert two.run("new", "extra").code == 0
    for words in (["extra", "--config"], ["--ephemeral"]):
        result = two.run("rm", *words, "--yes", "--json")
        assert result.code == 0
        assert [json.loads(line)["type"] for line in result.out.splitlines()] == ["version", "log"]
    assert not (two.config / "vms" / "extra").exists()
