from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.errors import UnknownVMError, UsageError
from dvm.lima.calls import shown
from dvm.model import intent as to
from dvm.model.instance import Instance, Status
from dvm.model.plan import Action, Plan, PlanOptions, StepAction
from dvm.plan.build import build_plan
from dvm.state.unfinished import Unfinished
from tests.factories import NOW, desired, instance, manifest, observed, receipt, record, script


def plan(vms: Any, there: Any = (), marks: dict[str, str] | None = None, **options: Any) -> Plan:
    return build_plan(manifest(*vms), observed(*there), PlanOptions(**options), Unfinished(marks or {}))


def actions(made: Plan) -> dict[str, Action]:
    return {change.name: change.action for change in made.changes}


def step_names(made: Plan) -> list[str]:
    return [step.id.removeprefix("vm.") for step in made.steps]


def test_a_new_vm_is_created_looked_at_and_only_then_booted() -> None:
    vm = desired("app", script("a"), script("b"), protect=True)
    made = plan([vm])
    assert step_names(made) == [
        "app/create",
        "app/verify",
        "app/start",
        "app/bootstrap",
        "app/setup",
        "app/setup-2",
        "app/protect",
    ]
    assert all(step.needs == (made.steps[at].id,) for at, step in enumerate(made.steps[1:]))
    assert (made.summary.add, made.summary.setup) == (1, 2)


def test_a_vm_that_is_not_to_run_is_created_and_never_booted() -> None:
    made = plan([desired("app", script("a"), running=False)])
    assert step_names(made) == ["app/create", "app/verify"]
    assert "wait for its first start" in made.changes[0].notes[0]


def test_setup_that_waits_for_the_first_start_is_no_change() -> None:
    vm = desired("app", script("a"), running=False)
    made = plan([vm], [instance(vm, receipt=receipt(vm, bootstrap=None, setup=()))])
    assert not made.has_changes
    assert made.changes[0].notes


def test_what_stays_in_a_guest_that_gets_strict_is_said() -> None:
    vm, before = desired("app"), desired("app", isolation="standard")
    (change,) = plan([vm], [instance(before)]).changes
    assert any("guest agent stays" in note for note in change.notes)
    (change,) = plan([before], [instance(vm)]).changes
    assert not any("guest agent" in note for note in change.notes)


def test_nothing_to_do() -> None:
    vm = desired("app", script("a"), ports=["80"])
    made = plan([vm], [instance(vm)])
    assert not made.has_changes
    assert made.steps == ()


def test_an_edit_stops_edits_looks_and_starts() -> None:
    vm = desired("app", cpus=2)
    made = plan([vm], [instance(vm, cpus=4)])
    assert step_names(made) == ["app/stop", "app/edit", "app/verify", "app/start"]
    assert made.changes[0].restart


def test_a_stopped_vm_is_edited_before_it_boots() -> None:
    vm = desired("app")
    made = plan([vm], [instance(vm, cpus=1, status=Status.STOPPED)])
    assert step_names(made) == ["app/edit", "app/verify", "app/start"]


def test_a_running_vm_that_should_not_run_is_stopped() -> None:
    vm = desired("app", running=False)
    assert step_names(plan([vm], [instance(vm, status=Status.RUNNING)])) == ["app/stop"]


def test_in_guest_changes_need_no_restart() -> None:
    vm = desired("app", sudo=True)
    assert step_names(plan([vm], [instance(desired("app"))])) == ["app/bootstrap"]


def test_protect_needs_no_restart() -> None:
    vm = desired("app", protect=True)
    assert step_names(plan([vm], [instance(desired("app"))])) == ["app/protect"]
    assert step_names(plan([desired("app")], [instance(vm)])) == ["app/unprotect"]


def test_a_broken_instance_is_stopped_by_force_first() -> None:
    vm = desired("app")
    made = plan([vm], [instance(vm, status=Status.BROKEN)])
    assert step_names(made) == ["app/stop", "app/verify", "app/start"]
    assert made.steps[0].intent == to.Stop("dvm-app", force=True)


@pytest.mark.parametrize("config", [{"disk": "10GiB"}, {"template": "template:debian"}, {"arch": "aarch64"}])
def test_what_only_a_new_vm_could_change_is_withheld(config: dict[str, Any]) -> None:
    vm = desired("app", **config)
    made = plan([vm], [instance(desired("app"))])
    assert made.steps == ()
    assert made.has_changes
    assert made.changes[0].withheld


