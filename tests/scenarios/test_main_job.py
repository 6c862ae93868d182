"""The main job, as a user types it: plan, apply, plan."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from tests.conftest import Dvm

ONE_VM = """
[vm.app]
cpus = 2
memory = "2GiB"
ports = ["3000:80"]
setup = ["setup/a.sh", { script = "setup/b.sh", as = "user" }]
"""


@pytest.fixture
def one(dvm: Dvm) -> Dvm:
    dvm.manifest(ONE_VM)
    dvm.script("setup/a.sh", "echo a")
    dvm.script("setup/b.sh", "echo b")
    return dvm


def test_a_new_vm_comes_up_and_a_second_apply_has_nothing_to_do(one: Dvm) -> None:
    planned = one.run("plan", "--detailed-exitcode")
    assert planned.code == 2
    assert planned.out.endswith("Plan: 1 to add, 0 to change, 0 to destroy, 2 scripts to run.\n")
    assert one.calls(changing=True) == []
    applied = one.run("apply", "-y")
    assert (applied.code, applied.err) == (0, "")
    assert "Apply complete! VMs: 1 added, 0 changed, 0 destroyed. Scripts run: 2." in applied.out
    assert [run["as"] for run in one.runs("app")] == ["admin", "user"]
    assert one.runs("app")[1]["user"] == "developer"
    again = one.run("plan", "--detailed-exitcode")
    assert (again.code, again.out) == (0, "No changes. Your VMs match the manifest.\n")
    one.forget()
    assert one.run("apply", "-y").code == 0
    assert one.calls(changing=True) == []


def test_a_create_never_mounts_never_boots_and_keeps_the_order(one: Dvm) -> None:
    one.run("apply", "-y")
    changing = one.calls(changing=True)
    assert [call[0] for call in changing][:2] == ["create", "start"]
    create = changing[0]
    assert {"--tty=false", "--mount-none", "--containerd=none", "--plain"} <= set(create)
    (settings,) = [word for word in create if word.startswith("--set=")]
    assert ".propagateProxyEnv = false" in settings
    assert '.portForwards = [{"guestPort": 80, "hostPort": 3000, "hostIP": "127.0.0.1", "static": true}]' in settings
    calls = one.calls()
    at = [calls.index(call) for call in changing[:2]]
    assert ["list", "--json", "dvm-app"] in calls[at[0] : at[1]], "it is looked at between create and start"


def test_the_script_gets_dvms_variables_and_nothing_of_the_host(one: Dvm) -> None:
    one.run("apply", "-y", SECRET="x", http_proxy="http://me:secret@proxy")
    env = one.runs("app")[0]["env"]
    assert env == {
        "DVM_NAME": "app",
        "DVM_VM": "vm.app",
        "DVM_LIMA_NAME": "dvm-app",
        "DVM_USER": "developer",
        "DVM_CODE_DIR": "/home/developer/code/app",
        "DVM_PORTS": "3000:80",
        "DVM_SUBUID_COUNT": "65536",
        "DVM_SUBGID_COUNT": "65536",
        "DVM_FILES": "/run/dvm/files",
    }
    everything = "".join(path.read_text(errors="replace") for path in one.state.rglob("*") if path.is_file())
    assert "secret" not in everything


def test_changes_restart_and_show_the_scripts_diff(one: Dvm) -> None:
    one.run("apply", "-y")
    one.manifest(ONE_VM.replace("cpus = 2", "cpus = 3").replace("3000:80", "3001:80"))
    one.script("setup/b.sh", "echo b, changed")
    planned = one.run("plan", "--detailed-exitcode")
    assert planned.code == 2
    for text in (
        "cpus",
        "2 -> 3",
        "restarts",
        "-echo b",
        "+echo b, changed",
        "0 to add, 1 to change",
        "1 script to run.",
    ):
        assert text in planned.out
    one.forget()
    assert one.run("apply", "-y").code == 0
    assert [call[0] for call in one.calls(changing=True)] == ["stop", "edit", "start", "shell"]
    assert [run["text"].splitlines()[-1] for run in one.runs("app")] == [
        "echo a",
        "echo b",
        "echo b, changed",
    ]
    assert one.run("plan", "--detailed-exitcode").code == 0


def test_a_failing_script_is_named_and_the_next_apply_takes_it_up(one: Dvm) -> None:
    one.manifest('[vm.app]\nsetup = ["setup/a.sh", "setup/b.sh", "setup/c.sh"]')
    one.script("setup/b.sh", "# sim: print the last words", "# sim: exit 7")
    one.script("setup/c.sh", "echo c")
    failed = one.run("apply", "-y")
    assert failed.code == 1
    log = one.state / "app" / "setup.log"
    for text in ("setup/b.sh", "status 7", str(log), "the last words"):
        assert text in failed.out + failed.err
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    planned = one.run("plan")
    assert "failed with status 7" in planned.out
    assert "2 scripts to run." in planned.out
    one.script("setup/b.sh", "echo b, fixed")
    assert one.run("apply", "-y").code == 0
    assert [run["text"].splitlines()[2] for run in one.runs("app")] == [
        "echo a",
        "# sim: print the last words",
        "echo b, fixed",
        "echo c",
    ]
    assert one.run("plan", "--detailed-exitcode").code == 0


def test_one_vm_failing_stops_only_what_depends_on_it(dvm: Dvm) -> None:
    dvm.manifest(
        '[vm.db]\nsetup = ["bad.sh"]\n[vm.app]\ndepends_on = ["db"]\n[vm.web]\ndepends_on = ["app"]\n[vm.other]\n'
    )
    dvm.script("bad.sh", "# sim: exit 1")
    result = dvm.run("apply", "-y")
    assert result.code == 1
    started = {call[-1] for call in dvm.calls() if call[0] == "start"}
    assert started == {"dvm-db", "dvm-other"}, "what depends on it is created meanwhile, and not booted"
    assert dvm.receipt("other")["applied"]


def test_approval_needs_a_terminal_or_a_yes(one: Dvm) -> None:
    result = one.run("apply")
    assert result.code == 64
    assert "-y" in result.err
    assert one.calls(changing=True) == []


def test_unmanaged_instances_are_shown_and_never_touched(one: Dvm) -> None:
    assert one.limactl("create", "--tty=false", "--name=dvm-other", "template:fedora").code == 0
    assert one.limactl("create", "--tty=false", "--name=mine", "template:fedora").code == 0
    before = {path: path.read_bytes() for path in (one.lima_home / "dvm-other").iterdir() if path.is_file()}
    for flags in ([], ["--prune"], ["--destroy", "--discard-work"], ["--rerun-setup"]):
        planned = one.run("plan", *flags)
        assert "dvm-other" in planned.out
        assert "mine" not in planned.out
        assert one.run("apply", "-y", *flags).code == 0
    assert one.run("apply", "-y", "other").code == 64
    assert one.run("apply", "-y", "--replace", "other").code == 64
    assert not any("dvm-other" in word for call in one.calls(changing=True) for word in call)
    assert {path: path.read_bytes() for path in (one.lima_home / "dvm-other").iterdir() if path.is_file()} == before


def test_a_name_that_is_taken_is_refused(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\n")
    dvm.limactl("create", "--tty=false", "--name=dvm-app", "template:fedora")
    result = dvm.run("apply", "-y")
    assert result.code == 3
    assert "DVM311" in result.out + result.err
    assert "No changes" not in result.out
    assert dvm.calls(changing=True) == []


def test_a_dry_run_shows_the_plan_then_arguments_and_scripts_and_changes_nothing(one: Dvm) -> None:
    for command in (["sync", "app"], ["apply"], ["apply", "-y"]):
        result = one.run(*command, DVM_DRY_RUN="1")
        assert result.code == 0
        assert (
            0
            < result.out.index("Plan: 1 to add")
            < result.out.index("limactl create --tty=false --name=dvm-app --mount-none")
        )
        assert result.out.rindex("setup/a.sh") < result.out.rindex("setup/b.sh")
    assert one.calls(changing=True) == []
    assert not one.state.exists()


@pytest.mark.parametrize("line", ["import dvm-old -y", "new web", "restore a.tar app", "review --yes", "key app"])
def test_what_has_no_dry_run_changes_nothing(one: Dvm, line: str) -> None:
    refused = one.run(*line.split(), DVM_DRY_RUN="1")
    assert (refused.code, "has no dry run" in refused.err) == (64, True)
    assert one.calls() == []
    assert not (one.config / "vms").exists()


def test_a_dry_run_shows_what_an_apply_would_do_now(one: Dvm) -> None:
    saved = str(one.place / "p.plan")
    assert one.run("plan", "--out", saved).code == 0
    assert "limactl create" in one.run("apply", saved, DVM_DRY_RUN="1").out
    assert one.run("apply", "-y").code == 0
    one.forget()
    for command in (["sync", "app"], ["apply"]):
        assert one.run(*command, DVM_DRY_RUN="1").out.endswith("No changes. Your VMs match the manifest.\n")
    assert one.run("apply", saved, DVM_DRY_RUN="1").code == 4
    one.script("setup/b.sh", "echo other")
    result = one.run("apply", DVM_DRY_RUN="1")
    calls = [line for line in result.out.splitlines() if line.startswith("limactl ")]
    assert len(calls) == 1
    assert "dvm-setup" in calls[0]
    one.write("setup/b.sh", "curl -s https://example.org/x | sh\n", 0o700)
    denied = one.run("apply", DVM_DRY_RUN="1")
    assert (denied.code, "limactl shell" in denied.out) == (3, False)
    assert one.calls(changing=True) == []


def test_sync_wants_to_know_which_and_never_asks(one: Dvm) -> None:
    assert one.run("sync").code == 64
    assert one.run("sync", "app").code == 0
    assert one.run("sync", "--all").out.endswith("No changes. Your VMs match the manifest.\n")


def test_orphans_stay_until_they_are_pruned(one: Dvm) -> None:
    one.run("apply", "-y")
    one.manifest("")
    assert "app" in one.run("plan").out
    assert one.run("plan", "--detailed-exitcode").code == 0
    assert one.run("apply", "-y").code == 0
    assert (one.lima_home / "dvm-app").exists()
    assert one.run("apply", "-y", "--prune").code == 0
    assert not (one.lima_home / "dvm-app").exists()


def test_nothing_is_destroyed_for_a_template_that_is_not_there(one: Dvm) -> None:
    assert one.run("apply", "-y").code == 0
    before = one.receipt("app")
    one.manifest(ONE_VM.replace("[vm.app]", '[vm.app]\ntemplate = "template:debain-13"'))
    one.forget()
    refused = one.run("apply", "-y", "--replace", "app", "--discard-work")
    assert refused.code == 1
    assert 'Lima has no template "debain-13"' in refused.out
    assert 'Did you mean "template:debian-13"?' in refused.out
    assert one.calls(changing=True) == []
    assert one.receipt("app") == before


def test_replace_makes_a_new_vm_and_dirty_work_stops_it(one: Dvm) -> None:
    one.run("apply", "-y")
    work = one.lima_home / "dvm-app" / "guest-work.json"
    path = "/home/developer/code/app/site"
    piece = {"kind": "uncommitted", "path": path, "branch": "main", "detail": "3 files"}
    work.write_text(json.dumps({"work": [piece]}))
    refused = one.run("apply", "-y", "--replace", "app")
    assert refused.code == 1
    for text in ("/home/developer/code/app/site", "main", "uncommitted, 3 files", "--discard-work"):
        assert text in refused.out + refused.err
    assert (one.lima_home / "dvm-app").exists()
    # What comes behind more than can be held may be the very work that would be lost.
    work.write_text(json.dumps({"work": [{"kind": "\n" * (1 << 20)}, piece]}))
    refused = one.run("apply", "-y", "--replace", "app")
    assert (refused.code, "says more than any such program" in " ".join(refused.err.split())) == (1, True)
    assert (one.lima_home / "dvm-app").exists()
    first = one.receipt("app")["created"], one.runs("app")
    assert one.run("apply", "-y", "--replace", "app", "--discard-work").code == 0
    assert len(one.runs("app")) == 2
    assert first[1] != one.runs("app")
    assert one.run("plan", "--detailed-exitcode").code == 0


def test_a_protected_vm_is_protected_in_lima_too(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\nprotect = true\n")
    assert dvm.run("apply", "-y").code == 0
    assert json.loads(dvm.limactl("list", "--json").out)["protected"] is True
    result = dvm.run("apply", "-y", "--replace", "app")
    assert result.code == 1
    assert "protected" in result.out + result.err
    assert dvm.run("plan", "--detailed-exitcode").code == 0


def test_a_vm_that_is_not_to_run_is_made_and_left_alone(dvm: Dvm) -> None:
    dvm.manifest('[vm.app]\nrunning = false\nsetup = ["a.sh"]\n')
    dvm.script("a.sh")
    assert dvm.run("apply", "-y").code == 0
    assert [call[0] for call in dvm.calls(changing=True)] == ["create"]
    planned = dvm.run("plan", "--detailed-exitcode")
    assert planned.code == 0
    assert "wait for its first start" in planned.out
    dvm.manifest('[vm.app]\nsetup = ["a.sh"]\n')
    assert dvm.run("apply", "-y").code == 0
    assert len(dvm.runs("app")) == 1
    assert dvm.run("plan", "--detailed-exitcode").code == 0


def test_what_only_a_new_vm_could_change_is_said_and_not_done(one: Dvm) -> None:
    one.run("apply", "-y")
    one.manifest(ONE_VM + 'disk = "10GiB"\n')
    planned = one.run("plan", "--detailed-exitcode")
    assert planned.code == 2
    assert "--replace app" in planned.out
    one.forget()
    applied = one.run("apply", "-y")
    assert applied.code == 1
    assert "--replace app" in applied.err
    assert one.calls(changing=True) == []


def test_offline_needs_no_lima(one: Dvm) -> None:
    result = one.run("plan", "--offline", DVM_LIMACTL="/nonexistent", PATH="/nonexistent")
    assert result.code == 0
    assert "1 to add" in result.out


def test_without_limactl_it_says_how_to_get_one(one: Dvm) -> None:
    result = one.run("plan", DVM_LIMACTL="")
    assert result.code == 1
    assert "Lima 2.0 or later" in result.err


@pytest.mark.parametrize("flags", [[], ["--json"], ["--format", "markdown"]])
def test_plan_writes_nothing_anywhere(one: Dvm, flags: list[str]) -> None:
    def everything() -> dict[Path, tuple[int, int]]:
        return {p: (p.lstat().st_mode, p.lstat().st_mtime_ns) for p in one.place.rglob("*") if p != one.record}

    one.run("apply", "-y")
    before = everything()
    assert one.run("plan", *flags).code == 0
    assert everything() == before


def test_a_plan_in_json_has_the_promised_keys(one: Dvm) -> None:
    plan = one.run("plan", "--json").json
    assert {
        "format_version",
        "dvm_version",
        "limactl_version",
        "timestamp",
        "manifest",
        "applyable",
        "errored",
        "summary",
        "resource_changes",
        "steps",
        "checks",
        "unmanaged",
        "orphans",
    } <= set(plan)
    assert plan["format_version"] == "1.0"
    assert plan["resource_changes"][0]["change"]["actions"] == ["create"]
    assert plan["steps"][0]["argv"][:2] == ["limactl", "create"]


def test_an_apply_in_json_is_one_event_a_line(one: Dvm) -> None:
    result = one.run("apply", "-y", "--json")
    events = [json.loads(line) for line in result.out.splitlines()]
    kinds = {event["type"] for event in events}
    assert {"version", "planned_change", "change_summary", "apply_start", "apply_complete"} <= kinds


def test_the_current_directory_is_never_looked_in(one: Dvm) -> None:
    (one.place / "dvm.toml").write_text('version = 1\n[vm.evil]\nsetup = ["evil.sh"]\n')
    assert "evil" not in one.run("plan").out


def test_work_of_others_in_the_guest_is_shown_as_text(one: Dvm) -> None:
    one.script("setup/a.sh", "# sim: print \\x1b]0;owned\\x07\\x1b[31mred", "# sim: exit 1")
    result = one.run("apply", "-y")
    assert "\x1b" not in result.out + result.err
    assert "\\x1b[31mred" in result.out + result.err


def test_two_vms_side_by_side_in_the_order_of_depends_on(dvm: Dvm) -> None:
    dvm.manifest('[vm.app]\ndepends_on = ["db"]\n[vm.db]\n')
    assert dvm.run("apply", "-y").code == 0
    assert [call[-1] for call in dvm.calls() if call[0] == "start"] == ["dvm-db", "dvm-app"]


def test_receipts_are_private_and_whole(one: Dvm) -> None:
    one.run("apply", "-y")
    path = one.lima_home / "dvm-app" / "dvm.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_uid == os.geteuid()
    receipt = one.receipt("app")
    assert (receipt["vm"], receipt["instance"], receipt["bootstrap"]["user"]) == (
        "app",
        "dvm-app",
        "developer",
    )
    assert [item["exit_status"] for item in receipt["setup"]] == [0, 0]
