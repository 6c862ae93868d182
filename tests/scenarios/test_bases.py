"""VMs that have their keys and their first scripts from a base."""

from __future__ import annotations

from tests.conftest import Dvm

MANIFEST = """
[base.debian]
image = false
setup = ["debian.sh"]
[base.node]
image = false
base = "debian"
setup = ["node.sh"]
env = { CHANNEL = "lts" }
[vm.app]
base = "node"
setup = ["app.sh"]
env = { OWN = "1" }
[vm.web]
base = "node"
"""


def write(dvm: Dvm, text: str = MANIFEST) -> None:
    for name in ("debian", "node", "app"):
        dvm.script(f"{name}.sh", f"echo {name}")
    dvm.manifest(text)


def test_scripts_of_bases_run_first_and_a_second_apply_changes_nothing(dvm: Dvm) -> None:
    write(dvm)
    done = dvm.run("apply", "-y")
    assert done.code == 0, done.err
    assert [each["path"] for each in dvm.receipt("app")["setup"]] == ["debian.sh", "node.sh", "app.sh"]
    assert [each["path"] for each in dvm.receipt("web")["setup"]] == ["debian.sh", "node.sh"]
    ours = [{name for name in run["env"] if name.startswith("DVM_")} for run in dvm.runs("app")]
    assert ours[0] == ours[1] == {"DVM_FILES", "DVM_USER", "DVM_SUBUID_COUNT", "DVM_SUBGID_COUNT"}
    assert ours[2] >= {"DVM_NAME", "DVM_CODE_DIR"}
    assert [run["env"].get("OWN") for run in dvm.runs("app")] == [None, None, "1"]
    assert dvm.run("plan").out.strip() == "No changes. Your VMs match the manifest."


def test_a_changed_script_of_a_base_runs_in_each_vm_and_those_after_it(dvm: Dvm) -> None:
    write(dvm)
    assert dvm.run("apply", "-y").code == 0
    dvm.script("node.sh", "echo node, again")
    plan = dvm.run("plan")
    assert "4 scripts to run" not in plan.out
    assert "3 scripts to run" in plan.out
    assert dvm.run("apply", "-y").code == 0
    digests = [run["sha256"] for run in dvm.runs("web")]
    assert digests[0] != digests[2]
    assert (len(dvm.runs("app")), len(dvm.runs("web"))) == (5, 3)
    assert dvm.run("plan").out.strip() == "No changes. Your VMs match the manifest."


def test_a_mistake_in_a_base_leaves_other_vms_usable(dvm: Dvm) -> None:
    write(dvm)
    assert dvm.run("apply", "-y").code == 0
    write(dvm, MANIFEST.replace("[vm.web]", "[vm.alone]\n[vm.web]").replace('base = "debian"', 'base = "debain"'))
    refused = dvm.run("plan")
    assert refused.code == 1
    assert 'Did you mean "debian"?' in refused.err
    listed = dvm.run("ls", "--json")
    assert listed.code == 0
    assert not [each for each in listed.json["vms"] if each.get("orphan")]
