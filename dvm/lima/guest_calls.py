"""The programs DVM runs in a guest, as arguments of `limactl shell`.

They are fixed texts of ours (dvm/lima/guest/*.sh); all that varies is passed as arguments, never pasted into them.
Those that prove their end are called by way of dvm.lima.guest_call.GuestCall.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.lima.guest_programs import LOADER, PROGRAMS, text
from dvm.model.names import base_name, code_dir, code_root

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dvm.model.intent import Guard, MoveCode, Restore, Setup
    from dvm.model.manifest import DesiredVM, Script

# What a base installs must not depend on the VM that it is for: of DVM's variables its scripts get these alone.
_IN_A_BASE = ("DVM_USER", "DVM_SUBUID_COUNT", "DVM_SUBGID_COUNT")


def abbreviated(argv: Sequence[str]) -> tuple[str, ...]:
    """Return `argv` with the text of a guest program shortened to its name, for people and for the journal."""
    return tuple(
        f"<{argv[at + 1]}>" if at and argv[at - 1] == "-c" and at + 1 < len(argv) and "\n" in word else word
        for at, word in enumerate(argv)
    )


def as_root(instance: str, name: str, *arguments: str) -> tuple[str, ...]:
    """Return the limactl call that runs guest program `name` as root.

    A program that proves its end comes in on standard input; one that has none of its own for that is an argument.
    `--workdir /` since Lima would otherwise look for the host's working directory in the guest.
    """
    shell = ("limactl", "shell", "--tty=false", "--workdir", "/", instance)
    program = LOADER if name in PROGRAMS else text(name)
    return (*shell, "sudo", "-n", "bash", "-c", program, f"dvm-{name}", *arguments)


def bootstrap(vm: DesiredVM) -> tuple[str, ...]:
    """Return the call that makes DVM_USER, its ids and its code directory.

    What the guest is told of its network goes in on standard input (dvm.model.guest_network).
    """
    config = vm.config
    counts = (str(config.subuid_count), str(config.subgid_count))
    # A base has no code directory: it would be in every clone.
    code = "" if base_name(vm.instance) is not None else code_dir(config.user, vm.name)
    return as_root(vm.instance, "bootstrap", config.user, str(int(config.sudo)), *counts, code)


def setup(intent: Setup, run_id: str) -> tuple[str, ...]:
    """Return the call that runs a setup script; `setup_payload` goes in on standard input."""
    vm, script = intent.vm, intent.run.script
    own = environment(vm)
    if script.base:
        own = {name: own[name] for name in _IN_A_BASE}
    variables = [f"{name}={value}" for name, value in {**own, **script.env}.items()]
    size = str(len(script.file.content or b""))
    arguments = (run_id, script.sha256, size, str(len(script.files)), str(script.entry.as_), vm.config.user)
    return as_root(vm.instance, "setup", *arguments, *variables)


def setup_payload(script: Script) -> bytes:
    """Return a setup script as `setup` takes it: its bytes, then each companion file behind a line about it."""
    parts = [script.file.content or b""]
    for each in script.files:
        content = each.file.content or b""
        parts += [f"{len(content)} {each.sha256} {each.name}".encode("utf-8", "surrogateescape"), b"\0", content]
    return b"".join(parts)


def move(intent: MoveCode) -> tuple[str, ...]:
    """Return the call that moves a code directory."""
    user = intent.user
    return as_root(intent.instance, "move", user, code_dir(user, intent.old), code_dir(user, intent.new))


def outcome(instance: str, run_id: str) -> tuple[str, ...]:
    """Return the call that asks how the run of a setup script ended."""
    return as_root(instance, "outcome", run_id)


def guard(intent: Guard) -> tuple[str, ...]:
    """Return the call that looks for work that exists only in the guest."""
    options = (*["--all-files"] * intent.all_files, *(("--kept", intent.kept) if intent.kept else ()))
    since = str(intent.since)
    if intent.everywhere:
        return as_root(intent.instance, "guard", *options, since, "/home")
    roots = (word for user in intent.users for word in (user, code_root(user)))
    return as_root(intent.instance, "guard", *options, since, "", *roots)


def archive(instance: str, user: str) -> tuple[str, ...]:
    """Return the call that writes a tar of a user's code directories to its standard output."""
    return as_root(instance, "archive", user, code_root(user))


def restore(intent: Restore, restore_id: str, size: str, sha256: str, *, replace: bool = True) -> tuple[str, ...]:
    """Return the call that puts an archive, which goes in on standard input, below a user's code root.

    `restore_id`: one that has ended is not done again; `size` in bytes; `replace`: also files that are there already.
    """
    user = intent.user
    return as_root(intent.instance, "restore", user, code_root(user), restore_id, size, sha256, str(int(replace)))


def environment(vm: DesiredVM) -> dict[str, str]:
    """Return DVM's variables for a VM's own setup scripts, beside which they get the manifest's and no others."""
    return {
        "DVM_NAME": vm.name,
        "DVM_VM": vm.address,
        "DVM_LIMA_NAME": vm.instance,
        "DVM_USER": vm.config.user,
        "DVM_CODE_DIR": code_dir(vm.config.user, vm.name),
        "DVM_PORTS": " ".join(str(port) for port in vm.config.ports),
        "DVM_SUBUID_COUNT": str(vm.config.subuid_count),
        "DVM_SUBGID_COUNT": str(vm.config.subgid_count),
    }
