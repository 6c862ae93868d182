"""What limactl gets of the host's environment, and how no agent can be forwarded."""

from __future__ import annotations

import os
import shlex
import shutil
from typing import TYPE_CHECKING

from dvm.files import make_private, write_atomically
from dvm.lima.programs import QEMU_VARIABLES, absolute_path, named_program

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PASSED = frozenset(
    [
        "HOME",
        "USER",
        "LOGNAME",
        "SHELL",
        "TERM",
        "COLORTERM",
        "LANG",
        "LANGUAGE",
        "LC_ADDRESS",
        "LC_ALL",
        "LC_COLLATE",
        "LC_CTYPE",
        "LC_IDENTIFICATION",
        "LC_MEASUREMENT",
        "LC_MESSAGES",
        "LC_MONETARY",
        "LC_NAME",
        "LC_NUMERIC",
        "LC_PAPER",
        "LC_TELEPHONE",
        "LC_TIME",
        "TZ",
        "TMPDIR",
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_RUNTIME_DIR",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "LIMA_HOME",
        "LIMA_TEMPLATES_PATH",
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "ALL_PROXY",
        # Of the simulator, by which tests and tours stand in for limactl.
        "DVM_SIM_DELAY",
        "DVM_SIM_FAULTS",
        "DVM_SIM_LIST_COST",
        "DVM_SIM_OS",
        "DVM_SIM_RECORD",
    ]
)
"""What limactl needs of the environment, and gets as it is. The rest stays out: Lima hands parts of it on, and
SSH_AUTH_SOCK in particular would be an agent to forward. LIMA_DRIVERS_PATH names programs that `limactl list` runs."""

# OpenSSH keeps the first value it meets of an option, so these win over whatever Lima's configuration says at the
# very moment of the connection (Lima reads ssh.forwardAgent at each `limactl shell`).
_NO_FORWARDING = "-o ForwardAgent=no -o ForwardX11=no -o ForwardX11Trusted=no"


def shut_environment(environment: Mapping[str, str], directory: Path) -> dict[str, str]:
    """Return an environment of `child_environment` in which each QEMU is started by DVM's wrapper, or not at all.

    Lima asks what a QEMU can do by the first word of the variable alone, so each wrapper is a program of its own, made
    in `directory`, which knows its QEMU.

    Raises:
        OSError: one can't be written.
    """
    from dvm.egress.netdev import launch

    path = environment.get("PATH", "")
    found = dict(environment)
    make_private(directory)
    for variable in QEMU_VARIABLES:
        named = shlex.split(environment.get(variable, ""))
        name = f"qemu-system-{variable.removeprefix('QEMU_SYSTEM_').lower()}"
        # Where there is none now, none that comes meanwhile is started unshut.
        program = named[0] if named else shutil.which(name, path=path) or f"/no/such/{name}"
        wrapper = directory / f"dvm-{name}"
        write_atomically(
            wrapper, b'#!/bin/sh\nexec %s "$@"\n' % os.fsencode(shlex.join(launch("wrapper.py", program))), 0o700
        )
        found[variable] = shlex.quote(str(wrapper))
    return found


def child_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what limactl gets of the host's environment.

    Lima splits SSH and QEMU_SYSTEM_… as a shell would, so their paths are quoted.

    Raises:
        RefusedError: SSH or QEMU_SYSTEM_… names no single program.
    """
    kept = {name: value for name, value in environment.items() if name in PASSED}
    if "PATH" in environment:
        # Not what is relative: limactl finds ssh and QEMU by it.
        kept["PATH"] = absolute_path(environment)
    for variable in QEMU_VARIABLES:
        program = named_program(variable, environment)
        if program is not None:
            kept[variable] = shlex.quote(program)
    kept["SSH"] = f"{shlex.quote(named_program('SSH', environment) or 'ssh')} {_NO_FORWARDING}"
    return kept
