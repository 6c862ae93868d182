"""The gate looks at all that a plan is about, and lets nothing through that a check denies."""

from __future__ import annotations

import copy
import dataclasses
import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec.structs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.checks.gate import ApprovedPlan, ChecksRefusedError, Verdict, approve, judge
from dvm.diagnostics import Location
from dvm.errors import ExitCode
from dvm.model.check import CheckResult, Outcome, Weight
from dvm.model.evidence import FileEvidence, Role
from dvm.model.instance import Instance, Mount, Observed, Status
from dvm.model.lima_config import LimaConfig
from dvm.model.plan import Plan, PlanOptions
from dvm.plan.build import build_plan
from dvm.plan.power import stop_plan
from dvm.state.unfinished import Unfinished
from tests import factories
from tests.unit.checks.samples import HOME_PARTS, ME, config, file, standard

if TYPE_CHECKING:
    from dvm.model.manifest import DesiredVM, Manifest, Script

MOUNT = (Mount("/home/me", "/home/me", writable=True),)


def script(name: str, **changes: Any) -> Script:
    made = factories.script(name, STRICT)
    good = msgspec.structs.replace(made.file, owner=ME, parts=HOME_PARTS)
    return msgspec.structs.replace(made, file=msgspec.structs.replace(good, **changes))


def manifest(*vms: DesiredVM, **changes: Any) -> Manifest:
    """A manifest whose files pass every check, but for `changes` in dvm.toml."""
    made = factories.manifest(*vms)
    files = tuple(msgspec.structs.replace(item, owner=ME, **changes) for item in made.files)
    return msgspec.structs.replace(made, files=files)


def spoilt(vm: DesiredVM, *, status: Status = Status.RUNNING, **posture: Any) -> Instance:
    instance = factories.instance(vm, status=status)
    assert instance.posture is not None
    return msgspec.structs.replace(instance, posture=msgspec.structs.replace(instance.posture, **posture))


def judged(
    wanted: Manifest,
    seen: Observed | None = None,
    lima_config: LimaConfig | None = None,
    *,
    limactl: FileEvidence | None = None,
    strict: bool = False,
    extra: tuple[CheckResult, ...] = (),
    marks: dict[str, str] | None = None,
    **options: Any,
) -> Verdict:
    seen = seen or factories.observed()
    plan = build_plan(wanted, seen, PlanOptions(**options), Unfinished(marks or {}))
    return judge(plan, wanted, seen, lima_config or LimaConfig(), uid=ME, limactl=limactl, strict=strict, extra=extra)


def codes(verdict: Verdict) -> list[tuple[str, str, str]]:
    return [(result.code, str(result.severity), result.subject) for result in verdict]


def result(**changes: Any) -> CheckResult:
    return msgspec.structs.replace(
        CheckResult("DVM201", Weight.WARN, Outcome.FAIL, "x.sh", "No strict mode"), **changes
    )


STRICT = "set -Eeuo pipefail\ntrue\n"
APP, DB = factories.desired("app"), factories.desired("db")


def test_a_good_plan_is_approved() -> None:
    vm = factories.desired("app", script("a.sh"))
    verdict = judged(manifest(vm), factories.observed(factories.instance(DB, receipt=None)))
    approved = approve(verdict.plan, verdict)
    assert list(verdict) == []
    assert approved.plan is verdict.plan
    assert approved.results == ()


@pytest.mark.parametrize(
    ("wanted", "lima_config", "limactl", "code"),
    [
        (manifest(APP, mode=0o666), None, None, "DVM102"),
        (manifest(factories.desired("app", script("a.sh", owner=4242))), None, None, "DVM101"),
        (
            manifest(msgspec.structs.replace(APP, template_file=file(Role.TEMPLATE, "/c/t.yaml", mode=0o622))),
            None,
            None,
            "DVM102",
        ),
        (
            manifest(APP),
            LimaConfig((file(Role.LIMA_CONFIG, "/l/_config/default.yaml", owner=4242),)),
            None,
            "DVM101",
        ),
        (manifest(APP), None, file(Role.LIMACTL, "/usr/bin/limactl", mode=0o777), "DVM109"),
        (manifest(factories.desired("app", factories.script("a.sh", STRICT, sha256="0" * 64))), None, None, "DVM110"),
    ],
)
def test_every_kind_of_file_is_looked_at(
    wanted: Manifest, lima_config: LimaConfig | None, limactl: FileEvidence | None, code: str
) -> None:
    verdict = judged(wanted, None, lima_config, limactl=limactl)
    assert code in {result.code for result in verdict.denying}
    with pytest.raises(ChecksRefusedError) as caught:
        approve(verdict.plan, verdict)
    assert caught.value.exit_code is ExitCode.REFUSED
    assert code in caught.value.summary
    assert caught.value.checks == verdict.denying


