"""`dvm sh`."""

from __future__ import annotations

from dvm.cli.commands.ssh import session
from dvm.cli.host import Host
from dvm.cli.line.lazy_options import options as opt


def sh(vm: opt.VM, manifest: opt.ManifestPath = None) -> int:
    """Open a login shell as DVM_USER in the code directory.

    The instance's effective configuration is checked first. Nothing of the host's environment goes along.

    Example: dvm sh app
    """
    return session(Host(), vm, manifest, (), ())