def test_what_can_change_in_place_changes_beside_what_is_withheld() -> None:
    vm = desired("app", disk="10GiB", cpus=2)
    made = plan([vm], [instance(desired("app"))])
    assert [change.name for change in made.changes[0].changes] == ["cpus"]
    assert [change.name for change in made.changes[0].withheld] == ["disk"]


def test_a_replacement_that_was_asked_for_guards_the_work_first() -> None:
    vm = desired("app", script("a"))
    made = plan([vm], [instance(vm)], replace=("app",))
    assert step_names(made) == [
        "app/guard",
        "app/delete",
        "app/create",
        "app/verify",
        "app/start",
        "app/bootstrap",
        "app/setup",
    ]
    assert (made.summary.add, made.summary.replace, made.summary.destroy) == (0, 1, 0)


def guarded(plan: Plan) -> to.Guard:
    intent = plan.steps[0].intent
    assert isinstance(intent, to.Guard)
    return intent


def test_the_work_of_every_user_there_ever_was_is_guarded() -> None:
    vm = desired("app", user="carol")
    for users in (("alice", "bob", "carol"), ("alice", "bob")):
        made = plan([vm], [instance(vm, receipt=receipt(vm, users=users))], replace=("app",))
        assert guarded(made).users == ("alice", "bob", "carol")
    old = plan([vm], [instance(vm, receipt=receipt(vm, users=()))], replace=("app",))
    assert guarded(old).users == ("carol",)


def test_work_may_be_discarded_when_that_is_said() -> None:
    vm = desired("app")
    made = plan([vm], [instance(vm, status=Status.STOPPED)], replace=("app",), discard_work=True)
    assert made.diagnostics == ()
    assert step_names(made)[0] == "app/delete"


def test_a_stopped_vm_can_not_be_looked_into() -> None:
    vm = desired("app")
    (obstacle,) = plan([vm], [instance(vm, status=Status.STOPPED)], replace=("app",)).diagnostics
    assert "not running" in obstacle.summary
    assert "--discard-work" in obstacle.detail


def test_a_vm_that_was_never_booted_holds_no_work() -> None:
    vm = desired("app")
    fresh = instance(vm, status=Status.STOPPED, ssh_port=None, receipt=receipt(vm, bootstrap=None))
    made = plan([vm], [fresh], replace=("app",))
    assert made.diagnostics == ()
    assert step_names(made)[0] == "app/delete"


@pytest.mark.parametrize("options", [{"replace": ("app",)}, {"destroy": True}])
def test_a_vm_whose_bootstrap_failed_is_looked_through_in_all_homes(options: dict[str, Any]) -> None:
    vm = desired("app")
    made = plan([vm], [instance(vm, receipt=receipt(vm, bootstrap=None))], **options)
    assert (made.steps[0].action, made.steps[1].action) == (StepAction.GUARD, StepAction.DELETE)
    assert made.steps[0].intent == to.Guard("dvm-app", (), int(NOW.timestamp()), everywhere=True)
    stopped = instance(vm, status=Status.STOPPED, receipt=receipt(vm, bootstrap=None))
    (obstacle,) = plan([vm], [stopped], **options).diagnostics
    assert "not running" in obstacle.summary


@pytest.mark.parametrize("options", [{"replace": ("app",)}, {"destroy": True}])
def test_an_adopted_vm_was_worked_in_before_it_was_ours(options: dict[str, Any]) -> None:
    """By whom, and when, no receipt knows."""
    vm = desired("app")
    for bootstrap in (receipt(vm).bootstrap, None):
        adopted = receipt(vm, adopted=True, bootstrap=bootstrap)
        made = plan([vm], [instance(vm, receipt=adopted)], **options)
        assert made.steps[0].action is StepAction.GUARD
        assert made.steps[0].intent == to.Guard("dvm-app", (), 0, everywhere=True)
        # A clone of Lima's was never booted and has the work of what it was cloned from.
        stopped = instance(vm, status=Status.STOPPED, ssh_port=None, receipt=adopted)
        (obstacle,) = plan([vm], [stopped], **options).diagnostics
        assert "not running" in obstacle.summary
    made = plan([], [instance(vm, receipt=receipt(vm, adopted=True, bootstrap=None))], prune=True)
    assert step_names(made) == ["app/guard", "app/delete"]