@pytest.mark.parametrize(
    ("limactl", "found"), [(None, []), (0o755, []), (0o777, [("DVM109", "deny", "/usr/bin/limactl")])]
)
def test_a_plan_that_only_stops_needs_nothing_but_a_limactl_to_trust(
    limactl: int | None, found: list[tuple[str, str, str]]
) -> None:
    bad = spoilt(APP, forward_agent=True)
    seen, wanted = factories.observed(bad), manifest(APP, mode=0o666)
    evidence = None if limactl is None else file(Role.LIMACTL, "/usr/bin/limactl", mode=limactl)
    plan = stop_plan(wanted, seen, PlanOptions(targets=("app",)), {"app": bad})
    verdict = judge(plan, wanted, seen, LimaConfig(), uid=ME, limactl=evidence)
    assert codes(verdict) == found
    if not found:
        assert approve(verdict.plan, verdict).results == ()


def test_what_is_known_besides_counts_for_a_plan_that_only_stops() -> None:
    seen, wanted = factories.observed(factories.instance(APP)), manifest(APP)
    plan = stop_plan(wanted, seen, PlanOptions(targets=("app",)), {"app": factories.instance(APP)})
    extra = [result(subject="b"), result(subject="a"), result(subject="b")]
    verdict = judge(plan, wanted, seen, LimaConfig(), uid=ME, limactl=None, extra=extra)
    assert [item.subject for item in verdict] == ["a", "b"]
    denied = judge(plan, wanted, seen, LimaConfig(), uid=ME, limactl=None, extra=[result(severity=Weight.DENY)])
    with pytest.raises(ChecksRefusedError):
        approve(plan, denied)


def test_a_plan_that_does_more_than_stop_gets_every_check() -> None:
    wanted, seen = manifest(APP, mode=0o666), factories.observed()
    plan = build_plan(wanted, seen, PlanOptions(), Unfinished())
    plan = msgspec.structs.replace(plan, options=msgspec.structs.replace(plan.options, stop=True))
    assert plan.steps
    assert codes(judge(plan, wanted, seen, LimaConfig(), uid=ME, limactl=None)) == [("DVM102", "deny", "/c/dvm.toml")]


@pytest.mark.parametrize("count", [1, 3, 4])
def test_a_refusal_shows_few_remedies_and_no_more(count: int) -> None:
    results = [result(code=f"DVM20{number}", severity=Weight.DENY, remedy=f"Do {number}.") for number in range(count)]
    remedy = ChecksRefusedError(results).remedy
    shown = [f"Do {number}." for number in range(count)] + ["`dvm explain DVM200` shows more."]
    assert remedy == ("\n".join(shown) if count <= 3 else "`dvm check` shows each remedy.")


def test_a_refusal_says_what_was_found_and_what_to_do() -> None:
    mount = result(code="DVM301", severity=Weight.DENY, detail="A mount.", remedy="Take it out.")
    other = result(code="DVM204", severity=Weight.DENY, detail="A download.", remedy="Pin it.")
    error = ChecksRefusedError([mount, other, mount])
    assert error.summary == "Blocked by 3 security checks: DVM204, DVM301."
    assert error.detail == "DVM301: A mount.\nDVM204: A download."
    assert error.remedy == "Take it out.\nPin it.\n`dvm explain DVM204` shows more."
    assert ChecksRefusedError([mount]).summary == "Blocked by 1 security check: DVM301."


def test_a_refusal_below_its_findings_does_not_repeat_them() -> None:
    error = ChecksRefusedError([result(severity=Weight.DENY, detail="A download.", remedy="Pin it.")])
    shown = error.shown()
    assert shown.summary == error.summary
    assert shown.detail == "What they found is above. Nothing was changed."
    assert shown.remedy == ""
    assert shown.exit_code is ExitCode.REFUSED


