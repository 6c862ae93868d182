"""`dvm run`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from dvm.cli.commands.ssh import variables_of, words_of
from dvm.cli.guest.copying import demand_sources
from dvm.cli.guest.entrance import named
from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.cli.rehearsing import rehearsal
from dvm.cli.throwaway import ThrowawaySession, new_name
from dvm.egress.names import parse_rule
from dvm.errors import ExitCode, UsageError
from dvm.manifest.throwaway import Throwaway


def run(
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="[-- CMD...]", help="The command; a login shell without one.", show_default=False),
    ] = None,
    base: Annotated[
        str | None, typer.Option("--base", metavar="NAME", help="Make it of this base.", show_default=False)
    ] = None,
    like: Annotated[
        str | None,
        typer.Option("--like", metavar="VM", help="Give it the keys of this declared VM.", show_default=False),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", help="Its name; default: run-XXXXXX.", show_default=False),
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Do not delete it at the end.")] = False,
    egress: Annotated[
        list[str] | None,
        typer.Option(
            "--egress",
            metavar="NAME",
            help='What may leave it: "open", "none", or a host name. May be given again. All but "open" closes the '
            "host's loopback too.",
            show_default=False,
        ),
    ] = None,
    cp: Annotated[
        list[str] | None,
        typer.Option(
            "--cp",
            metavar="PATH",
            help="Copy this file or directory into the code directory first; of `.` what is in it. May be given again.",
            show_default=False,
        ),
    ] = None,
    env: opt.HandedOver = None,
    discard_work: opt.DiscardWork = False,
    manifest: opt.ManifestPath = None,
) -> int:
    """Make a VM for one session, open a shell in it or run a command, and delete it.

    It is made with [defaults], of a base, or with the keys of a declared VM (but for ports, depends_on, reach, protect
    and running), through every check. No approval is asked; require_review holds. Only the command writes to standard
    output; it ends with the command's exit status. Where DVM itself fails it ends with 1, 3 or 4, and says so.

    Work that would be lost at the end is named; what --cp brought counts, where no remote has it. On a terminal you are
    asked; otherwise the VM is kept, unless you gave --discard-work. A VM that was left is shown by `dvm ls`, and
    `dvm rm --ephemeral` removes all of them.

    Example: dvm run --cp . -- make test
    """
    if base is not None and like is not None:
        raise UsageError("--base and --like can't go together.", remedy="Give one of them.")
    host, copies = Host(), cp or ()
    demand_sources(copies, recursive=True)
    variables = variables_of(host, env or ())
    if "" in (base, like, name):
        raise UsageError("--base, --like and --name take a name, and not an empty text.")
    keys: dict[str, object] = {"egress": _egress(egress)} if egress else {}
    if keys.get("egress", "open") != "open":
        # What is closed for this session is closed, whatever an open VM would have.
        keys |= {"host_loopback": False, "proxy_env": False}
    asked = Throwaway(
        new_name() if name is None else named(name),
        None if base is None else base.removeprefix("base."),
        None if like is None else named(like),
        keys,
    )
    session = ThrowawaySession(host, manifest, asked, copies=copies, keep=keep, discard_work=discard_work)
    if not host.dry_run:
        return session.run(words_of(command or ()), variables)

    code = rehearsal(session.planner)
    if code == ExitCode.DONE:
        what = "the command runs" if command else "a login shell opens"
        ends = "it is kept" if keep else "it is deleted"
        sys.stdout.write(f"# vm.{session.name}: {what} as DVM_USER, and then {ends}\n")
    return code


def _egress(words: list[str]) -> str | list[str]:
    alone = {"open", "none"} & set(words)
    if alone and len(words) > 1:
        raise UsageError(f"--egress {alone.pop()} says it all: give it alone, or names in its place.")
    for word in () if alone else words:
        try:
            parse_rule(word)
        except ValueError as error:
            raise UsageError(f"--egress: {error}.") from None
    return words[0] if alone else words
