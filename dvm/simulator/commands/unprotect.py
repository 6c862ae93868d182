"""`limactl unprotect`: takes `protect` back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.simulator.commands.protect import each

if TYPE_CHECKING:
    from dvm.simulator.call import Call


def run(call: Call) -> int:
    """Unprotect each named instance."""
    return each(call, protect=False)
