"""The options of a plan, and the one that names its manifest, from words to data."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from dvm.errors import UsageError
from dvm.model.names import is_name, plain_name
from dvm.model.plan import PlanOptions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def manifest_option(named: Path | None) -> str:
    """Return what a command needs to work on the manifest that --manifest named: ` -f PATH`, or nothing."""
    return f" -f {shlex.quote(str(named))}" if named else ""


def which_vms(named: Path | None, remedy: str) -> UsageError:
    """Return the error of a command that no VM was named to; elsewhere `-f VM` forces something."""
    forced = named is not None and is_name(plain_name(str(named)))
    detail = f"-f {named} names the manifest, as --manifest does, and forces nothing." if forced else ""
    return UsageError("Which VMs?", detail=detail, remedy=remedy)


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
    if destroy and rebuilt:
        raise UsageError("--destroy and --rebuild-base can't go together.", remedy="Give one of them.")
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
