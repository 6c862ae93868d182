"""DVM307: a file that the guest writes and Lima copies to the host."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.instances.sources import finding, source, unsure
from dvm.model.check import Weight
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.base import Finding
    from dvm.checks.subjects import InstanceSubject


def _find(subject: InstanceSubject) -> Iterator[Finding]:
    posture = subject.instance.posture
    for place in posture.copy_to_host if posture else ():
        origin = source(subject, "copyToHost", same=partial(_is_entry_of, place))
        yield finding(
            subject, origin, "copyToHost", f"Lima copies a file of the guest to {visible(place)} on the host."
        )


def _is_entry_of(place: str, entry: object) -> bool:
    return not isinstance(entry, dict) or unsure(entry.get("host")) or entry["host"] == place


CHECK: Check[InstanceSubject] = Check(
    code="DVM307",
    severity=Weight.DENY,
    title="Guest file copied to the host",
    why=(
        "At each start Lima writes what the guest has put into that file to a place on the host, with your "
        "rights and without asking. The guest decides the content."
    ),
    remedy="Take copyToHost out of that file, or choose a template without it; `dvm cp` fetches files when asked.",
    find=_find,
)