def test_files_of_other_vms_do_not_stand_in_the_way_of_targets() -> None:
    wanted = manifest(factories.desired("app"), factories.desired("db", script("bad.sh", mode=0o666)))
    assert codes(judged(wanted)) == [("DVM102", "deny", "/c/bad.sh")]
    assert codes(judged(wanted, targets=("app",))) == []
    assert codes(judged(wanted, targets=("db",))) == [("DVM102", "deny", "/c/bad.sh")]


def test_what_a_target_depends_on_is_looked_at_too() -> None:
    needs = factories.desired("app", depends_on=["db"])
    wanted = manifest(needs, factories.desired("db", script("bad.sh", mode=0o666)))
    assert codes(judged(wanted, targets=("app",))) == [("DVM102", "deny", "/c/bad.sh")]


def test_scripts_do_not_stand_in_the_way_of_a_destruction() -> None:
    vm = factories.desired("app", script("bad.sh", mode=0o666))
    assert codes(judged(manifest(vm), factories.observed(factories.instance(vm)), destroy=True)) == []


def test_the_script_that_would_run_is_looked_at_even_if_the_manifest_names_another() -> None:
    seen = factories.observed()
    bad = factories.desired("app", script("bad.sh", mode=0o666))
    plan = build_plan(manifest(bad), seen, PlanOptions(), Unfinished())
    verdict = judge(plan, manifest(APP), seen, LimaConfig(), uid=ME, limactl=None)
    assert codes(verdict) == [("DVM102", "deny", "/c/bad.sh")]


def test_a_shared_file_is_reported_once_and_the_order_is_stable() -> None:
    shared = script("bad.sh", mode=0o666, owner=4242)
    vms = [factories.desired(name, shared) for name in ("a", "b", "c")]
    expected = [("DVM101", "deny", "/c/bad.sh"), ("DVM102", "deny", "/c/bad.sh")]
    for order in itertools.permutations(vms):
        assert codes(judged(manifest(*order))) == expected


@pytest.mark.parametrize("strict", [False, True])
def test_what_the_plan_fixes_does_not_block_even_when_strict(strict: bool) -> None:
    vm = standard()
    verdict = judged(manifest(vm), factories.observed(spoilt(vm, mounts=MOUNT)), strict=strict)
    assert codes(verdict) == [("DVM301", "warn", "vm.app")]
    assert approve(verdict.plan, verdict).results == tuple(verdict)


def test_what_comes_from_the_host_wide_files_blocks() -> None:
    vm = standard()
    lima_config = config(default={"mounts": [{"location": "~"}]})
    verdict = judged(manifest(vm), factories.observed(spoilt(vm, mounts=MOUNT)), lima_config)
    assert codes(verdict) == [("DVM301", "deny", "vm.app")]


def test_a_replacement_that_would_be_refused_at_its_end_is_refused_before_it_destroys() -> None:
    """A create is foretold, and judged when it has been read back: how Lima merges is Lima's to say."""
    vm = standard()
    lima_config = config(
        {"mounts": [{"location": "~"}], "ssh": {"forwardAgent": True}}, {"networks": [{"vzNAT": True}]}
    )
    expected = [("DVM301", "deny", "vm.app"), ("DVM304", "deny", "vm.app"), ("DVM305", "deny", "vm.app")]
    foretold = judged(manifest(vm), None, lima_config)
    assert codes(foretold) == [(code, "warn", who) for code, _, who in expected]
    assert all("not booted" in result.detail for result in foretold)
    assert codes(judged(manifest(vm), None, lima_config, strict=True)) == expected
    seen = factories.observed(factories.instance(vm))
    assert codes(judged(manifest(vm), seen, lima_config, replace=("app",))) == expected
    # Plain mode drops mounts, and DVM's own forwardAgent = false beats default.yaml's.
    harmless = config({"mounts": [{"location": "~"}]}, {"ssh": {"forwardAgent": True}})
    assert codes(judged(manifest(APP), None, harmless)) == []


