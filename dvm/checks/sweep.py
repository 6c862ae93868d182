"""Each family of checks over everything that a plan is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from dvm.checks.files import not_reviewed
from dvm.checks.files import pinned_digest_differs as pins
from dvm.checks.files import review as review_file
from dvm.checks.forecast import forecast, forecast_template
from dvm.checks.instances import booted_before, dead_port, egress_not_in_force, name_taken
from dvm.checks.posture import posture, soften
from dvm.checks.subjects import FileSubject, InstanceSubject, ScriptSubject
from dvm.model.evidence import Role
from dvm.model.instance import Status
from dvm.model.names import instance_name, vm_name
from dvm.model.plan import Action, StepAction
from dvm.plan.change import vouched_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from dvm.checks.kept import KeptReviews
    from dvm.checks.scope import Scope
    from dvm.model.check import CheckResult
    from dvm.model.evidence import FileEvidence
    from dvm.model.instance import Observed
    from dvm.model.lima_config import LimaConfig
    from dvm.model.manifest import DesiredVM

_GOES = "The plan destroys this instance."
_READ_BACK = "It is created, read back, and not booted if that is so."
_UNTOUCHED = "It is an orphan: apply leaves it alone."
_STOPPED = "The plan stops it."
_IN_FORCE = "The plan puts it in force."
_RESTARTED = "The plan restarts it."
_BROKEN = "The plan stops it by force first, and it is checked again before anything else is done with it."


class InstanceResults(Struct):
    """`firm` results are as each check says; `settled` ones are about what the plan itself takes away."""

    firm: list[CheckResult] = field(default_factory=list)
    settled: list[CheckResult] = field(default_factory=list)


def sweep_files(
    scope: Scope, observed: Observed, lima_config: LimaConfig, limactl: FileEvidence | None, uid: int
) -> Iterator[CheckResult]:
    """Yield the results on manifest, setup scripts, templates, instances' files, `_config` and limactl, each once."""
    for file in _distinct(_files(scope, observed, lima_config, limactl)):
        yield from review_file(FileSubject(file, uid))
    for vm in scope.built():
        for pin in pins.pins_of(vm):
            yield from pins.CHECK.run(pin)
    yield from _sweep_review(scope)


def _sweep_review(scope: Scope) -> Iterator[CheckResult]:
    manifest = scope.manifest
    if not manifest.settings.require_review:
        return
    approved = manifest.lock.scripts if manifest.lock is not None else {}
    for name, script in {script.name: script for script, _ in scope.scripts()}.items():
        yield from not_reviewed.CHECK.run(not_reviewed.ReviewedFile(script.file, approved.get(name)))
    approved = manifest.lock.files if manifest.lock is not None else {}
    for key, file in {each.key: each.file for script, _ in scope.scripts() for each in script.files}.items():
        yield from not_reviewed.CHECK.run(not_reviewed.ReviewedFile(file, approved.get(key)))


def sweep_scripts(scope: Scope, kept: KeptReviews | None = None) -> Iterator[CheckResult]:
    """Yield the results on what setup scripts say; one that many VMs share is read once for equal users.

    Those that are `kept` as clean are not read, and those that are found clean are noted there.
    """
    seen: set[tuple[object, ...]] = set()
    for script, vm in scope.scripts():
        files = tuple(script.digests.items())
        key = (script.name, script.sha256, files, script.entry.as_, vm.config.user, vm.config.sudo)
        if key not in seen:
            seen.add(key)
            yield from _review_script(ScriptSubject(script, vm), kept)


def prepare_scripts(vms: Iterable[DesiredVM], kept: KeptReviews | None = None) -> None:
    """Review setup scripts ahead of `sweep_scripts`, while limactl works; the parse of each is kept for that."""
    seen: set[tuple[str, ...]] = set()
    for vm in vms:
        for script in vm.scripts:
            key = (script.sha256, *script.digests.values())
            if key not in seen:
                seen.add(key)
                _review_script(ScriptSubject(script, vm), kept)


def sweep_templates(scope: Scope) -> Iterator[CheckResult]:
    """Yield the results on what the templates of the VMs to be made, or edited to them, bring, each template once."""
    if scope.plan.provisioned:
        from dvm.checks.templates import review_templates

        yield from review_templates(scope)


def sweep_secrets(scope: Scope) -> Iterator[CheckResult]:
    """Yield the results on secrets in the manifest and in setup scripts."""
    from dvm.checks.secrets import review

    yield from review(scope.manifest)


def sweep_instances(scope: Scope, observed: Observed, lima_config: LimaConfig) -> InstanceResults:
    """Return the results on every managed instance the plan is about, and on every name that is taken."""
    results = InstanceResults()
    names = set(scope.names)
    if not scope.plan.options.targets:
        managed = (instance for instance in observed.instances.values() if instance.receipt is not None)
        names.update(name for name in (vm_name(instance.name) for instance in managed) if name is not None)
    # Another manifest's VMs are that one's to judge: nothing is done to them here.
    names.difference_update(scope.plan.elsewhere)
    for name in sorted(names):
        _instance(scope, name, observed, lima_config, results)
    return results


