"""`dvm ssh-config`, and the hidden `dvm ssh-proxy` that its blocks call."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dvm.cli.guest.entrance import enter
from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.errors import UnknownVMError
from dvm.lima.ssh.key import public_key
from dvm.model.names import PREFIX, instance_name, plain_name
from dvm.state.receipts import read_receipt

if TYPE_CHECKING:
    from dvm.model.manifest import Manifest

_HEADING = """\
# Made by dvm ssh-config. Whole by itself: ssh -F THIS_FILE dvm-NAME reads nothing else.
# From ~/.ssh/config, include it twice:
# - in its first line, since ssh takes the first value that it meets;
# - and, behind `Match all`, in its last, since only there does SendEnv -* take back what is in between.
# RemoteForward, LocalForward, DynamicForward, IdentityFile and CertificateFile add up whatever stands here: let no
# `Host *` of yours have them, or use ssh -F.
"""
_PASSED = ("DVM_CONFIG_DIR", "DVM_MANIFEST", "DVM_STATE_DIR", "DVM_LIMACTL", "LIMA_HOME")


def ssh_config(vms: opt.Targets = None, manifest: opt.ManifestPath = None) -> int:
    """Print a block for ~/.ssh/config for each VM, so that ssh, scp and editors' remote modes work as DVM_USER.

    Each connection goes through `dvm`, which checks the instance first; the guest serves that one connection for
    DVM_USER with Lima's own key, and nothing in it is changed. Agent and X11 are not forwarded.

    The safest is a file of its own, `ssh -F ~/.ssh/dvm.conf dvm-app`: ssh then reads no other. In ~/.ssh/config, put
    `Include dvm.conf` first, so that no `Host *` there
    turns the agent on again, and once more at the end, behind `Match all`, so that no variables of the host
    are sent. What adds up even so is RemoteForward, LocalForward,
    DynamicForward, IdentityFile, CertificateFile, and the SendEnv of /etc/ssh/ssh_config.

    Example: dvm ssh-config app >~/.ssh/dvm.conf
    """
    host = Host()
    found = host.readable_manifest(manifest)
    users = {name: vm.config.user for name, vm in found.vms.items()} | _users(host, found)
    names = [plain_name(vm) for vm in vms or sorted(users)]
    for name in names:
        if name not in users:
            raise UnknownVMError(name, users, place=found.path.name)
    program = _program(host, manifest)
    sys.stdout.write(_HEADING + "".join("\n" + _block(host, name, users[name], program) for name in names))
    return 0


def _users(host: Host, manifest: Manifest) -> dict[str, str]:
    """Return DVM_USER by VM, as the receipts say, of VMs whose declaration can't be read."""
    home, unread = host.home, set(manifest.unread)
    if not manifest.complete:
        names = home.names(home.path) if home.is_directory(home.path) else []
        unread |= {name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)} - manifest.vms.keys()
    instances = {vm: instance_name(vm) for vm in sorted(unread)}
    receipts = {vm: read_receipt(home, home.of(instance), instance)[0] for vm, instance in instances.items()}
    return {vm: it.bootstrap.user for vm, it in receipts.items() if it is not None and it.bootstrap is not None}


def _block(host: Host, name: str, user: str, program: str) -> str:
    lines = [
        f"Host {instance_name(name)}",
        f"  User {user}",
        f"  ProxyCommand {program} ssh-proxy {name}",
        f"  IdentityFile {_quoted(str(host.lima_home / '_config' / 'user').replace('%', '%%'))}",
        "  IdentitiesOnly yes",
        "  # The way is dvm's own, and a new VM of that name has another host key.",
        "  StrictHostKeyChecking no",
        "  UserKnownHostsFile /dev/null",
        "  LogLevel ERROR",
        "  ForwardAgent no",
        "  ForwardX11 no",
        "  ForwardX11Trusted no",
        "  GatewayPorts no",
        "  Tunnel no",
        "  PermitLocalCommand no",
        "  CanonicalizeHostname no",
        "  # The first SetEnv is the only one: what this sets is no secret.",
        f"  SetEnv DVM_NAME={name}",
        "  SendEnv -*",
        "  # Lima's key and nothing else of yours: no agent, no token, not this host's name.",
        "  PreferredAuthentications publickey",
        "  PubkeyAuthentication yes",
        "  IdentityAgent none",
        "  AddKeysToAgent no",
        "  PKCS11Provider none",
        "  HostbasedAuthentication no",
        "  GSSAPIAuthentication no",
        "  GSSAPIDelegateCredentials no",
        "  # A guest that asks for a password is not what it should be.",
        "  PasswordAuthentication no",
        "  KbdInteractiveAuthentication no",
        "  ControlMaster no",
        "  ControlPath none",
    ]
    return "\n".join(lines) + "\n"


def _program(host: Host, manifest: Path | None) -> str:
    """Return the words that start this very dvm on this very manifest, for ssh to give to a shell."""
    called = Path(sys.argv[0])
    # ssh starts it wherever the user is: -P, or a repository that has a directory of our name there would be run.
    words = [str(called.absolute())] if called.name == "dvm" else [sys.executable, "-P", "-m", "dvm"]
    environment = {name: host.environment[name] for name in _PASSED if host.environment.get(name)}
    if manifest is not None:
        environment["DVM_MANIFEST"] = str(manifest.absolute())
    if environment:
        words = ["env", *(f"{name}={value}" for name, value in environment.items()), *words]
    return shlex.join(words).replace("%", "%%")


def _quoted(path: str) -> str:
    return f'"{path}"' if " " in path else path


def ssh_proxy(vm: opt.VM, manifest: opt.ManifestPath = None) -> int:
    """Serve one ssh connection to a VM on standard input and output. For the blocks of `dvm ssh-config`.

    Example: ssh -o ProxyCommand="dvm ssh-proxy app" developer@dvm-app
    """
    host = Host()
    entrance = enter(host, vm, manifest, "ssh")
    entrance.connection.become(entrance.guest.sshd(public_key(host.home, host.home.of("_config") / "user.pub")))
