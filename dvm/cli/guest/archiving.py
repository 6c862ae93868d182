"""What `dvm backup` and `dvm restore` have in common: the guest's own words on what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.errors import DvmError
from dvm.text import visible

if TYPE_CHECKING:
    from dvm.lima.guest_call import Proven
    from dvm.lima.transfer import Transfer

_SHOWN = 5


def demand_done(transfer: Transfer, summary: str, detail: str, *, allowed: int = 0) -> Proven:
    """Return the proof that the guest did what it was asked for, or ended with the status `allowed`.

    Raises:
        DvmError: the guest says that it could not; `summary` is what did not happen, `detail` what that leaves.
        UnprovenError: it proves nothing.
    """
    assert transfer.ending is not None
    ending = transfer.ending
    status = ending.completed.status
    if status not in {0, allowed} and not ending.completed.timed_out and not ending.too_much:
        proofs = ("dvm-archive ", "dvm-restore ")
        lines = [visible(line).removeprefix("dvm: ") for line in ending.completed.tail if not line.startswith(proofs)]
        raise DvmError(summary, detail="\n".join([*lines[-_SHOWN:], detail]))
    return transfer.proven()
