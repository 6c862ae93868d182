"""The commands, one file each, and their list: to name a command and say what it does imports none of them."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Takes(Enum):
    """What a command's arguments are. Completion and the path without a parser know a command's shape from here alone.

    The value is the name of the parameters that the command's function has for them; a test compares them.
    """

    NOTHING = (None,)
    VM = ("vm",)
    """One VM."""
    VMS = ("vms",)
    """VMs, as many as one likes."""
    VM_AND_COMMAND = ("vm", "command")
    """One VM, then a command line for its guest."""
    VM_AND_MORE = ("vm", ...)
    """One VM, then something else."""
    COPIES = ("sources", "target")
    """Paths, of which some are VM:PATH."""
    OTHER = (...,)
    """Something else: typer completes it."""


class Listed(NamedTuple):
    """A command in the list. `place` is the module here and the function in it; empty: both have the command's name."""

    name: str
    summary: str
    """The first sentence of the function's docstring; a test compares them."""
    takes: Takes = Takes.OTHER
    place: str = ""
    hidden: bool = False
    fast: bool = False
    """People wait for it: a line without options is run without typer, which would be a third of its time."""


COMMANDS = (
    Listed("plan", "Show what would change, why, and what blocks it.", Takes.VMS, fast=True),
    Listed("show", "Show a saved plan again, exactly as it was shown when it was saved."),
    Listed("apply", "Show the plan, ask, and apply it.", Takes.VMS),
    Listed("sync", "Apply for these VMs without asking.", Takes.VMS),
    Listed(
        "ls",
        "Show the VMs: those of the manifest, orphans, and unmanaged dvm-* instances, which DVM never touches.",
        Takes.NOTHING,
        fast=True,
    ),
    Listed(
        "status",
        "Show VMs: their state, size, ports, user, setup scripts, drift, and where their logs are.",
        Takes.VMS,
        fast=True,
    ),
    Listed(
        "logs",
        "Print what limactl and the setup scripts said when a VM, or a base, was last worked on.",
        Takes.VM_AND_MORE,
    ),
    Listed("start", "Boot VMs, after those they depend on.", Takes.VMS),
    Listed("stop", "Shut VMs down, after those that depend on them; a Broken instance is stopped by force.", Takes.VMS),
    Listed("sh", "Open a login shell as DVM_USER in the code directory.", Takes.VM, fast=True),
    Listed(
        "ssh",
        "Run one command as DVM_USER in the code directory, and end with its exit status.",
        Takes.VM_AND_COMMAND,
        fast=True,
    ),
    Listed(
        "fetch",
        "Fetch the branches of a repository in a VM into refs/remotes/VM/* of the current one, and show what came.",
        Takes.VM_AND_MORE,
    ),
    Listed("run", "Make a VM for one session, open a shell in it or run a command, and delete it."),
    Listed("cp", "Copy files or directories into a VM or out of it, as DVM_USER.", Takes.COPIES),
    Listed(
        "backup",
        "Write the code directories of a VM into one archive on the host, for `dvm restore`.",
        Takes.VM_AND_MORE,
    ),
    Listed("restore", "Put an archive of `dvm backup` into a VM, below DVM_USER's code directory and as DVM_USER."),
    Listed(
        "egress",
        "Show which names a VM with an egress rule asked for since its boot, and what was allowed and denied.",
        Takes.VM_AND_MORE,
    ),
    Listed(
        "key",
        "Print the public half of DVM_USER's own ed25519 key in a VM; the key is made there when there is none.",
        Takes.VM,
    ),
    Listed(
        "ssh-config",
        "Print a block for ~/.ssh/config for each VM, so that ssh, scp and editors' remote modes work as DVM_USER.",
        Takes.VMS,
        place="ssh_config:ssh_config",
    ),
    Listed("new", "Declare a VM: a commented vms/VM/vm.toml and a strict setup script beside the manifest."),
    Listed(
        "import",
        "Adopt a Lima instance: write what it has as vms/NAME/vm.toml and lima.yaml, and a receipt of ours beside it.",
        place="import_:import_",
    ),
    Listed("verify", "Try the walls around a VM that runs, from both sides, and show what was seen.", Takes.VM),
    Listed("rm", "Stop and delete VMs.", Takes.VMS),
    Listed("mv", "Rename a VM: in the manifest, in Lima, and its code directory.", Takes.VM_AND_MORE),
    Listed("validate", "Read the manifest and report every mistake in it.", Takes.NOTHING),
    Listed("graph", "Print the VMs, what they depend on and what an apply would do to them, as a graph.", Takes.VMS),
    Listed(
        "doctor",
        "Look at what DVM needs of this host: Lima, its driver, ssh, the state directory, the manifest, memory and "
        "disk.",
        Takes.NOTHING,
    ),
    Listed("check", "Run the security checks alone: files, setup scripts, instances, secrets.", Takes.VMS),
    Listed("explain", "Show what a security check looks for, why, and how to fix what it found."),
    Listed(
        "review",
        "Show each script whose current text is not approved, ask, and write dvm.lock beside the manifest.",
        Takes.NOTHING,
    ),
    Listed("demo", "Take a tour: plan, apply, plan on the examples, on a simulator of Lima.", Takes.NOTHING),
    Listed("version", "Print DVM's version.", Takes.NOTHING, fast=True),
    Listed("help", "Print what `dvm COMMAND --help` prints.", place="help:help_"),
    Listed(
        "ssh-proxy",
        "Serve one ssh connection to a VM on standard input and output.",
        Takes.VM,
        place="ssh_config:ssh_proxy",
        hidden=True,
    ),
)
