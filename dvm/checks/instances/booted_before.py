"""DVM313: a VM that runs with a configuration that is no longer the one DVM reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check, Finding
from dvm.checks.instances.sources import OWN_FILE
from dvm.checks.instances.undeclared import undeclared
from dvm.checks.wording import label, shown
from dvm.diagnostics import Location
from dvm.model.check import CheckResult, Outcome, Weight
from dvm.model.names import vm_name
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from dvm.checks.subjects import InstanceSubject
    from dvm.lima.fields.drift import Difference
    from dvm.model.instance import Instance


_CODES = ("DVM306", "DVM312", "DVM314")
_TITLE = "Changed within DVM's own start"


def _find(subject: InstanceSubject) -> Iterator[Finding]:
    instance = subject.instance
    receipt = instance.receipt
    if receipt is not None and receipt.untrusted:
        yield Finding(
            label(instance),
            visible(receipt.untrusted),
            None,
            _replace(instance.name),
            title=_TITLE,
            severity=Weight.DENY,
        )
    if instance.booted is None:
        return
    own = [each.difference for code in _CODES for each in undeclared(subject, code) if not each.origin.shared]
    if own and instance.written is not None and instance.written <= instance.booted:
        yield Finding(
            label(instance),
            f"{_booted_with(own)} What that did in the guest is not undone by an edit.",
            Location(instance.dir / OWN_FILE),
            f"`dvm apply {vm_name(instance.name) or visible(instance.name)}` fixes that and restarts the VM. "
            f"If you did not change it there: {_replace(instance.name)}",
            title="Booted with configuration nobody declared",
            severity=Weight.DENY,
        )
    later = [path for path, moment in _moments(subject).items() if moment > instance.booted]
    if not later:
        return
    files = " and ".join(map(shown, sorted(later)))
    vm = vm_name(instance.name)
    restart = f"`dvm stop {vm}` and `dvm start {vm}`" if vm is not None else f"Restart {visible(instance.name)}"
    yield Finding(
        label(instance),
        f"It was booted before {files} changed. A mount, a forward, a network or a disk that was set then is there "
        "until the next boot, and the configuration that DVM reads no longer shows it.",
        Location(min(later)),
        f"{restart}.",
    )


def _booted_with(found: list[Difference]) -> str:
    there, gone = (
        ", ".join(sorted(f"`{visible(each.path)}`" for each in found if (each.new is None) is missing))
        for missing in (False, True)
    )
    sentences = (
        f"It was booted with {there}, which its lima.yaml has and nobody declared." if there else "",
        f"It was booted without {gone}, which its lima.yaml has no more." if gone else "",
    )
    return " ".join(filter(None, sentences))


def is_settled_by_a_stop(result: CheckResult) -> bool:
    """Whether a stop of the VM ends what was found. A VM that is not to be trusted stays so."""
    return result.code == CHECK.code and result.summary != _TITLE


def changed_within_our_start(instance: Instance, files: tuple[Path, ...]) -> CheckResult:
    """Return the result for an instance whose configuration changed between DVM's look and the end of its start."""
    named = " and ".join(map(shown, files)) or "Its effective configuration"
    return CheckResult(
        code=CHECK.code,
        severity=Weight.DENY,
        status=Outcome.FAIL,
        subject=label(instance),
        summary=_TITLE,
        detail=f"{named} changed while DVM started {visible(instance.name)}: what it was booted with is not what the "
        "checks saw, and may have run as root in it. It was stopped. Do not trust it.",
        remedy=_replace(instance.name),
        location=Location(files[0]) if files else None,
    )


def _replace(name: str) -> str:
    vm = vm_name(name) or visible(name)
    return (
        f"Replace it: `dvm apply --replace {vm} --discard-work`. What is in it can only be had by hand, with limactl."
    )


def _moments(subject: InstanceSubject) -> Mapping[Path, float]:
    written = subject.instance.written
    own = {} if written is None else {subject.instance.dir / OWN_FILE: written}
    return {**subject.lima_config.changed, **own}


CHECK: Check[InstanceSubject] = Check(
    code="DVM313",
    severity=Weight.WARN,
    title="Booted before its configuration changed",
    why=(
        "Lima reads the configuration when it boots a VM, and DVM judges the one that the files hold now. A user who "
        "takes a mount out of them while the VM runs sees the checks pass, and the guest still has the mount."
    ),
    remedy="Restart the VM: `dvm stop VM`, `dvm start VM`.",
    find=_find,
)
