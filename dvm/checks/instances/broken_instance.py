"""DVM310: an instance of which Lima cannot say what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check, Finding
from dvm.checks.wording import label
from dvm.model.check import Weight
from dvm.model.instance import Status
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.subjects import InstanceSubject


def _find(subject: InstanceSubject) -> Iterator[Finding]:
    instance = subject.instance
    name = visible(instance.name)
    if instance.status is Status.BROKEN:
        detail = f"Lima lists {name} as Broken: one of its processes is gone, or its lima.yaml can't be used."
    elif instance.status is Status.UNKNOWN:
        detail = f"Lima gives {name} no status that DVM knows; most likely its lima.yaml can't be parsed."
    elif instance.posture is None:
        detail = f"Lima lists {name} without its effective configuration, so nothing can be said about it."
    else:
        return
    yield Finding(label(instance), detail, remedy=_remedy(name))


def _remedy(name: str) -> str:
    return (
        "Look again in a few seconds (a VM that just died shows so). "
        f"If it stays: `limactl stop --force {name}`. "
        f"If that does not help, fix its lima.yaml: `limactl edit {name}` says what is wrong."
    )


CHECK: Check[InstanceSubject] = Check(
    code="DVM310",
    severity=Weight.DENY,
    title="Instance is broken",
    why=(
        "DVM starts, enters and copies to an instance only after it has read its effective configuration. Of "
        "a broken one it is missing, or is not what the processes that still run were started with."
    ),
    remedy="Stop it by force (`limactl stop --force INSTANCE`), fix its lima.yaml, or destroy it.",
    find=_find,
)