def test_what_the_plan_destroys_does_not_block() -> None:
    bad = factories.observed(spoilt(APP, networks=("x",), status=Status.BROKEN))
    for options in ({"destroy": True}, {"replace": ("app",), "discard_work": True}):
        verdict = judged(manifest(APP), bad, strict=True, **options)
        assert codes(verdict) == [("DVM305", "warn", "vm.app"), ("DVM310", "warn", "vm.app")]
        assert "The plan destroys this instance." in verdict[0].detail
    pruned = judged(manifest(DB), bad, prune=True, discard_work=True)
    assert codes(pruned) == [("DVM305", "warn", "vm.app"), ("DVM310", "warn", "vm.app")]


def test_an_untouched_orphan_is_reported_and_blocks_only_when_strict() -> None:
    bad = factories.observed(spoilt(APP, forward_agent=True))
    assert codes(judged(manifest(DB), bad)) == [("DVM304", "warn", "vm.app")]
    assert codes(judged(manifest(DB), bad, strict=True)) == [("DVM304", "deny", "vm.app")]
    assert codes(judged(manifest(DB), bad, targets=("db",))) == []
    assert codes(judged(manifest(DB), bad, targets=("app",))) == [("DVM304", "warn", "vm.app")]


def test_a_broken_instance_that_the_plan_stops_by_force_does_not_block() -> None:
    broken = factories.instance(APP, status=Status.BROKEN)
    assert codes(judged(manifest(APP), factories.observed(broken))) == [("DVM310", "warn", "vm.app")]
    unparsed = factories.instance(APP, status=Status.UNKNOWN, posture=None)
    assert codes(judged(manifest(APP), factories.observed(unparsed))) == [("DVM310", "deny", "vm.app")]
    # By its code alone: what else stands against it is not settled by the stop.
    spoiled = factories.observed(spoilt(APP, forward_agent=True, status=Status.BROKEN))
    assert ("DVM310", "warn", "vm.app") in codes(judged(manifest(APP), spoiled, strict=True))
    (stopped,) = judged(manifest(APP), factories.observed(broken))
    assert "The plan stops it by force first" in stopped.detail


def test_a_restart_settles_that_the_configuration_changed_since_the_boot() -> None:
    running = msgspec.structs.replace(factories.instance(APP), booted=100.0, written=200.0)
    still = judged(manifest(APP), factories.observed(running))
    assert codes(still) == [("DVM313", "warn", "vm.app")]
    assert codes(judged(manifest(APP), factories.observed(running), strict=True)) == [("DVM313", "deny", "vm.app")]
    grown = factories.desired("app", cpus=5)
    for strict in (False, True):
        restarted = judged(manifest(grown), factories.observed(running), strict=strict)
        assert codes(restarted) == [("DVM313", "warn", "vm.app")]
        assert restarted[0].detail.endswith("The plan stops it.")
    assert "The plan stops it." not in still[0].detail


def test_a_name_taken_blocks_and_the_strangers_configuration_is_nobodys_business() -> None:
    stranger = msgspec.structs.replace(spoilt(APP, mounts=MOUNT), receipt=None)
    assert codes(judged(manifest(APP), factories.observed(stranger))) == [("DVM311", "deny", "vm.app")]
    assert codes(judged(manifest(DB), factories.observed(stranger))) == []


def test_the_remains_of_our_own_create_are_no_stranger() -> None:
    remains = factories.instance(APP, receipt=None, status=Status.STOPPED, ssh_port=None, message="mark")
    assert codes(judged(manifest(APP), factories.observed(remains), marks={"app": "mark"})) == []
    assert codes(judged(manifest(APP), factories.observed(remains), marks={"app": "other"})) != []


def test_warnings_do_not_block_unless_strict() -> None:
    extra = (result(), result(subject="a.sh"), result(status=Outcome.WAIVED, subject="w.sh"))
    verdict = judged(manifest(APP), extra=extra)
    assert [item.subject for item in verdict] == ["a.sh", "w.sh", "x.sh"]
    assert approve(verdict.plan, verdict).results == tuple(verdict)
    strict = judged(manifest(APP), extra=extra, strict=True)
    assert [item.subject for item in strict.denying] == ["a.sh", "x.sh"]
    with pytest.raises(ChecksRefusedError, match="Blocked by 2 security checks: DVM201"):
        approve(strict.plan, strict)


