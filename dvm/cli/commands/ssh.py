"""`dvm ssh`."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Annotated

from dvm.cli.guest.entrance import enter, named
from dvm.cli.host import Host
from dvm.cli.line.lazy_options import options as opt
from dvm.cli.line.lazy_options import typer
from dvm.errors import UsageError
from dvm.lima.process import MAX_LEFT_BYTES
from dvm.lima.sessions import records
from dvm.lima.ssh.remote import before_arguments
from dvm.model.names import address
from dvm.text import visible
from dvm.views.at_work import at_work

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dvm.cli.guest.entrance import Entrance
    from dvm.lima.ssh.remote import Invocation

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PROGRAM = re.compile(r"[\w@%+=:,./-]+")


def ssh(
    vm: opt.VM,
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="[-- CMD...]", help="The command; a login shell without one.", show_default=False),
    ] = None,
    env: opt.HandedOver = None,
    manifest: opt.ManifestPath = None,
) -> int:
    """Run one command as DVM_USER in the code directory, and end with its exit status.

    Several arguments arrive as they are, with no shell between; a single one that is more than a word is a line for
    the guest's shell, as with ssh. Standard input and output are passed through byte for byte.
    A program is looked for on the PATH that `dvm sh` has, ~/.bashrc included; where there is none of that name it ends
    with 127 and says where one is.
    The instance's effective configuration is checked first. Nothing of the host's environment goes along but what
    --env names; those values (up to 16 KiB) appear in no argument, no log and no file.

    Example: tar c . | dvm ssh app -- tar x
    """
    return session(Host(), vm, manifest, words_of(command or ()), env or ())


def words_of(command: Sequence[str]) -> Sequence[str]:
    """Return the command's arguments: `dvm ssh app 'make && make test'` is what a user of ssh types."""
    if len(command) == 1 and _PROGRAM.fullmatch(command[0]) is None:
        return ("bash", "-c", command[0])
    return command


def session(host: Host, vm: str, manifest: Path | None, command: Sequence[str], names: Sequence[str]) -> int:
    """Become ssh with a session in the guest; this returns only by raising."""
    variables = variables_of(host, names)
    # The first connection of a boot takes the guest some seconds.
    with at_work(f"Connecting to {address(named(vm))}...", host.environment) as connected:
        entrance, call = prepared(host, vm, manifest, command, variables)
        note = None if manifest or names else partial(_note, host, entrance)
        entrance.connection.become(call, before=note, ready=connected)


def _note(host: Host, entrance: Entrance, argv: Sequence[str], socket: Path) -> None:
    """Note this way in, so that the next session needs no look where nothing has changed."""
    from dvm.cli.guest.reentry_note import may_be_noted, note_entry

    if may_be_noted(host, entrance):
        note_entry(host, entrance, argv, socket, before_arguments("enter"))


def prepared(
    host: Host, vm: str, manifest: Path | None, command: Sequence[str], variables: Mapping[str, str]
) -> tuple[Entrance, Invocation]:
    """Return the way into the guest, and the call of a session there that has the variables.

    Raises:
        RefusedError: a security check denies. DvmError: there is no way in.
    """
    entrance = enter(host, vm, manifest, "command" if command else "shell")
    guest, connection = entrance.guest, entrance.connection
    env_id = ""
    if variables:
        import secrets

        env_id = secrets.token_hex(16)
        connection.leave(guest.variables(env_id), records(variables))
    return entrance, guest.enter(command, env_id=env_id, environment=host.environment)


def variables_of(host: Host, names: Sequence[str]) -> dict[str, str]:
    """Return the host's variables of these names.

    Raises:
        UsageError: one is no name, or not set, or they are too large.
    """
    found: dict[str, str] = {}
    for name in names:
        if _VARIABLE.fullmatch(name) is None:
            # What is behind a "=" is a value: it is not repeated.
            shown = visible(name.partition("=")[0])
            raise UsageError(
                f"--env {shown}: only the name of a variable is wanted.",
                remedy="Set the variable on the host and give its name: its value then appears in no argument.",
            )
        if name == "PATH":
            # A program is looked for on the PATH that DVM_USER's own shell has: it would be lost without a word.
            raise UsageError(
                "--env PATH: the guest has its own.", remedy="Set it there: dvm ssh VM -- env PATH=… COMMAND"
            )
        if name not in host.environment:
            raise UsageError(f"--env {name}: there is no such variable.", remedy=f"Set it first: export {name}=…")
        found[name] = host.environment[name]
    if len(records(found)) > MAX_LEFT_BYTES:
        raise UsageError(
            f"The variables for --env are larger than {MAX_LEFT_BYTES >> 10} KiB.",
            remedy="Hand large data over on standard input.",
        )
    return found