@pytest.mark.parametrize("options", [{"replace": ("app",)}, {"destroy": True}])
def test_protected_is_neither_replaced_nor_destroyed(options: dict[str, Any]) -> None:
    for vm, there in (
        (desired("app", protect=True), instance(desired("app", protect=True))),
        (desired("app"), instance(desired("app"), protected=True)),
    ):
        (obstacle,) = plan([vm], [there], **options).diagnostics
        assert "protected" in obstacle.summary


def test_orphans_are_shown_and_destroyed_only_when_asked() -> None:
    gone = desired("gone")
    made = plan([], [instance(gone)])
    assert made.orphans == ("gone",)
    assert not made.has_changes
    assert step_names(plan([], [instance(gone)], prune=True)) == ["gone/guard", "gone/delete"]


def test_a_protected_orphan_stays_and_nobody_is_told_to_change_what_is_not_declared() -> None:
    (obstacle,) = plan([], [instance(desired("gone"), protected=True)], prune=True).diagnostics
    assert "`limactl unprotect dvm-gone`" in obstacle.detail
    assert "manifest" not in obstacle.detail


def test_a_vm_that_is_still_protected_is_to_be_applied_first() -> None:
    (obstacle,) = plan([desired("app")], [instance(desired("app"), protected=True)], replace=("app",)).diagnostics
    assert "`dvm apply app`" in obstacle.detail


@pytest.mark.parametrize("ephemeral", [False, True])
def test_what_is_not_declared_is_not_replaced(ephemeral: bool) -> None:
    vm = desired("gone")
    there = instance(vm, receipt=receipt(vm, ephemeral=ephemeral))
    with pytest.raises(UsageError, match=r"vm\.gone is not declared in dvm\.toml") as caught:
        plan([desired("app")], [there], replace=("gone",))
    assert ("dvm rm gone" if ephemeral else "dvm apply --prune gone") in caught.value.remedy
    with pytest.raises(UnknownVMError):
        plan([desired("app")], [there], replace=("other",))


@pytest.mark.parametrize(
    ("name", "remedy"),
    [("other", "`dvm new other`"), ("Foo", "A VM's name has lower-case"), ("base.node", "--rebuild-base NAME")],
)
def test_a_remedy_for_a_name_that_is_not_there_can_be_typed(name: str, remedy: str) -> None:
    with pytest.raises(UsageError) as caught:
        plan([desired("app")], [], targets=(name,))
    assert remedy in caught.value.remedy
    assert ("dvm new" in caught.value.remedy) is (name == "other")


@pytest.mark.parametrize(
    "options",
    [{}, {"prune": True}, {"destroy": True}, {"rerun_setup": True}, {"discard_work": True, "destroy": True}],
)
def test_an_unmanaged_instance_is_never_in_a_step(options: dict[str, Any]) -> None:
    stranger = instance(desired("other"), receipt=None)
    made = plan([desired("app")], [stranger], **options)
    assert made.unmanaged == ("dvm-other",)
    assert not any("dvm-other" in word for step in made.steps for word in shown(step.intent))


def test_instances_of_other_people_are_not_even_mentioned() -> None:
    theirs = Instance("default", Status.RUNNING, observed().lima_home / "default")
    made = plan([], [theirs])
    assert made.unmanaged == made.orphans == ()


def test_a_taken_name_is_no_step() -> None:
    vm = desired("app")
    made = plan([vm], [instance(vm, receipt=None, receipt_problem="it is dvm-old's")], replace=("app",))
    assert made.steps == ()
    assert made.changes[0].reason == "name_taken"
    assert "dvm-old" in made.changes[0].notes[0]


def test_remains_of_our_own_create_are_cleaned_and_made_again() -> None:
    vm = desired("app")
    remains = instance(vm, receipt=None, status=Status.STOPPED, ssh_port=None, message="mark 1")
    made = plan([vm], [remains], {"app": "mark 1"})
    assert step_names(made)[:2] == ["app/clean", "app/create"]
    assert made.unmanaged == ()


@pytest.mark.parametrize(
    ("changes", "marks"),
    [
        ({"message": "mark 2"}, {"app": "mark 1"}),
        ({"message": ""}, {"app": ""}),
        ({"message": "mark 1"}, {}),
        ({"message": "mark 1", "ssh_port": 2222}, {"app": "mark 1"}),
        ({"message": "mark 1", "status": Status.RUNNING}, {"app": "mark 1"}),
    ],
)
def test_anything_else_without_a_receipt_is_somebody_elses(changes: dict[str, Any], marks: dict[str, str]) -> None:
    vm = desired("app")
    facts: dict[str, Any] = {"receipt": None, "status": Status.STOPPED, "ssh_port": None}
    made = plan([vm], [instance(vm, **(facts | changes))], marks)
    assert made.steps == ()
    assert made.unmanaged == ("dvm-app",)


