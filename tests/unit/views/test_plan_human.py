from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from msgspec.structs import replace

from dvm.diff.attributes import desired_attributes
from dvm.diff.compare import compare
from dvm.model.plan import PlanOptions, Summary
from dvm.views.plan_human import end_line, render_plan, summary_line
from dvm.views.styles import Ink
from tests.factories import desired, instance, receipt, script
from tests.unit.views.samples import HOSTILE, OURS, drifted, everything, findings, new_vm, plan_of

ROOT = Path(__file__).resolve().parents[3]
# All that a VM of the samples has but one attribute, which is shown.
COUNT = sum(value is not None for value in desired_attributes(desired()).values()) - 1


def test_no_changes_is_one_line() -> None:
    vm = desired("app")
    assert render_plan(plan_of([vm], instance(vm))) == "No changes. Your VMs match the manifest.\n"


def test_a_new_vm() -> None:
    assert (
        render_plan(new_vm())
        == f"""\
DVM will perform these actions:
  + create

  # vm.app will be created
  + [vm.app]
      + ports = ["3000:3000"]
      # ({COUNT} attributes by default or inherited: --verbose shows them)
      boots: a new VM starts after its checks
      bootstraps: DVM_USER and the code directory are not set up
      runs setup:
        + setup/base.sh  as admin  never ran

Plan: 1 to add, 0 to change, 0 to destroy, 1 script to run.
"""
    )


def test_verbose_shows_what_is_there_by_default() -> None:
    rows = [
        '+ template = "template:fedora"', "+ cpus = 4", '+ memory = "2GiB"', '+ disk = "30GiB"', '+ isolation = "strict"',
        '+ ports = ["3000:3000"]', "+ auto_ports = false", "+ proxy_env = false", '+ egress = "open"', "+ setup_egress = []",
        "+ reach = []", "+ host_loopback = false", "+ mounts = []", "+ agent_forwarding = false",
        "+ ssh_public_keys = false", '+ audio = ""', "+ protect = false", "+ running = true", '+ user = "developer"',
        "+ sudo = false", "+ subuid_count = 65536", "+ subgid_count = 65536",
    ]  # fmt: skip
    text = render_plan(new_vm(), verbose=True)
    found = [line for line in text.splitlines() if re.fullmatch(r" {6}\+ \w+ += .*", line)]
    assert len({line.index(" = ") for line in found}) == 1, "they are aligned"
    assert [row for row in _words(found) if row in rows] == rows
    assert len(found) == COUNT + 1
    assert "by default" not in text
    vm = desired("app")
    same = [row.removeprefix("+ ") for row in rows if not row.startswith(("+ cpus", "+ ports"))]
    assert [row for row in _words(render_plan(drifted(), verbose=True).splitlines()) if row in same] == same
    assert render_plan(plan_of([vm], instance(vm)), verbose=True) == "No changes. Your VMs match the manifest.\n"


def _words(lines: list[str]) -> list[str]:
    return [" ".join(line.split()) for line in lines]


def test_a_new_vm_shows_what_it_depends_on_and_what_is_not_by_default() -> None:
    vm = desired("app", depends_on=["db"], sudo=True, user="me", memory="1GiB")
    text = render_plan(plan_of([vm, desired("db")]))
    block = text[text.index("# vm.app") : text.index("# vm.db")]
    for line in ('+ depends_on = ["db"]', "+ sudo       = true", '+ user       = "me"', '+ memory     = "1GiB"'):
        assert f"      {line}\n" in block
    assert "isolation" not in block
    assert len(text.splitlines()) <= 40


def test_what_it_is_made_from_and_its_size_are_folded_where_inherited_and_what_opens_a_way_is_not() -> None:
    vm = desired("app", template="template:debian", memory="1GiB", vm_type="qemu", sudo=True)
    own, text = (
        render_plan(plan_of([replace(vm, inherited=frozenset(keys))]))
        for keys in ((), ("template", "memory", "vm_type", "sudo"))
    )
    for name in ("template", "memory", "vm_type", "sudo"):
        assert f"+ {name}" in own
        assert (f"+ {name}" in text) == (name == "sudo")
    vm = replace(vm, inherited=frozenset(("template", "memory", "vm_type", "sudo")))
    shown = render_plan(plan_of([vm]), verbose=True)
    assert '+ template = "template:debian"' in _words(shown.splitlines())


def test_an_update_shows_old_and_new_effects_and_the_diff() -> None:
    assert (
        render_plan(drifted())
        == f"""\
DVM will perform these actions:
  ~ update in place

  # vm.app will be updated in place (restarts)
  ~ [vm.app]
      ~ cpus = 2 -> 4  # restarts
      # ({COUNT} unchanged attributes hidden)
      restarts: Lima changes cpus of a stopped VM only
      runs setup:
        ~ setup/node.sh  as admin  changed
            @@ -1,2 +1,2 @@
             set -Eeuo pipefail
            -dnf -y install nodejs-20
            +dnf -y install nodejs-22

Plan: 0 to add, 1 to change, 0 to destroy, 1 script to run.
"""
    )


def test_a_smaller_disk_is_withheld_and_says_what_it_takes() -> None:
    vm = desired("app", disk="20GiB")
    plan = plan_of([vm], instance(vm, disk=30 << 30))
    assert (
        render_plan(plan)
        == """\
  # vm.app needs to be replaced, which has to be asked for
      ! disk = "30GiB" -> "20GiB"  # forces replacement
      It takes:  dvm apply --replace app
      This takes the guest's disk: all code in it and all that was installed.

Plan: 0 to add, 0 to change, 0 to destroy, 0 scripts to run.
"""
    )


