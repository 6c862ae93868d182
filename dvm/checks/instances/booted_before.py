"""DVM313: a VM that runs with a configuration that is no longer the one DVM reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check, Finding
from dvm.checks.instances.sources import OWN_FILE
from dvm.checks.wording import label, shown
from dvm.diagnostics import Location
from dvm.model.check import Weight
from dvm.model.names import vm_name
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from dvm.checks.subjects import InstanceSubject


def _find(subject: InstanceSubject) -> Iterator[Finding]:
    instance = subject.instance
    if instance.booted is None:
        return
    later = [path for path, moment in _moments(subject).items() if moment > instance.booted]
    if not later:
        return
    files = " and ".join(map(shown, sorted(later)))
    vm = vm_name(instance.name)
    restart = f"`dvm stop {vm}` and `dvm start {vm}`" if vm is not None else f"Restart {visible(instance.name)}"
    yield Finding(
        label(instance),
        f"It was booted before {files} changed. A mount, a forward, a network or a disk that was set then is there "
        "until the next boot, and the configuration that DVM reads no longer tells of it.",
        Location(min(later)),
        f"{restart}.",
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
        "Lima reads the configuration when it boots a VM, and DVM judges the one that the files hold now. Whoever "
        "takes a mount out of them while the VM runs sees the checks pass, and the guest still has the mount."
    ),
    remedy="Restart the VM: `dvm stop VM`, `dvm start VM`.",
    find=_find,
)
