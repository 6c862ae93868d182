"""`dvm key`."""

from __future__ import annotations

import sys

from dvm.cli.guest.entrance import enter
from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.errors import DvmError
from dvm.text import visible

_SECONDS = 60


def key(vm: opt.VM, manifest: opt.ManifestPath = None) -> int:
    """Print the public half of DVM_USER's own ed25519 key in a VM; the key is made there when there is none.

    The private half never leaves the guest. Give the public one to a Git host, for example as a deploy key.

    Example: dvm key app
    """
    host = Host()
    host.demand_no_dry_run("key")
    entrance = enter(host, vm, manifest, "key")
    guest = entrance.guest
    ending = entrance.connection.ask(guest.key(), timeout=_SECONDS)
    completed = ending.completed
    if completed.status != 0 and not completed.timed_out and not ending.too_much:
        detail = "\n".join(visible(line) for line in completed.tail[-5:])
        raise DvmError(f"vm.{guest.vm}: no key was made.", detail=detail or f"The exit status is {completed.status}.")
    lines = ending.proven().lines
    if len(lines) != 1:
        raise DvmError(
            f"vm.{guest.vm} answered with {len(lines)} public keys.",
            remedy="See ~/.ssh/id_ed25519.pub of DVM_USER in the guest.",
        )
    sys.stdout.write(lines[0].partition("\t")[2] + "\n")
    return 0
