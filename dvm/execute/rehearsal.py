"""A dry run: an approved plan whose steps go to a sink in limactl's place, in the order in which apply begins them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from dvm.checks.gate import ApprovedPlan
    from dvm.model.plan import Step


def rehearse(approved: ApprovedPlan, sink: Callable[[Step], None]) -> None:
    """Hand each step to `sink`. Nothing is started, locked or written."""
    for step in approved.plan.steps:
        sink(step)