def _instance(scope: Scope, name: str, observed: Observed, lima_config: LimaConfig, results: InstanceResults) -> None:
    change, desired = scope.changes.get(name), scope.desired(name)
    action = change.action if change is not None else Action.NO_OP
    if desired is not None and scope.does(name, StepAction.START):
        results.firm.extend(dead_port.foreseen(desired, observed.blocked))
    # One that gets a new name is judged under the old one; of what a cut left nothing is known yet.
    renamed = change is not None and bool(change.renames)
    instance = change.observed if change is not None and renamed else observed.instances.get(instance_name(name))
    if desired is not None and action in (Action.CREATE, Action.REPLACE):
        results.firm.extend(egress_not_in_force.foreseen(desired))
        foreseen = forecast(desired, lima_config, observed.lima_home)
        if action is Action.CREATE:
            # How Lima merges is Lima's to say: the new VM is read back and judged before its first boot. A
            # replacement can't wait for that: by then the old VM is gone.
            foreseen = [soften(result, _READ_BACK) for result in foreseen]
        results.firm.extend(foreseen)
    if desired is not None and change is not None and change.template is not None:
        results.firm.extend(forecast_template(desired, change.template, observed.lima_home))
    if instance is None or scope.does(name, StepAction.CLEAN):
        return
    subject = InstanceSubject(instance, desired, lima_config)
    if instance.receipt is None:
        results.firm.extend(name_taken.CHECK.run(subject))
    elif scope.does(name, StepAction.DELETE):
        results.settled.extend(soften(result, _GOES) for result in posture(subject, fixed=False))
    elif desired is None:
        results.firm.extend(soften(result, _UNTOUCHED) for result in posture(subject, fixed=False))
    else:
        _kept(scope, name, subject, results)


def _kept(scope: Scope, name: str, subject: InstanceSubject, results: InstanceResults) -> None:
    edited = scope.does(name, StepAction.EDIT)
    change = scope.changes.get(name)
    if change is not None and scope.does(name, StepAction.TAKE_TEMPLATE):
        # That comes first: from then on, the receipt vouches for what the template says now, and for nothing else.
        subject = replace(subject, instance=vouched_for(subject.instance, change.template_edit))
    revived = subject.instance.status is Status.BROKEN and scope.does(name, StepAction.STOP)
    for result in posture(subject, fixed=edited):
        if result.code == "DVM310" and revived:
            results.settled.append(soften(result, _BROKEN))
        elif result.code == dead_port.CHECK.code and scope.does(name, StepAction.STOP):
            results.settled.append(soften(result, _RESTARTED))
        elif egress_not_in_force.is_settled(result) and (
            scope.does(name, StepAction.STOP) or scope.does(name, StepAction.EGRESS)
        ):
            results.settled.append(soften(result, _IN_FORCE))
        elif booted_before.is_settled_by_a_stop(result) and scope.does(name, StepAction.STOP):
            results.settled.append(soften(result, _STOPPED))
        elif result.denies or result.code == booted_before.CHECK.code:
            results.firm.append(result)
        else:
            results.settled.append(result)


def _files(
    scope: Scope, observed: Observed, lima_config: LimaConfig, limactl: FileEvidence | None
) -> Iterator[FileEvidence]:
    yield from (file for file in scope.manifest.files if file.role in (Role.MANIFEST, Role.LOCK))
    built = list(scope.built())
    templates = [file for vm in built for file in lima_config.templates.get(vm.name, ())]
    yield from templates
    told = {file.path for file in templates}
    yield from (file for file in (*lima_config.files, *lima_config.others) if file.path not in told)
    instances = [observed.instances.get(vm.instance) for vm in built]
    yield from (found.file for found in instances if found is not None and found.file is not None)
    if limactl is not None:
        yield limactl
    for script, _ in scope.scripts():
        yield script.file
        yield from (each.file for each in script.files)
    yield from (vm.template_file for vm in built if vm.template_file is not None)


def _distinct(files: Iterable[FileEvidence]) -> Iterator[FileEvidence]:
    # Not a set of evidence: that would hash every file's content. A file that was read twice with two
    # outcomes, or over a path that changed meanwhile, counts twice.
    seen: set[tuple[Path, Role, str | None, int | None, int | None, int]] = set()
    for file in files:
        key = (file.path, file.role, file.sha256, file.owner, file.mode, hash(file.parts))
        if key not in seen:
            seen.add(key)
            yield file


def _review_script(subject: ScriptSubject, kept: KeptReviews | None) -> Iterable[CheckResult]:
    if kept is not None and kept.is_clean(subject.script):
        return ()
    # The Bash parser and the tables of tools take as long to import as a script to read.
    from dvm.checks.scripts import review

    found = review(subject)
    if kept is not None and not found:
        kept.add(subject.script)
    return found