def test_a_replacement_counts_as_added_and_destroyed() -> None:
    vm = desired("app", disk="20GiB")
    text = render_plan(plan_of([vm], instance(vm, disk=30 << 30), options=PlanOptions(replace=("app",))))
    assert "-/+ [vm.app]\n" in text
    assert "  # vm.app must be replaced\n  # (because --replace asks for it)\n" in text
    assert text.endswith("\nPlan: 1 to add, 0 to change, 1 to destroy, 0 scripts to run.\n")


def test_the_products_example_of_a_summary() -> None:
    line = "Plan: 1 to add, 2 to change, 0 to destroy, 3 scripts to run."
    assert summary_line(Summary(add=1, change=2, setup=3)) == line


def test_orphans_and_unmanaged_instances_are_shown() -> None:
    gone, mine = desired("gone"), desired("mine")
    plan = plan_of([], instance(gone), instance(mine, receipt=None))
    text = render_plan(plan)
    assert "Unmanaged instances, which DVM never touches:\n  dvm-mine\n" in text
    assert "Orphans, which are no longer in the manifest:\n  vm.gone\n  To destroy them:  dvm apply --prune\n" in text
    assert text.endswith("No changes. Your VMs match the manifest.\n")


def test_an_orphan_that_is_pruned_is_shown_once_as_destroyed() -> None:
    gone = desired("gone")
    text = render_plan(plan_of([], instance(gone), options=PlanOptions(prune=True)))
    assert "  # vm.gone will be destroyed\n  # (because it is no longer in the manifest)\n  - [vm.gone]\n" in text
    assert "Orphans" not in text


def test_a_vm_left_stopped_is_a_note_and_no_change() -> None:
    vm = desired("app", script("setup/base.sh"), running=False)
    text = render_plan(plan_of([vm], instance(vm, ssh_port=None, receipt=receipt(vm, bootstrap=None, setup=()))))
    assert text.startswith("Notes:\n  vm.app: It is left stopped (running = false): bootstrap and 1 setup script wait")
    assert text.endswith("No changes. Your VMs match the manifest.\n")


def test_a_protected_vm_that_should_go_is_an_error() -> None:
    vm = desired("app", protect=True)
    text = render_plan(plan_of([vm], instance(vm), options=PlanOptions(destroy=True)))
    assert "Error: vm.app: vm.app is protected" not in text
    assert "Error: vm.app is protected and can't be destroyed.\n" in text


def test_denials_are_told_in_full_and_before_the_last_line() -> None:
    text = render_plan(drifted(), findings("setup/node.sh"))
    assert (
        """\
Security checks: 1 denied, 1 warning, 1 waived

  deny DVM202 Remote code
    on setup/node.sh (/c/setup/node.sh.sh:4)
    setup/node.sh
    Remedy: chmod setup/node.sh
    More:   dvm explain DVM202

  warn DVM204 Not pinned: setup/node.sh
    setup/node.sh
  waived DVM206 Docker group: setup/node.sh:4
    setup/node.sh

  Apply is refused until it is fixed.

Plan: 0 to add, 1 to change, 0 to destroy, 1 script to run.
"""
        in text
    )


def test_no_changes_is_not_said_when_planning_failed() -> None:
    plan = replace(everything(), changes=())
    assert end_line(plan) == "Planning failed; the errors are above."


def test_a_long_diff_is_shortened_and_counted() -> None:
    plan = drifted()
    run = replace(plan.changes[0].scripts[0], previous="", script=script("setup/node.sh", "x\n" * 300))
    run = replace(run, previous="old\n")
    text = render_plan(replace(plan, changes=(replace(plan.changes[0], scripts=(run,)),)))
    assert "            ... 242 more lines, 242 added and 0 removed: `dvm review` shows all\n" in text


def test_tabs_against_blanks_are_told_apart() -> None:
    plan = drifted()
    run = replace(plan.changes[0].scripts[0], previous="if x\n    y\n", script=script("s.sh", "if x\n\ty\n"))
    text = render_plan(replace(plan, changes=(replace(plan.changes[0], scripts=(run,)),)))
    assert "            -    y\n            +\\x09y\n" in text


def test_long_lists_show_what_comes_and_goes() -> None:
    plan = drifted()
    ports = [f"{n}:{n}" for n in range(3000, 3010)]
    (change,) = compare({"ports": tuple(ports[:-1])}, {"ports": tuple(ports[1:])})
    text = render_plan(replace(plan, changes=(replace(plan.changes[0], changes=(change,)),)))
    assert (
        """\
      ~ ports = [  # restarts
          - "3000:3000"
          + "3009:3009"
          # (8 unchanged hidden)
        ]
"""
        in text
    )


def test_colour_changes_nothing_but_colour() -> None:
    plan, checks = everything(HOSTILE), findings(HOSTILE)
    coloured = render_plan(plan, checks, ink=Ink(on=True))
    assert coloured != render_plan(plan, checks)
    assert OURS.sub("", coloured) == render_plan(plan, checks)


def test_nothing_others_wrote_can_pass_for_the_last_line() -> None:
    lines = render_plan(everything(HOSTILE), findings(HOSTILE)).splitlines()
    assert [line for line in lines if line.startswith("Plan:")] == lines[-1:]


def test_plans_for_people_do_not_pay_for_what_they_do_not_show() -> None:
    code = (
        "import sys; import dvm.views.plan_human;"
        "print({'rich', 'deepdiff', 'jsonschema', 'difflib', 'json'} & set(sys.modules))"
    )
    result = subprocess.run([sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}"],
                            capture_output=True, text=True, check=True)  # fmt: skip
    assert result.stdout == "set()\n"
