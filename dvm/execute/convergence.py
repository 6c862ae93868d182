"""Whether Lima's effective configuration became what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.diff.attributes import attribute, desired_attributes, observed_attributes
from dvm.diff.compare import compare
from dvm.diff.written import written
from dvm.model.plan import Effect

if TYPE_CHECKING:
    from dvm.model.instance import Instance
    from dvm.model.lima_config import LimaConfig
    from dvm.model.manifest import DesiredVM


def unconverged(vm: DesiredVM, instance: Instance, lima_config: LimaConfig) -> list[str]:
    """Return what create and edit should have set and did not, each with the file that sets it otherwise.

    A plan would show such a difference at every run, and apply would never end it.
    """
    differing = compare(observed_attributes(instance, vm), desired_attributes(vm))
    said = []
    for change in differing:
        if change.effect is not Effect.RESTART:
            continue
        sources = lima_config.sources_of(*attribute(change.name).lima)
        by = f" (set by {', '.join(str(path) for path in sources)})" if sources else ""
        old, new = (written(change.name, value) for value in (change.old, change.new))
        said.append(f"{change.name} is {old}, not {new}{by}")
    return said