def test_what_a_vm_depends_on_comes_first() -> None:
    made = plan([desired("app", depends_on=["db"]), desired("db"), desired("web", depends_on=["app"])])
    firsts = [step.id for step in made.steps if step.action is StepAction.CREATE]
    assert firsts == ["vm.db/create", "vm.app/create", "vm.web/create"]
    needs = {step.id: step.needs for step in made.steps}
    assert needs["vm.app/create"] == (), "a new VM is created while the other one boots"
    assert needs["vm.app/start"] == ("vm.app/verify", "vm.db/bootstrap")


def test_nothing_is_stopped_or_destroyed_for_a_dependency_that_may_fail() -> None:
    app = desired("app", depends_on=["db"], memory="4GiB")
    there = instance(desired("app"))
    cases: tuple[dict[str, Any], ...] = ({}, {"replace": ("app",), "discard_work": True})
    for options in cases:
        made = plan([app, desired("db")], [there], **options)
        first = next(step for step in made.steps if step.address == "vm.app")
        assert first.action in {StepAction.STOP, StepAction.DELETE}
        assert first.needs == ("vm.db/bootstrap",)


def test_what_depends_on_a_vm_goes_first() -> None:
    vms = [desired("app", depends_on=["db"]), desired("db")]
    made = plan(vms, [instance(vm) for vm in vms], destroy=True)
    assert step_names(made) == ["app/guard", "app/delete", "db/guard", "db/delete"]
    assert next(step for step in made.steps if step.id == "vm.db/guard").needs == ("vm.app/delete",)


def test_orphans_go_in_the_order_their_receipts_tell() -> None:
    vms = [desired("app", depends_on=["db"]), desired("db")]
    assert step_names(plan([], [instance(vm) for vm in vms], prune=True))[0] == "app/guard"


def test_targets_bring_what_they_depend_on_and_nothing_else() -> None:
    vms = [desired("app", depends_on=["db"]), desired("db"), desired("web")]
    assert set(actions(plan(vms, targets=("app",)))) == {"app", "db"}
    there = [instance(vm) for vm in vms]
    assert set(actions(plan(vms, there, targets=("app",), destroy=True))) == {"app"}


def test_a_target_that_is_not_there_names_its_neighbour() -> None:
    with pytest.raises(UsageError) as caught:
        plan([desired("app")], targets=("ap",))
    assert 'Did you mean "app"?' in caught.value.remedy


def test_two_scripts_have_two_ids() -> None:
    made = plan([desired("app", *(script(name) for name in "abc"))])
    ids = [step.id for step in made.steps]
    assert len(ids) == len(set(ids))
    assert ids[-3:] == ["vm.app/setup", "vm.app/setup-2", "vm.app/setup-3"]


def test_a_changed_script_runs_with_those_after_it() -> None:
    a, b = script("a"), script("b")
    vm = desired("app", a, b)
    made = plan([vm], [instance(vm, receipt=receipt(vm, setup=(record(a, sha256="0" * 64), record(b))))])
    assert step_names(made) == ["app/setup", "app/setup-2"]
    assert made.changes[0].reason == "setup"


names = st.sampled_from(["a", "b", "c", "d", "e"])


@given(st.dictionaries(names, st.sets(names, max_size=3), max_size=5), st.randoms())
def test_steps_respect_needs_and_do_not_depend_on_the_manifests_order(graph: dict[str, set[str]], random: Any) -> None:
    # Only edges to names later in the alphabet: no cycles (those are the manifest's to report).
    vms = [
        desired(name, depends_on=sorted(other for other in others if other > name and other in graph))
        for name, others in graph.items()
    ]
    shuffled = list(vms)
    random.shuffle(shuffled)
    made = plan(vms)
    assert made == plan(shuffled)
    seen: set[str] = set()
    for step in made.steps:
        assert set(step.needs) <= seen
        seen.add(step.id)


def test_nobody_is_told_to_choose_among_no_vms() -> None:
    with pytest.raises(UsageError) as caught:
        plan([], targets=("app",))
    assert (caught.value.detail, caught.value.remedy) == ("There is none at all.", "Declare it with `dvm new app`.")
