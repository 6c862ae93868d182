"""The options of every ssh that DVM starts, as arguments.

No configuration file is read (`-F /dev/null`), and OpenSSH keeps the first value of an option: what is not said here
is OpenSSH's own default, and nothing on this host can turn it into something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from pathlib import Path

LOOPBACK: Final = "127.0.0.1"
# OpenSSH before 9.2 and 9.5 does not know these two; it must not stop at them.
_NEWER: Final = (
    "IgnoreUnknown=EnableEscapeCommandline,ObscureKeystrokeTiming",
    "EnableEscapeCommandline=no",
    "ObscureKeystrokeTiming=no",
)
_CLOSED: Final = (
    # Nothing of the host's goes along, and nothing comes back but the command's output.
    "ForwardAgent=no",
    "ForwardX11=no",
    "ForwardX11Trusted=no",
    "ClearAllForwardings=yes",
    "GatewayPorts=no",
    "Tunnel=no",
    "PermitLocalCommand=no",
    "ProxyCommand=none",
    "RemoteCommand=none",
    "CanonicalizeHostname=no",
    # Lima's key and nothing else: no agent, no token, no password, not this host's name.
    "IdentitiesOnly=yes",
    "IdentityAgent=none",
    "AddKeysToAgent=no",
    "PreferredAuthentications=publickey",
    "PubkeyAuthentication=yes",
    "PasswordAuthentication=no",
    "KbdInteractiveAuthentication=no",
    "HostbasedAuthentication=no",
    "BatchMode=yes",
    # The guest's host key is DVM's to judge, and only the file that DVM names.
    "GlobalKnownHostsFile=/dev/null",
    "UpdateHostKeys=no",
    "VerifyHostKeyDNS=no",
    "CheckHostIP=no",
    "HashKnownHosts=no",
    "NoHostAuthenticationForLocalhost=no",
    "AddressFamily=inet",
    "Compression=no",
    "ConnectTimeout=15",
    "LogLevel=ERROR",
)


class Endpoint(Struct, frozen=True):
    """Where a guest's sshd is reached on this host, as whom, and with which key. `alias`: its name in known hosts."""

    alias: str
    user: str
    port: int
    identity: Path


def options(endpoint: Endpoint, known_hosts: Path, *, learn: bool = False) -> tuple[str, ...]:
    """Return the options that hold for every connection to a guest.

    `learn`: a host key that is not in `known_hosts` is put there; otherwise the connection fails.
    """
    own = (
        f"HostName={LOOPBACK}",
        f"Port={endpoint.port}",
        f"User={endpoint.user}",
        f"IdentityFile={_quoted(endpoint.identity)}",
        f"HostKeyAlias={endpoint.alias}",
        f"UserKnownHostsFile={_quoted(known_hosts)}",
        f"StrictHostKeyChecking={'accept-new' if learn else 'yes'}",
    )
    return ("-F", "/dev/null", *(word for option in (*_NEWER, *_CLOSED, *own) for word in ("-o", option)))


def shared(socket: Path) -> tuple[str, ...]:
    """Return the options that make a connection which others share at `socket`, in the background, running nothing."""
    return (
        "-M",
        "-N",
        "-f",
        "-T",
        *_each(
            f"ControlPath={_quoted(socket)}",
            "ControlPersist=no",
            # A guest that was reset does not say so. It is asked, and the connection ends within two minutes.
            "ServerAliveInterval=20",
            "ServerAliveCountMax=6",
        ),
    )


def sharing(socket: Path, *, terminal: bool) -> tuple[str, ...]:
    """Return the options of one session through the shared connection at `socket`.

    The session hands its standard streams to the shared connection's process, which closes them with the session.
    ssh's proxy mode would not, but with it `yes | head` never ends: the guest is not told that nobody reads.
    Where the shared connection has just gone, the session makes one of its own.
    """
    return ("-t" if terminal else "-T", *_each("ControlMaster=no", f"ControlPath={_quoted(socket)}"))


def control(socket: Path, command: str) -> tuple[str, ...]:
    """Return the options that ask the shared connection at `socket` to do `command`: `check` or `exit`."""
    return ("-O", command, *_each("ControlMaster=no", f"ControlPath={_quoted(socket)}"))


def _each(*values: str) -> tuple[str, ...]:
    return tuple(word for value in values for word in ("-o", value))


def _quoted(path: Path) -> str:
    """Return a path as an option's value takes it: one word, in which a percent sign is a percent sign."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'