def test_only_judge_makes_a_verdict_and_only_on_its_own_plan() -> None:
    verdict = judged(manifest(APP))
    other = judged(manifest(DB))
    with pytest.raises(TypeError, match=r"only .* makes a Verdict"):
        Verdict(verdict.plan, (), object(), whole=True)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="the verdict that judge"):
        approve(verdict.plan, ())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="the verdict that judge"):
        approve(verdict.plan, other)


def test_only_approve_makes_an_approved_plan() -> None:
    verdict = judged(manifest(APP))
    with pytest.raises(TypeError, match=r"only .* makes an ApprovedPlan"):
        ApprovedPlan(verdict.plan, (), object())  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        ApprovedPlan(verdict.plan, ())  # type: ignore[call-arg]
    approved = approve(verdict.plan, verdict)
    with pytest.raises((TypeError, ValueError)):
        dataclasses.replace(approved, plan=judged(manifest(DB)).plan)  # type: ignore[type-var]
    with pytest.raises(TypeError):
        msgspec.structs.replace(approved, plan=judged(manifest(DB)).plan)  # type: ignore[type-var]
    for change in (
        lambda: setattr(approved, "plan", verdict.plan),
        lambda: delattr(approved, "plan"),
        lambda: setattr(approved, "other", 1),
        lambda: copy.copy(approved),
    ):
        with pytest.raises(AttributeError, match="ApprovedPlan does not change"):
            change()


RESULTS: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,  # not CheckResult, whose annotations only a type checker can look up
    code=st.sampled_from(["DVM101", "DVM201", "DVM301"]),
    severity=st.sampled_from(Weight),
    status=st.sampled_from(Outcome),
    subject=st.text(max_size=3),
    summary=st.just("x"),
    location=st.sampled_from([None, *(Location(Path("/x"), line) for line in (None, 1, 2, 3))]),
)


@given(results=st.lists(RESULTS.map(lambda facts: CheckResult(**facts))), strict=st.booleans())
def test_any_denial_raises(results: list[CheckResult], strict: bool) -> None:
    wanted = manifest(APP)
    plan = Plan(wanted.path, wanted.sha256, "2.2.0", PlanOptions())
    verdict = judge(
        plan, wanted, factories.observed(), LimaConfig(), uid=ME, limactl=None, strict=strict, extra=results
    )
    must_deny = any(r.status is Outcome.FAIL and (strict or r.severity is Weight.DENY) for r in results)
    assert bool(verdict.denying) is must_deny
    assert len(set(verdict)) == len(verdict)
    if must_deny:
        with pytest.raises(ChecksRefusedError):
            approve(plan, verdict)
    else:
        assert approve(plan, verdict).plan is plan


@given(st.permutations([result(code=f"DVM{n}", subject=s) for n in (201, 301) for s in "ab"] * 2))
def test_the_order_of_results_does_not_depend_on_who_came_first(results: list[CheckResult]) -> None:
    plan = Plan(Path("/c/dvm.toml"), "", "2.2.0", PlanOptions())
    verdict = judge(plan, manifest(), factories.observed(), LimaConfig(), uid=ME, limactl=None, extra=results)
    assert [(item.code, item.subject) for item in verdict] == [
        ("DVM201", "a"), ("DVM201", "b"), ("DVM301", "a"), ("DVM301", "b"),
    ]  # fmt: skip


A, B = Path("/c/a.sh"), Path("/c/b.sh")
PLACES = (
    None, Location(A), Location(A, 1), Location(A, 1, 1), Location(A, 2), Location(A, 10, 3), Location(A, 10, 20),
    Location(B, 1),
)  # fmt: skip


@given(st.permutations(range(len(PLACES))))
def test_results_on_one_subject_come_in_order_of_their_place(order: list[int]) -> None:
    # Their details run the other way.
    placed = [result(location=PLACES[number], detail=f"{len(PLACES) - number}") for number in order]
    plan = Plan(Path("/c/dvm.toml"), "", "2.2.0", PlanOptions())
    verdict = judge(plan, manifest(), factories.observed(), LimaConfig(), uid=ME, limactl=None, extra=placed)
    assert [item.location for item in verdict] == list(PLACES)
