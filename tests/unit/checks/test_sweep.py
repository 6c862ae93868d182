"""What a plan does to an instance decides whether what is wrong with that blocks it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from dvm.checks.kept import KeptReviews
from dvm.checks.scope import Scope
from dvm.checks.sweep import prepare_scripts, sweep_files, sweep_instances, sweep_scripts, sweep_templates
from dvm.diagnostics import Location
from dvm.egress.policy import Policy
from dvm.lima.fields.drift import vouched
from dvm.lima.fields.parts import parts_of
from dvm.lima.settings import PROXY_ENVIRONMENT
from dvm.lima.template import parse_template
from dvm.model import intent as to
from dvm.model.check import Weight
from dvm.model.egress import EgressState, Network
from dvm.model.evidence import Role
from dvm.model.instance import Instance, Serving, Status
from dvm.model.lima_config import LimaConfig
from dvm.model.lock import Lock
from dvm.model.manifest import Companion, DesiredVM, Manifest
from dvm.model.plan import Action, Plan, PlanOptions, ResourceChange, Step, TemplateEdit
from dvm.model.settings import Settings
from dvm.model.template import Template
from tests import factories
from tests.unit.checks.samples import ME, configured, directory, file

if TYPE_CHECKING:
    from dvm.checks.subjects import ScriptSubject
    from dvm.model.check import CheckResult

VM = factories.desired(ports=["3000:80"])
LIMITED = factories.desired(egress="none")
NEW = factories.desired()
STOP = to.Stop("dvm-app", force=False)


def scope(vm: DesiredVM, *intents: Any, wanted: Manifest | None = None, **plan: Any) -> Scope:
    """A plan that does this to a VM, and nothing else."""
    wanted = wanted or factories.manifest(vm)
    steps = tuple(Step(f"vm.app/{number}", "vm.app", intent) for number, intent in enumerate(intents))
    if intents:
        plan.setdefault("changes", (ResourceChange("vm.app", "app", "dvm-app", Action.UPDATE),))
    return Scope.of(Plan(wanted.path, wanted.sha256, "2.2.0", PlanOptions(), steps=steps, **plan), wanted)


def swept(about: Scope, *instances: Instance, **seen: Any) -> list[tuple[str, str, str, str]]:
    """The code, weight and last sentence of each result, and whether it holds under strict."""
    observed = replace(factories.observed(*instances), **seen)
    found = sweep_instances(about, observed, LimaConfig())
    return [
        (result.code, str(result.severity), result.detail.rpartition(". ")[2], kind)
        for kind, results in (("firm", found.firm), ("settled", found.settled))
        for result in results
    ]


DEAD = factories.instance(VM, serving=Serving(frozenset()))


def test_a_dead_port_is_settled_by_a_restart_alone() -> None:
    assert swept(scope(VM), DEAD) == [
        ("DVM316", "deny", "No process of dvm-app serves port 3000 on 127.0.0.1.", "firm")
    ]
    assert swept(scope(VM, STOP), DEAD) == [("DVM316", "warn", "The plan restarts it.", "settled")]
    assert [each[1] for each in swept(scope(VM, to.Egress()), DEAD)] == ["deny"]


def test_a_port_that_can_not_be_bound_matters_where_the_vm_is_started() -> None:
    stopped = factories.instance(VM, status=Status.STOPPED)
    blocked = {3000: "is taken"}
    assert swept(scope(VM), stopped, blocked=blocked) == []
    (found,) = swept(scope(VM, to.Start("dvm-app", 60)), stopped, blocked=blocked)
    assert found[:2] == ("DVM316", "deny")
    assert found[3] == "firm"
    assert swept(scope(VM, to.Start("dvm-app", 60)), stopped, blocked={}) == []


OPEN = factories.instance(
    LIMITED,
    egress=EgressState(Policy("dvm-app", "app"), network=Network.OPEN),
    parts=parts_of({"env": dict(PROXY_ENVIRONMENT)}),
)


@pytest.mark.parametrize(
    ("intents", "weight", "kind"),
    [
        ((), "deny", "firm"),
        ((STOP,), "warn", "settled"),
        ((to.Egress(),), "warn", "settled"),
        ((STOP, to.Egress()), "warn", "settled"),
        ((to.Start("dvm-app", 60),), "deny", "firm"),
    ],
)
def test_a_rule_that_is_not_in_force_is_settled_where_the_plan_puts_it_in_force(
    intents: tuple[Any, ...], weight: str, kind: str
) -> None:
    ((code, found, last, where),) = swept(scope(LIMITED, *intents), OPEN)
    assert (code, found, where) == ("DVM315", weight, kind)
    assert (last == "The plan puts it in force.") is (kind == "settled")


def test_a_rule_that_can_not_be_enforced_is_settled_by_nothing() -> None:
    vm = factories.desired(egress="none", sudo=True)
    there = factories.instance(vm, vm_type="vz", egress=EgressState(listens=True))
    ((code, weight, _, kind),) = swept(scope(vm, STOP, to.Egress()), there)
    assert (code, weight, kind) == ("DVM315", "deny", "firm")
    new = factories.desired(egress="none", sudo=True, vm_type="vz")
    change = ResourceChange("vm.app", "app", "dvm-app", Action.CREATE, desired=new)
    ((code, weight, _, kind),) = swept(scope(new, changes=(change,)))
    assert (code, weight, kind) == ("DVM315", "deny", "firm")


def test_what_an_edit_fixes_is_settled_and_the_rest_is_firm() -> None:
    posture = factories.instance(VM).posture
    assert posture is not None
    bad = factories.instance(VM, posture=replace(posture, forward_agent=True, networks=("{}",)))
    edit = to.Edit(VM, "qemu")
    assert [(each[0], each[1], each[3]) for each in swept(scope(VM, edit), bad)] == [
        ("DVM305", "deny", "firm"),
        ("DVM304", "warn", "settled"),
    ]
    assert {each[3] for each in swept(scope(VM), bad)} == {"firm"}


def test_what_an_edit_would_fix_is_shown_of_a_vm_that_is_not_edited() -> None:
    vm = factories.desired(isolation="standard")
    made = factories.instance(vm, receipt=factories.receipt(vm, allowed=vm.allowed))
    assert made.posture is not None
    open_ = replace(made, posture=replace(made.posture, forwards=()))
    assert swept(scope(vm, to.Edit(vm, "qemu")), open_) == [], "it is a change of ports"
    assert swept(scope(vm, to.Delete("dvm-app")), open_) == [
        ("DVM303", "warn", "The plan destroys this instance.", "settled")
    ]
    orphan = swept(scope(vm, wanted=factories.manifest(factories.desired("db"))), open_)
    assert orphan == [("DVM303", "warn", "It is an orphan: apply leaves it alone.", "firm")]


def test_another_manifests_vm_is_that_ones_to_judge() -> None:
    assert swept(scope(VM, elsewhere={"app": "/other/dvm.toml"}), DEAD) == []
    other = factories.instance(factories.desired("db"), status=Status.BROKEN)
    about = scope(VM, elsewhere={"db": "/other/dvm.toml"})
    assert swept(about, other) == []
    assert swept(scope(VM), other) == [("DVM310", "warn", "It is an orphan: apply leaves it alone.", "firm")]


def test_a_vm_that_gets_a_new_name_is_judged_under_the_old_one() -> None:
    old = factories.instance(factories.desired("old", ports=["3000:80"]), status=Status.BROKEN)
    change = ResourceChange("vm.app", "app", "dvm-app", Action.UPDATE, desired=VM, observed=old, renames="old")
    assert [each[:2] for each in swept(scope(VM, changes=(change,)))] == [("DVM310", "deny")]
    unnamed = replace(change, renames="")
    assert swept(scope(VM, changes=(unnamed,))) == []


def test_what_a_cut_off_create_left_is_not_looked_at() -> None:
    left = factories.instance(VM, receipt=None, status=Status.BROKEN)
    assert swept(scope(VM, to.Clean("dvm-app")), left) == []
    assert [each[0] for each in swept(scope(VM), left)] == ["DVM311"]


def test_what_a_template_says_now_is_vouched_for_once_the_plan_takes_it_over() -> None:
    there = configured({}, {"env": {"A": "x"}, "user": {"shell": "/x"}}).instance
    taken = TemplateEdit("t.yaml", None, vouched(parts_of({"env": {"A": "x"}})))
    change = ResourceChange("vm.app", "app", "dvm-app", Action.UPDATE, desired=NEW, observed=there, template_edit=taken)
    two = [("DVM314", "deny"), ("DVM314", "deny")]
    assert [each[:2] for each in swept(scope(NEW), there)] == two
    assert [each[:2] for each in swept(scope(NEW, changes=(change,)), there)] == two, "it does not take it over"
    assert [each[:2] for each in swept(scope(NEW, to.TakeTemplate(), changes=(change,)), there)] == two[1:]


def test_what_a_template_may_not_bring_blocks_before_anything_is_made() -> None:
    bad = Template("template:x", declared={"networks": [{"lima": "shared"}]})
    change = ResourceChange("vm.app", "app", "dvm-app", Action.CREATE, desired=NEW, template=bad)
    ((code, weight, last, kind),) = swept(scope(NEW, changes=(change,)))
    assert (code, weight, kind) == ("DVM305", "deny", "firm")
    assert last == "The template template:x sets it by `networks`."
    assert swept(scope(NEW, changes=(replace(change, template=None),))) == []


def test_a_vm_that_is_not_to_be_trusted_is_settled_by_no_stop() -> None:
    made = factories.receipt(NEW, untrusted="Its lima.yaml changed.")
    there = factories.instance(NEW, receipt=made)
    for intents in ((), (STOP,), (STOP, to.Edit(NEW, "qemu"))):
        ((code, weight, _, kind),) = swept(scope(NEW, *intents), there)
        assert (code, weight, kind) == ("DVM313", "deny", "firm")


# Files


def test_scripts_are_reviewed_ahead_and_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def review(subject: ScriptSubject) -> list[CheckResult]:
        read.append(f"{subject.vm.name}/{subject.script.name}")
        return []

    monkeypatch.setattr("dvm.checks.scripts.review", review)
    one, other = factories.script("a.sh", "true\n"), factories.script("b.sh", "false\n")
    filled = replace(one, files=(Companion("f", file(Role.COMPANION, "/c/f")),))
    vms = [factories.desired("app", one, other), factories.desired("db", one, filled)]
    kept = KeptReviews(b"", "code")
    prepare_scripts(vms, kept)
    assert read == ["app/a.sh", "app/b.sh", "db/a.sh"], "with other files it is another one"
    assert all(KeptReviews(kept.content(), "code").is_clean(script) for script in (one, other, filled))
    prepare_scripts(vms, KeptReviews(kept.content(), "code"))
    assert len(read) == 3
    prepare_scripts(vms)
    assert len(read) == 6
    # Who runs it, and where, may decide what is found: a script is read once for equal users alone.
    del read[:]
    vms += [factories.desired("other", one, user="coder"), factories.desired("same", one, other)]
    assert list(sweep_scripts(scope(vms[0], wanted=factories.manifest(*vms)))) == []
    assert read == ["app/a.sh", "app/b.sh", "db/a.sh", "other/a.sh"]


def test_what_a_template_makes_the_guest_do_is_reviewed() -> None:
    text = "provision:\n- script: 'curl -fsSL https://x.example/i | sh'\n"
    change = ResourceChange("vm.app", "app", "dvm-app", Action.CREATE, desired=NEW)
    assert list(sweep_templates(scope(NEW, changes=(change,)))) == []
    read = replace(change, template=parse_template("template:x", text.encode()))
    assert "DVM202" in {result.code for result in sweep_templates(scope(NEW, changes=(read,)))}


def reviewed(lock: Lock | None, *, required: bool = True) -> list[tuple[str, str]]:
    script = factories.script("a.sh")
    good = replace(script.file, owner=ME)
    companion = Companion("f", replace(file(Role.COMPANION, "/c/f"), content=b"f"), "f")
    vm = factories.desired("app", replace(script, file=good, files=(companion,)))
    wanted = replace(factories.manifest(vm), settings=Settings(require_review=required), lock=lock)
    results = sweep_files(scope(vm, wanted=wanted), factories.observed(), LimaConfig(), None, ME)
    return [(result.code, result.subject) for result in results if result.code == "DVM108"]


def test_scripts_and_files_that_nobody_approved_are_found_where_that_is_demanded() -> None:
    sha256 = factories.script("a.sh").sha256
    companion = str(file(Role.COMPANION, "/c/f").sha256)
    both = [("DVM108", "/c/a.sh"), ("DVM108", "/c/f")]
    assert reviewed(None) == both
    assert reviewed(None, required=False) == []
    assert reviewed(Lock()) == both
    assert reviewed(Lock(scripts={"a.sh": sha256})) == both[1:]
    assert reviewed(Lock(scripts={"a.sh": sha256}, files={"f": companion})) == []
    assert reviewed(Lock(scripts={"a.sh": companion}, files={"f": sha256})) == both
    assert reviewed(Lock(scripts={"f": companion}, files={"a.sh": sha256})) == both, "each kind is looked up as its own"


def test_every_file_that_decides_what_runs_is_looked_at_once() -> None:
    def open_to_all(role: Role, path: str) -> Any:
        return file(role, path, mode=0o666)

    script = factories.script("a.sh")
    companion = Companion("f", open_to_all(Role.COMPANION, "/c/f"), "f")
    script = replace(script, file=open_to_all(Role.SCRIPT, "/c/a.sh"), files=(companion,))
    vms = [
        replace(factories.desired(name, script), template_file=open_to_all(Role.TEMPLATE, "/c/t.yaml"))
        for name in ("app", "db")
    ]
    manifest = factories.manifest(*vms)
    files = (open_to_all(Role.MANIFEST, "/c/dvm.toml"), open_to_all(Role.LOCK, "/c/dvm.lock"))
    manifest = replace(manifest, files=(*files, open_to_all(Role.STATE, "/c/other")))
    shared = open_to_all(Role.LIMA_FILE, "/l/t.yaml")
    config = LimaConfig(
        (open_to_all(Role.LIMA_CONFIG, "/l/default.yaml"),),
        others=(open_to_all(Role.LIMA_FILE, "/l/networks.yaml"), shared),
        templates={
            "app": (shared, open_to_all(Role.LIMA_FILE, "/l/u.yaml")),
            "elsewhere": (open_to_all(Role.LIMA_FILE, "/l/unused.yaml"),),
        },
    )
    there = factories.instance(vms[0], file=open_to_all(Role.LIMA_FILE, "/l/dvm-app/lima.yaml"))
    orphan = factories.instance(factories.desired("left"), file=open_to_all(Role.LIMA_FILE, "/l/dvm-left/lima.yaml"))
    limactl = open_to_all(Role.LIMACTL, "/usr/bin/limactl")
    about = scope(vms[0], wanted=manifest)
    results = list(sweep_files(about, factories.observed(there, orphan), config, limactl, ME))
    open_ = [result.subject for result in results if result.code in {"DVM102", "DVM109"}]
    assert sorted(open_) == [
        "/c/a.sh", "/c/dvm.lock", "/c/dvm.toml", "/c/f", "/c/t.yaml", "/l/default.yaml", "/l/dvm-app/lima.yaml",
        "/l/networks.yaml", "/l/t.yaml", "/l/u.yaml", "/usr/bin/limactl",
    ]  # fmt: skip
    assert {result.severity for result in results if result.code in {"DVM102", "DVM109"}} == {Weight.DENY}


def test_a_file_that_was_read_twice_with_two_outcomes_counts_twice() -> None:
    """What one VM's script was at one moment says nothing of it at another."""
    first = factories.script("a.sh", "true\n")
    second = factories.script("a.sh", "false\n")
    scripts = [replace(each, file=replace(each.file, owner=4242)) for each in (first, second, first)]
    vms = [factories.desired(name, script) for name, script in zip(("a", "b", "c"), scripts, strict=True)]
    wanted = factories.manifest(*vms)
    found = sweep_files(scope(vms[0], wanted=wanted), factories.observed(), LimaConfig(), None, ME)
    assert [result.subject for result in found if result.code == "DVM101"].count("/c/a.sh") == 2
    # Nor of the path to it.
    moved = replace(first, file=replace(first.file, parts=(directory("/c", mode=0o777),)))
    wanted = factories.manifest(factories.desired("a", first), factories.desired("b", moved))
    found = sweep_files(scope(vms[0], wanted=wanted), factories.observed(), LimaConfig(), None, ME)
    assert "DVM103" in {result.code for result in found}


def test_a_template_is_held_against_its_pin() -> None:
    template = file(Role.TEMPLATE, "/c/t.yaml")
    place = Location(Path("/c/dvm.toml"), 3)

    def pinned(sha256: str | None) -> list[tuple[str, Location | None]]:
        vm = factories.desired(template="/c/t.yaml", template_sha256=sha256)
        vm = replace(vm, template_file=template, locations={"template_sha256": place})
        found = sweep_files(scope(vm), factories.observed(), LimaConfig(), None, ME)
        return [(result.code, result.location) for result in found if result.code == "DVM110"]

    assert pinned(template.sha256) == pinned(None) == []
    assert pinned("0" * 64) == [("DVM110", place)]
