"""The commands, one file each, and their list: to name a command and say what it does imports none of them."""

from __future__ import annotations

from typing import NamedTuple


class Listed(NamedTuple):
    """A command in the list. `place` is the module here and the function in it; empty: both have the command's name."""

    name: str
    summary: str
    """The first sentence of the function's docstring; a test compares them."""
    place: str = ""
    hidden: bool = False


COMMANDS = (
    Listed("plan", "Show what would change, why, and what blocks it."),
    Listed("show", "Show a saved plan again, exactly as it was shown when it was saved."),
    Listed("apply", "Show the plan, ask, and apply it."),
    Listed("sync", "Apply for these VMs without asking."),
    Listed(
        "ls", "Show the VMs: those of the manifest, orphans, and unmanaged dvm-* instances, which DVM never touches."
    ),
    Listed("status", "Show one VM: its state, size, ports, user, setup scripts, drift, and where its logs are."),
    Listed("logs", "Print what limactl and the setup scripts said when a VM was last worked on."),
    Listed("start", "Boot VMs, after those they depend on."),
    Listed("stop", "Shut VMs down, after those that depend on them; a Broken instance is stopped by force."),
    Listed("sh", "Open a login shell as DVM_USER in the code directory."),
    Listed("ssh", "Run one command as DVM_USER in the code directory, and end with its exit status."),
    Listed("cp", "Copy a file or a directory into a VM or out of it, as DVM_USER."),
    Listed(
        "key", "Print the public half of DVM_USER's own ed25519 key in a VM; the key is made there when there is none."
    ),
    Listed(
        "ssh-config",
        "Print a block for ~/.ssh/config for each VM, so that ssh, scp and editors' remote modes work as DVM_USER.",
        "ssh_config:ssh_config",
    ),
    Listed("new", "Declare a VM: a commented vms/VM/vm.toml and a strict setup script beside the manifest."),
    Listed(
        "import",
        "Adopt a Lima instance: write what it has as vms/NAME/vm.toml and lima.yaml, and a receipt of ours beside it.",
        "import_:import_",
    ),
    Listed("rm", "Stop and delete a VM."),
    Listed("validate", "Read the manifest and tell every mistake in it."),
    Listed("graph", "Print the VMs, what they depend on and what an apply would do to them, as a graph."),
    Listed(
        "doctor",
        "Look at what DVM needs of this host: Lima, its driver, ssh, the state directory, the manifest, memory and "
        "disk.",
    ),
    Listed("check", "Run the security checks alone: files, setup scripts, instances, secrets."),
    Listed("explain", "Tell what a security check looks for, why, and how to fix what it found."),
    Listed(
        "review",
        "Show each script that nobody has approved as it stands, ask, and write dvm.lock beside the manifest.",
    ),
    Listed("demo", "Take a tour: plan, apply, plan on the examples, on a simulator of Lima."),
    Listed("version", "Print DVM's version."),
    Listed(
        "ssh-proxy",
        "Serve one ssh connection to a VM on standard input and output.",
        "ssh_config:ssh_proxy",
        hidden=True,
    ),
)
