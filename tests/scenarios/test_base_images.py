"""Bases that are built once, and the VMs that are cloned from them."""

from __future__ import annotations

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Dvm

MANIFEST = """
[base.node]
setup = ["debian.sh", "node.sh"]
[vm.app]
base = "node"
ports = ["3000"]
setup = ["app.sh"]
[vm.web]
base = "node"
disk = "50GiB"
"""
QUIET = "No changes. Your VMs match the manifest."


def write(dvm: Dvm, text: str = MANIFEST) -> None:
    for name in ("debian", "node", "app"):
        dvm.script(f"{name}.sh", f"echo {name}")
    dvm.manifest(text)


def bases(dvm: Dvm) -> list[str]:
    return sorted(path.name for path in dvm.lima_home.glob("dvm-base.*"))


def applied(dvm: Dvm, *arguments: str) -> str:
    done = dvm.run("apply", "-y", *arguments)
    assert done.code == 0, done.out + done.err
    return done.out


def made(dvm: Dvm) -> list[str]:
    """Return the calls that made instances, since `forget`."""
    return [call[0] for call in dvm.calls(changing=True) if call[0] in {"create", "clone"}]


def identity(dvm: Dvm, instance: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((dvm.lima_home / instance / "guest.json").read_text())["identity"]
    return found


def rewrite(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_base_is_built_once_and_vms_are_cloned_from_it(dvm: Dvm) -> None:
    write(dvm)
    plan = dvm.run("plan")
    assert "base.node will be built" in plan.out
    assert "vm.app will be created, cloned from base.node, which is built first" in plan.out
    assert "Plan: 3 to add, 0 to change, 0 to destroy, 3 scripts to run." in plan.out
    assert applied(dvm).endswith("VMs: 3 added, 0 changed, 0 destroyed. Scripts run: 3.\n")
    (base,) = bases(dvm)
    assert sorted(made(dvm)) == ["clone", "clone", "create"]
    for vm, own in (("app", ["app.sh"]), ("web", [])):
        receipt = dvm.receipt(vm)
        assert [each["path"] for each in receipt["setup"]] == ["debian.sh", "node.sh", *own]
        assert [each["ran_in"] for each in receipt["setup"]] == [base, base, *("" for _ in own)]
        assert (receipt["origin"]["instance"], bool(receipt["origin"]["renewed"])) == (base, True)
        assert receipt["bootstrap"]["user"] == "developer"
        assert receipt["configuration"] == dvm.receipt(base.removeprefix("dvm-"))["configuration"]
    assert dvm.run("plan").out.strip() == QUIET
    listed = {each["name"]: each for each in dvm.run("ls", "--json").json["vms"]}
    assert listed[base.removeprefix("dvm-")]["management"] == "base"
    assert (listed["app"]["management"], listed["web"]["disk"]) == ("managed", "50GiB")
    assert base.removeprefix("dvm-") in dvm.run("ls").out.split("\n\n")[1], "bases are shown apart"
    assert base not in dvm.run("ls", "--only-config").out
    assert dvm.run("status", "app", "--json").json["base"]["instance"] == base
    assert "cloned from base.node, built" in dvm.run("status", "app").out


def test_the_way_of_a_vm_is_in_the_document(dvm: Dvm) -> None:
    write(dvm)
    first = dvm.run("plan", "--json").json
    assert [each["address"] for each in first["resource_changes"]] == ["base.node", "vm.app", "vm.web"]
    base, app, _ = first["resource_changes"]
    assert (base["change"]["actions"], base["action_reason"], base["base"]) == (["create"], "base_needed", None)
    assert re.fullmatch(r"dvm-base\.node-[0-9a-f]{8}", base["instance"])
    assert app["base"]["address"] == "base.node"
    assert (app["base"]["instance"], app["base"]["built"]) == (base["instance"], None)
    assert base["instance"].endswith(app["base"]["key"][:8])
    steps = {step["id"]: step for step in first["steps"]}
    assert steps["vm.app/clone"]["needs"] == ["base.node/stop"]
    assert [step["action"] for step in first["steps"] if step["address"] == "base.node"] == [
        "create", "verify", "start", "bootstrap", "setup", "setup", "seal", "stop",
    ]  # fmt: skip
    assert [step["action"] for step in first["steps"] if step["address"] == "vm.app"] == [
        "clone", "verify", "start", "renew", "bootstrap", "setup",
    ]  # fmt: skip
    applied(dvm, "web")
    second = dvm.run("plan", "--json").json
    assert [each["address"] for each in second["resource_changes"] if each["change"]["actions"] != ["no-op"]] == [
        "vm.app"
    ]
    assert second["resource_changes"][0]["base"]["built"]
    assert "vm.app will be created, cloned from base.node (built just now)" in dvm.run("plan").out


def test_each_clone_is_known_by_something_of_its_own(dvm: Dvm) -> None:
    write(dvm)
    applied(dvm)
    (base,) = bases(dvm)
    receipt = dvm.receipt(base.removeprefix("dvm-"))
    app, web = identity(dvm, "dvm-app"), identity(dvm, "dvm-web")
    assert identity(dvm, base) == {}
    known = {app["machine-id"], web["machine-id"], *receipt["image"]["identity"]}
    assert len(known) == 4


def test_a_clone_is_made_anew_whatever_the_seal_says(dvm: Dvm) -> None:
    write(dvm, MANIFEST.replace('[vm.app]\nbase = "node"', '[vm.app]\nbase = "node"\nrunning = false'))
    applied(dvm)
    (base,) = bases(dvm)
    memory = dvm.lima_home / "dvm-app" / "guest.json"
    # As if the seal had left it all: the clone was not booted yet.
    rewrite(memory, identity={"boot": 1, "machine-id": dvm.receipt(base[4:])["image"]["identity"][0]})
    started = dvm.run("start", "app")
    assert started.code == 0, started.out + started.err
    assert identity(dvm, "dvm-app")["machine-id"] not in dvm.receipt(base[4:])["image"]["identity"]
    assert dvm.receipt("app")["origin"]["renewed"]


def test_a_clone_that_keeps_the_identity_of_its_base_is_not_set_up(dvm: Dvm) -> None:
    write(dvm, MANIFEST.replace('[vm.app]\nbase = "node"', '[vm.app]\nbase = "node"\nrunning = false'))
    applied(dvm)
    (base,) = bases(dvm)
    rewrite(
        dvm.lima_home / "dvm-app" / "guest.json",
        identity={"boot": 1, "machine-id": dvm.receipt(base[4:])["image"]["identity"][0]},
    )
    (dvm.lima_home / "dvm-app" / "stubborn").touch()
    failed = dvm.run("start", "app")
    assert failed.code == 1
    assert f"vm.app still has the machine-id or a host key of {base}" in failed.out + failed.err
    assert dvm.receipt("app")["bootstrap"] is None
    (dvm.lima_home / "dvm-app" / "stubborn").unlink()
    assert dvm.run("apply", "-y").code == 0
    dvm.run("stop", "app")


def test_a_vm_that_is_left_stopped_is_cloned_and_set_up_at_its_first_start(dvm: Dvm) -> None:
    write(dvm, MANIFEST.replace('[vm.app]\nbase = "node"', '[vm.app]\nbase = "node"\nrunning = false'))
    note = "bootstrap and 1 setup script wait for its first start"
    assert note in " ".join(dvm.run("plan", "app").out.split()), "what runs in the base does not wait"
    applied(dvm)
    assert note in " ".join(dvm.run("plan", "app").out.split())
    assert dvm.run("plan").out.strip().endswith(QUIET)
    assert dvm.receipt("app")["origin"]["renewed"] is None
    removed = dvm.run("rm", "app", "--yes")
    assert removed.code == 0, "nobody can have worked in it"
    applied(dvm)
    assert dvm.run("start", "app").code == 0
    receipt = dvm.receipt("app")
    assert [each["path"] for each in receipt["setup"]] == ["debian.sh", "node.sh", "app.sh"]
    assert receipt["origin"]["renewed"]


def test_a_changed_base_script_runs_in_place_and_a_new_vm_rebuilds_the_base_once(dvm: Dvm) -> None:
    write(dvm)
    applied(dvm)
    (old,) = bases(dvm)
    dvm.script("node.sh", "echo node, again")
    dvm.forget()
    plan = dvm.run("plan")
    assert "base.node will be built" not in plan.out
    assert "Plan: 0 to add, 2 to change, 0 to destroy, 3 scripts to run." in plan.out
    applied(dvm)
    assert made(dvm) == []
    assert [each["ran_in"] for each in dvm.receipt("app")["setup"]] == [old, "", ""]
    write_more = MANIFEST + '[vm.new]\nbase = "node"\n[vm.newer]\nbase = "node"\n'
    dvm.manifest(write_more)
    dvm.forget()
    applied(dvm)
    assert sorted(made(dvm)) == ["clone", "clone", "create"]
    assert len(bases(dvm)) == 2
    assert [run["sha256"] for run in dvm.runs("new")] == [each["sha256"] for each in dvm.receipt("app")["setup"]][:2]
    plan = dvm.run("plan")
    assert old.removeprefix("dvm-") in plan.out, "the one nobody needs any more is an orphan"
    applied(dvm, "--prune")
    assert old not in bases(dvm)
    assert len(bases(dvm)) == 1
    assert dvm.run("plan").out.strip() == QUIET


def test_a_base_of_a_base_is_cloned_too(dvm: Dvm) -> None:
    text = '[base.debian]\nsetup = ["debian.sh"]\n[base.node]\nbase = "debian"\nsetup = ["node.sh"]\n'
    write(dvm, text + '[vm.app]\nbase = "node"\nsetup = ["app.sh"]\n[vm.low]\nbase = "debian"\n')
    applied(dvm)
    debian, node = bases(dvm)
    assert dvm.receipt(node[4:])["origin"]["instance"] == debian
    assert [each["ran_in"] for each in dvm.receipt("app")["setup"]] == [debian, node, ""]
    assert dvm.receipt("low")["origin"]["instance"] == debian
    assert [run["text"].split()[-1] for run in dvm.runs("app")] == ["debian", "node", "app"]
    # What changes low down rebuilds what is above it, when that is needed.
    dvm.script("debian.sh", "echo debian, again")
    applied(dvm)
    assert bases(dvm) == [debian, node]
    write(
        dvm, text + '[vm.app]\nbase = "node"\nsetup = ["app.sh"]\n[vm.low]\nbase = "debian"\n[vm.new]\nbase = "node"\n'
    )
    dvm.script("debian.sh", "echo debian, again")
    dvm.forget()
    applied(dvm)
    assert made(dvm) == ["create", "clone", "clone"]
    assert len(bases(dvm)) == 4


@pytest.mark.parametrize(
    ("own", "why"),
    [
        ('user = "coder"', "it has another user"),
        ("sudo = true", "it has another sudo"),
        ("subuid_count = 1000", "it has another subuid_count"),
        ('template = "template:debian"', "it has another template"),
        ('vm_type = "qemu"', "it has another vm_type"),
        ('disk = "10GiB"', "its disk is smaller"),
    ],
)
def test_a_vm_whose_own_keys_make_it_another_one_is_made_from_the_template(dvm: Dvm, own: str, why: str) -> None:
    write(dvm, f'[base.node]\nsetup = ["node.sh"]\n[vm.app]\nbase = "node"\n{own}\n')
    plan = dvm.run("plan")
    assert f"It is not cloned from base.node: {why}." in " ".join(plan.out.split())
    applied(dvm)
    assert made(dvm) == ["create"]
    assert bases(dvm) == []
    assert [each["ran_in"] for each in dvm.receipt("app")["setup"]] == [""]


def test_a_strict_vm_is_not_cloned_from_a_standard_base(dvm: Dvm) -> None:
    write(dvm, '[base.node]\nisolation = "standard"\n[vm.app]\nbase = "node"\nisolation = "strict"\n')
    assert "Lima's guest agent would stay in it" in " ".join(dvm.run("plan").out.split())
    write(dvm, '[base.node]\n[vm.app]\nbase = "node"\nisolation = "standard"\n')
    applied(dvm)
    assert made(dvm) == ["create", "clone"]
    assert dvm.run("plan").out.strip() == QUIET


@pytest.mark.parametrize("how", ["started", "written", "replaced", "edited", "receipt"])
def test_a_base_that_is_not_what_was_sealed_is_not_used(dvm: Dvm, how: str) -> None:
    write(dvm, '[base.node]\nsetup = ["node.sh"]\n[vm.app]\nbase = "node"\n')
    applied(dvm)
    (base,) = bases(dvm)
    disk = dvm.lima_home / base / "disk"
    match how:
        case "started":
            assert dvm.limactl("start", base).code == 0
            assert dvm.limactl("stop", base).code == 0
        case "written":
            os.utime(disk)
        case "replaced":
            disk.unlink()
            disk.touch()
        case "edited":
            assert dvm.limactl("edit", "--tty=false", '--set=.env.BASH_ENV = "/tmp/x"', base).code == 0
        case _:
            (dvm.lima_home / base / "dvm.json").unlink()
    write(dvm, '[base.node]\nsetup = ["node.sh"]\n[vm.app]\nbase = "node"\n[vm.new]\nbase = "node"\n')
    dvm.forget()
    plan = dvm.run("plan")
    done = dvm.run("apply", "-y")
    assert done.code == 0, done.out + done.err
    if how == "receipt":
        assert "DVM did not build it" in " ".join(plan.out.split())
        assert made(dvm) == ["create"], "it is not ours to delete, and nothing needs it"
        return
    assert "Its disk or its configuration changed since it was built" in " ".join(plan.out.split())
    assert made(dvm) == ["create", "clone"]
    assert dvm.run("plan").out.strip() == QUIET


def test_a_base_that_runs_is_not_used(dvm: Dvm) -> None:
    write(dvm, '[base.node]\n[vm.app]\nbase = "node"\n')
    applied(dvm)
    (base,) = bases(dvm)
    assert dvm.limactl("start", base).code == 0
    write(dvm, '[base.node]\n[vm.app]\nbase = "node"\n[vm.new]\nbase = "node"\n')
    dvm.forget()
    applied(dvm)
    assert made(dvm) == ["create", "clone"]


def test_rebuild_base_builds_anew(dvm: Dvm) -> None:
    write(dvm)
    applied(dvm)
    (base,) = bases(dvm)
    first = dvm.receipt(base[4:])["created"]
    before = identity(dvm, "dvm-app")
    plan = dvm.run("plan", "--rebuild-base", "node")
    assert "base.node will be built anew" in plan.out
    dvm.forget()
    applied(dvm, "--rebuild-base", "base.node")
    assert made(dvm) == ["create"]
    assert bases(dvm) == [base]
    assert dvm.receipt(base[4:])["created"] >= first
    assert identity(dvm, "dvm-app") == before, "no VM is replaced because of a base"
    assert dvm.run("plan").out.strip() == QUIET
    wrong = dvm.run("apply", "-y", "--rebuild-base", "noed")
    assert (wrong.code, 'Did you mean "node"?' in wrong.err) == (64, True)
    write(dvm, "[base.node]\nimage = false\n")
    assert "it has image = false" in dvm.run("plan", "--rebuild-base", "node").err


@pytest.mark.parametrize("order", [("node", "lts"), ("lts", "node")])
def test_bases_below_each_other_are_built_anew_in_whatever_order_they_are_named(
    dvm: Dvm, order: tuple[str, str]
) -> None:
    write(dvm, '[base.node]\nsetup = ["node.sh"]\n[base.lts]\nbase = "node"\n[vm.app]\nbase = "lts"\n')
    applied(dvm)
    before = {base: identity(dvm, base) for base in bases(dvm)}
    options = [word for name in order for word in ("--rebuild-base", name)]
    assert "base.lts will be built anew, cloned from base.node, which is built first" in dvm.run("plan", *options).out
    dvm.forget()
    applied(dvm, *options)
    assert made(dvm) == ["create", "clone"]
    assert {base: identity(dvm, base) for base in bases(dvm)}.keys() == before.keys()


def test_a_base_that_may_not_be_built_anew_is_an_error(dvm: Dvm) -> None:
    write(dvm)
    applied(dvm)
    other = dvm.config / "other.toml"
    other.write_text("version = 1\n" + MANIFEST.replace("vm.app", "vm.two").replace("vm.web", "vm.three"))
    other.chmod(0o600)
    for command in (("plan",), ("apply", "-y")):
        refused = dvm.run(*command, "-f", str(other), "--rebuild-base", "node")
        assert refused.code == 1
        assert f"is managed by {dvm.config}/dvm.toml." in refused.out
        assert "is not as it was built" not in refused.out
        assert f"`dvm apply --rebuild-base node -f {dvm.config}/dvm.toml`" in refused.out
    assert dvm.run("plan", "--rebuild-base", "node", "-f", f"{dvm.config}/dvm.toml").code == 0, "as it says"
    (base,) = bases(dvm)
    (dvm.lima_home / base / "dvm.json").unlink()
    refused = dvm.run("plan", "--rebuild-base", "node")
    assert (refused.code, "and DVM did not build it" in refused.out) == (1, True)


def test_the_log_of_a_build_is_followed_as_the_apply_says(dvm: Dvm) -> None:
    write(dvm, '[base.node]\nsetup = ["node.sh"]\n[vm.app]\nbase = "node"\n')
    assert "`dvm logs -f base.node` follows its output" in applied(dvm)
    (base,) = bases(dvm)
    for name in ("base.node", base, base.removeprefix("dvm-")):
        shown = dvm.run("logs", name)
        assert (shown.code, "node.sh" in shown.out) == (0, True), shown.err
    unknown = dvm.run("logs", "base.other")
    assert (unknown.code, "no log of base.other" in unknown.err) == (1, True)


def test_who_holds_the_egress_of_a_base_is_said(dvm: Dvm) -> None:
    write(dvm, '[base.node]\negress = "none"\n[vm.app]\nbase = "node"\n')
    document = dvm.run("plan", "--json").json
    notes = {change["address"]: change["notes"] for change in document["resource_changes"]}
    assert notes["base.node"] == notes["vm.app"]
    assert "Its egress is held" in notes["base.node"][0]


@pytest.mark.parametrize("option", ["--offline", "--destroy"])
def test_a_base_is_not_built_anew_where_nothing_is_looked_at_or_all_goes(dvm: Dvm, option: str) -> None:
    write(dvm)
    assert dvm.run("plan", option, "--rebuild-base", "node").code == 64


def test_a_saved_plan_that_is_stale_for_its_base_names_it(dvm: Dvm) -> None:
    write(dvm)
    applied(dvm)
    assert dvm.run("plan", "--rebuild-base", "node", "--out", "r.plan").code == 0
    applied(dvm, "--rebuild-base", "node")
    stale = dvm.run("apply", "r.plan")
    assert (stale.code, "\n  base.node-" in stale.err, "vm.base" in stale.err) == (4, True, False), stale.err


def test_a_base_that_is_needed_is_no_orphan_because_a_vm_goes(dvm: Dvm) -> None:
    write(dvm)
    applied(dvm)
    (base,) = (name.removeprefix("dvm-") for name in bases(dvm))
    one = dvm.run("plan", "--destroy", "app", "--discard-work", "--json").json
    assert (one["orphans"], one["summary"]["destroy"]) == ([], 1)
    everything = dvm.run("plan", "--destroy", "--discard-work", "--json").json
    assert (everything["orphans"], everything["summary"]["destroy"]) == ([], 3)
    named = dvm.run("plan", "--destroy", base, "--json").json
    assert [each["address"] for each in named["resource_changes"]] == [base]


def test_rebuild_base_builds_one_that_was_never_built(dvm: Dvm) -> None:
    write(dvm, '[base.node]\nsetup = ["node.sh"]\n')
    applied(dvm, "--rebuild-base", "node")
    assert len(bases(dvm)) == 1
    assert dvm.run("plan").out.strip() == QUIET


@pytest.mark.parametrize("command", [("sh",), ("ssh", "--", "true"), ("start",), ("stop",), ("key",), ("verify",)])
def test_a_base_is_never_entered_started_or_copied_to(dvm: Dvm, command: tuple[str, ...]) -> None:
    write(dvm, '[base.node]\n[vm.app]\nbase = "node"\n')
    applied(dvm)
    (base,) = bases(dvm)
    for name in (base, base.removeprefix("dvm-"), "base.node"):
        refused = dvm.run(command[0], name, *command[1:])
        assert refused.code == 64, refused.err
        assert "is a base" in refused.err, refused.err


def test_another_manifest_clones_a_base_and_does_not_remove_it(dvm: Dvm) -> None:
    write(dvm, '[base.node]\nsetup = ["node.sh"]\n[vm.app]\nbase = "node"\n')
    applied(dvm)
    other = dvm.write("other/dvm.toml", 'version = 1\n[base.node]\nsetup = ["node.sh"]\n[vm.web]\nbase = "node"\n')
    dvm.script("other/node.sh", "echo node")
    dvm.forget()
    applied(dvm, "-f", str(other))
    assert made(dvm) == ["clone"]
    assert dvm.receipt("web")["origin"]["instance"] == bases(dvm)[0]
    dvm.write("other/dvm.toml", "version = 1\n")
    applied(dvm, "-f", str(other), "--prune")
    assert len(bases(dvm)) == 1
    write(dvm, "")
    plan = dvm.run("plan")
    assert bases(dvm)[0].removeprefix("dvm-") in plan.out
    applied(dvm, "--prune", "--discard-work")
    assert bases(dvm) == []


def test_a_build_that_fails_is_done_again_from_the_start(dvm: Dvm) -> None:
    write(dvm)
    dvm.script("node.sh", "# sim: exit 3")
    failed = dvm.run("apply", "-y")
    assert failed.code == 1
    assert not (dvm.lima_home / "dvm-app").exists()
    write(dvm)
    plan = dvm.run("plan")
    assert plan.code == 0
    applied(dvm)
    assert dvm.receipt("app")["origin"]


def test_a_saved_plan_is_not_stale_because_of_a_base_that_appeared(dvm: Dvm) -> None:
    write(dvm)
    assert dvm.run("plan", "app", "--out", "app.plan").code == 0
    assert dvm.run("plan", "web", "--out", "web.plan").code == 0
    shown = dvm.run("show", "app.plan")
    assert "base.node will be built" in shown.out
    assert dvm.run("apply", "app.plan").code == 0
    dvm.forget()
    done = dvm.run("apply", "web.plan")
    assert done.code == 0, done.out + done.err
    assert made(dvm) == ["clone"]


def test_a_saved_plan_is_stale_where_its_base_is_gone_or_another_one(dvm: Dvm) -> None:
    write(dvm)
    applied(dvm, "web")
    assert dvm.run("plan", "app", "--out", "app.plan").code == 0
    assert dvm.limactl("delete", "-f", bases(dvm)[0]).code == 0
    stale = dvm.run("apply", "app.plan")
    assert (stale.code, "would be built now" in stale.err) == (4, True)


def test_a_dry_run_shows_the_way_and_changes_nothing(dvm: Dvm) -> None:
    write(dvm)
    dry = dvm.run("apply", DVM_DRY_RUN="1")
    assert dry.code == 0, dry.err
    assert dry.out.index("limactl create") < dry.out.index("limactl clone")
    assert "dvm-seal" in dry.out
    assert "dvm-renew" in dry.out
    assert dvm.calls(changing=True) == []


def test_graph_doctor_and_offline(dvm: Dvm) -> None:
    write(dvm)
    drawn = dvm.run("graph").out
    base = dvm.run("plan", "--json").json["resource_changes"][0]["instance"].removeprefix("dvm-")
    node = base.replace("-", "_").replace(".", "_")
    assert f"vm_app --> {node}" in drawn
    offline = dvm.run("plan", "--offline")
    assert offline.code == 0
    assert "base.node, which is built first" in offline.out
    disk = next(each for each in dvm.run("doctor", "--json").json["findings"] if each["what"] == "disk")
    assert "for bases" in disk["found"]


def test_a_directory_in_a_base_that_would_tear_a_clone_is_found_first(dvm: Dvm) -> None:
    write(dvm, '[base.node]\n[vm.app]\nbase = "node"\n')
    applied(dvm)
    (base,) = bases(dvm)
    (dvm.lima_home / base / "mine").mkdir()
    (dvm.lima_home / base / "mine" / "file").touch()
    write(dvm, '[base.node]\n[vm.app]\nbase = "node"\n[vm.new]\nbase = "node"\n')
    failed = dvm.run("apply", "-y")
    assert (failed.code, "there is something in its directory mine" in failed.out + failed.err) == (1, True)
    assert not (dvm.lima_home / "dvm-new").exists()


def test_a_refused_clone_leaves_nothing(dvm: Dvm) -> None:
    write(dvm, '[base.node]\n[vm.app]\nbase = "node"\n')
    applied(dvm)
    write(dvm, '[base.node]\n[vm.app]\nbase = "node"\n[vm.new]\nbase = "node"\n')
    faults = dvm.place / "faults.json"
    for do in ("fail-after", "die-copying"):
        faults.write_text(json.dumps([{"match": ["clone"], "do": do}]))
        failed = dvm.run("apply", "-y", DVM_SIM_FAULTS=str(faults))
        assert failed.code == 1
        assert not (dvm.lima_home / "dvm-new").exists(), failed.out + failed.err
    applied(dvm)


def test_always_and_once_mean_what_they_mean_without_a_base(dvm: Dvm) -> None:
    text = '[base.node]\nsetup = [{ script = "node.sh", run = "always" }, { script = "debian.sh", run = "once" }]\n'
    write(dvm, text + '[vm.app]\nbase = "node"\nsetup = ["app.sh"]\n')
    applied(dvm)
    ran = [run["text"].split()[-1] for run in dvm.runs("app")]
    assert ran == ["node", "debian", "node", "app"], "what runs in every apply ran in this one"
    dvm.script("debian.sh", "echo debian, again")
    applied(dvm)
    assert [run["text"].split()[-1] for run in dvm.runs("app")] == [*ran, "node"]


def test_twenty_applies_at_once_build_one_base_and_one_clone_a_vm(dvm: Dvm) -> None:
    names = [f"v{number:02}" for number in range(20)]
    vms = "".join(f'[vm.{name}]\nbase = "node"\n' for name in names)
    write(dvm, f'[base.node]\nsetup = ["node.sh"]\n{vms}')
    dvm.script("node.sh", "# sim: sleep 1", "echo node")
    with ThreadPoolExecutor(len(names)) as pool:
        ended = list(pool.map(lambda name: dvm.run("apply", "-y", name, "--lock-timeout", "120s", timeout=300), names))
    assert [result.code for result in ended] == [0] * 20, ended
    plain = [line for result in ended for line in result.out.splitlines() if "not cloned" in line]
    assert (made(dvm).count("create"), made(dvm).count("clone")) == (1, 20), plain
    assert len(bases(dvm)) == 1
    assert len({identity(dvm, f"dvm-{name}")["machine-id"] for name in names}) == 20
    assert dvm.run("plan").out.strip() == QUIET


def test_throwaway_vms_of_a_base_are_cloned_from_it(dvm: Dvm) -> None:
    write(dvm, '[base.node]\nsetup = ["node.sh"]\n')
    for _ in range(3):
        done = dvm.run("run", "--base", "node", "--", "true")
        assert done.code == 0, done.out + done.err
    assert made(dvm) == ["create", "clone", "clone", "clone"]
    assert sorted(path.name for path in dvm.lima_home.glob("dvm-*")) == bases(dvm), "nothing else is left"
