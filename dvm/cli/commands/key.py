"""`dvm key`."""

from __future__ import annotations

import re
import sys

from dvm.cli import options as opt
from dvm.errors import DvmError

_LONGEST = 8192
_UNTRUSTED = "dvm-key prints one line. A guest that works right does not do so: do not trust it."
_KEY = re.compile(r"ssh-ed25519 [A-Za-z0-9+/]{60,80}={0,2}(?: [\w.@+-]{1,100})?", re.ASCII)


def key(vm: opt.VM, manifest: opt.ManifestPath = None) -> int:
    """Print the public half of DVM_USER's own ed25519 key in a VM; the key is made there when there is none.

    The private half never leaves the guest. Give the public one to a git host, as a deploy key say.

    Example: dvm key app
    """
    from dvm.cli.entering import enter
    from dvm.cli.host import Host
    from dvm.text import visible

    host = Host()
    guest = enter(host, vm, manifest).guest
    with host.lima.reading(guest.key()) as piped:
        said = piped.file.read(_LONGEST + 1)
        if len(said) > _LONGEST:
            # Leaving the block by an error ends the call, whatever the guest goes on to send.
            raise DvmError(f"vm.{guest.vm} answered with more than any public key has.", detail=_UNTRUSTED)
        answer = said.decode("utf-8", "replace")
    if piped.status != 0:
        raise DvmError(f"vm.{guest.vm}: no key was made.", detail="\n".join(visible(line) for line in piped.tail[-5:]))
    line = answer.removesuffix("\n")
    if _KEY.fullmatch(line) is None:
        raise DvmError(
            f"vm.{guest.vm} answered with what is no ed25519 public key.",
            detail=f"It begins {visible(answer[:60])!r}.",
            remedy="See ~/.ssh/id_ed25519.pub of DVM_USER in the guest.",
        )
    sys.stdout.write(line + "\n")
    return 0
