"""The options of a plan, and the one that names its manifest, from words to data."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from dvm.errors import UsageError
from dvm.model.names import plain_name
from dvm.model.plan import PlanOptions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def manifest_option(named: Path | None) -> str:
    """Return what a command needs to work on the manifest that --manifest named: ` -f PATH`, or nothing."""
    return f" -f {shlex.quote(str(named))}" if named else ""


def plan_options(
    targets: Sequence[str] | None,
    replaced: Sequence[str] | None,
    *,
    rerun_setup: bool = False,
    prune: bool = False,
    destroy: bool = False,
    offline: bool = False,
    discard_work: bool = False,
    keep_work: bool = False,
    rebuilt: Sequence[str] | None = None,
) -> PlanOptions:
    """Return the options as data; names may be given as addresses (`vm.app`) or instances (`dvm-app`) too.

    Raises:
        UsageError: the options contradict each other.
    """
    if destroy and replaced:
        raise UsageError("--destroy and --replace can't go together.", remedy="Give one of them.")
    if keep_work and not replaced:
        raise UsageError(
            "--keep-work is about VMs to be replaced.",
            remedy="Give --replace VM too; `dvm backup VM` archives the work of a VM that stays.",
        )
    if offline and rebuilt:
        raise UsageError(
            "--rebuild-base is about a base on this host, and --offline looks at none.", remedy="Leave one of them out."
        )
    return PlanOptions(
        tuple(plain_name(target) for target in targets or ()),
        tuple(plain_name(target) for target in replaced or ()),
        rerun_setup=rerun_setup,
        prune=prune,
        destroy=destroy,
        offline=offline,
        discard_work=discard_work,
        keep_work=keep_work,
        rebuild=tuple(dict.fromkeys(name.removeprefix("base.") for name in rebuilt or ())),
    )
