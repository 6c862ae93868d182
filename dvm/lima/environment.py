"""What limactl gets of the host's environment, and how no agent can be forwarded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.lima.programs import absolute_path

if TYPE_CHECKING:
    from collections.abc import Mapping

# What limactl needs of the environment. The rest stays out: Lima hands parts of it on, and SSH_AUTH_SOCK in
# particular would be an agent to forward.
_PASSED = frozenset(
    [
        "HOME",
        "USER",
        "LOGNAME",
        "PATH",
        "SHELL",
        "TERM",
        "LANG",
        "LANGUAGE",
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
        "COLORTERM",
    ]
)
_PASSED_PREFIXES = ("LC_", "QEMU_SYSTEM_", "DVM_SIM_")

# OpenSSH keeps the first value it meets of an option, so these win over whatever Lima's configuration says at the
# very moment of the connection (Lima reads ssh.forwardAgent at each `limactl shell`, and takes $SSH with arguments).
_NO_FORWARDING = "-o ForwardAgent=no -o ForwardX11=no -o ForwardX11Trusted=no"


def child_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what limactl gets of the host's environment."""
    kept = {name: value for name, value in environment.items() if name in _PASSED or name.startswith(_PASSED_PREFIXES)}
    if "PATH" in kept:
        # Not what is relative: limactl finds ssh and QEMU by it.
        kept["PATH"] = absolute_path(environment)
    kept["SSH"] = f"{environment.get('SSH') or 'ssh'} {_NO_FORWARDING}"
    return kept
