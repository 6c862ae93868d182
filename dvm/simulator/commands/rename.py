"""`limactl rename`: see `clone`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.simulator.commands.clone import copy_instance

if TYPE_CHECKING:
    from dvm.simulator.call import Call


def run(call: Call) -> int:
    """Rename an instance."""
    return copy_instance(call, "rename")
