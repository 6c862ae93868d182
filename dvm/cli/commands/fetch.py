"""`dvm fetch`."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING, Annotated

from dvm.cli.guest.entrance import enter, named
from dvm.cli.guest.fetching import HostGit, meant, objects
from dvm.cli.host import Host
from dvm.cli.line.completion import vm_names
from dvm.cli.line.durations import seconds_of
from dvm.cli.line.lazy_options import options as opt
from dvm.cli.line.lazy_options import typer
from dvm.errors import ExitCode, UsageError
from dvm.git.address import SCHEME, parse_url
from dvm.git.branches import LISTED, Arrival, compare, first_new, references, update
from dvm.git.incoming import ARRIVED, incoming
from dvm.git.memory import allocation
from dvm.git.names import problem
from dvm.git.program import demand_free
from dvm.git.receive import Reception
from dvm.git.relay import Limits
from dvm.git.screen import Service
from dvm.model.units import parse_size
from dvm.text import visible
from dvm.views.copy_progress import counting
from dvm.views.fetch import render_arrival
from dvm.views.styles import Ink, use_colour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dvm.cli.guest.entrance import Entrance
    from dvm.git.address import Address
    from dvm.git.program import HostRepository

_STALL_SECONDS = 120.0
_MOST_PACKETS = 20_000


def fetch(
    vm: Annotated[
        str,
        typer.Argument(
            metavar="VM[:REPOSITORY]",
            help="The VM, and the repository in it, from the code directory; default: the only one there.",
            show_default=False,
            autocompletion=vm_names,
        ),
    ],
    branches: Annotated[
        list[str] | None,
        typer.Argument(metavar="[BRANCH]...", help="Branches of the guest; default: all.", show_default=False),
    ] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Delete refs/remotes/VM/BRANCH where the guest has no such branch any more.")
    ] = False,
    max_size: Annotated[str, typer.Option("--max-size", metavar="SIZE", help="Take no more than this.")] = "1GiB",
    timeout: Annotated[str, typer.Option("--timeout", metavar="DURATION", help="Take no longer than this.")] = "30m",
    manifest: opt.ManifestPath = None,
) -> int:
    """Fetch the branches of a repository in a VM into refs/remotes/VM/* of the current one, and show what came.

    git checks every object; tags, submodules, hooks and configuration have no part in it, and nothing is checked out.
    The guest's branches are untrusted all the same: look at them before you check one out.

    Example: dvm fetch app:project main
    """
    if vm.startswith(SCHEME):
        url = parse_url(vm)
        vm = f"{url.vm}:{url.path}"
    name, colon, path = vm.partition(":")
    if not colon and "/" in name:
        raise UsageError(
            f'"{visible(vm)}" names no VM.', remedy=f"dvm fetch {shlex.quote(visible(vm).replace('/', ':', 1))}"
        )
    name = named(name)
    if colon and not path:
        raise UsageError(f"{name}: names no repository.", remedy=f"dvm fetch {name}:REPOSITORY, or dvm fetch {name}")
    wanted = list(dict.fromkeys(each.removeprefix("refs/heads/") for each in branches or ()))
    for each in wanted:
        if why := problem(each):
            raise UsageError(f'"{visible(each)}" can\'t be fetched: {why}.', remedy="Rename the branch in the guest.")
    if prune and wanted:
        raise UsageError("--prune goes with all branches only.", remedy="Leave out the branches, or --prune.")
    options = {"--max-size": (max_size, "1GiB"), "--timeout": (timeout, "30m")}
    words = ["dvm", "fetch", vm, *wanted, *(["--prune"] if prune else [])]

    def again(option: str, value: str) -> str:
        given = {each: text for each, (text, default) in options.items() if text != default}
        changed = {**given, option: value} if option else given
        extra = [] if option or not value else [value]
        return shlex.join([*words, *extra, *(word for pair in changed.items() for word in pair)])

    limits = Limits(
        most_bytes=_size(max_size),
        most_packets=_MOST_PACKETS,
        seconds=seconds_of("--timeout", timeout),
        stall_seconds=_STALL_SECONDS,
        again=again,
    )
    host = Host()
    git = HostGit(host)
    repository = git.repository()
    remotes = repository.remotes()
    entrance = enter(host, name, manifest, "fetch")
    there = meant(name, path, remotes, entrance)
    demand_free(name, there, remotes, entrance.guest.code_dir)
    pruning = shlex.join(("dvm", "fetch", vm, "--prune"))
    arrival = _fetch(git, repository, entrance, there, wanted, limits, prune=prune, pruning=pruning)
    ink = Ink(use_colour(sys.stdout, os.environ))
    sys.stdout.write(render_arrival(arrival, there, ink=ink))
    return ExitCode.FAILED if arrival.refused else ExitCode.DONE


def _size(text: str) -> int:
    try:
        return parse_size(text)
    except ValueError as error:
        raise UsageError(f"--max-size: {error}.") from error


def _fetch(
    git: HostGit,
    repository: HostRepository,
    entrance: Entrance,
    there: Address,
    wanted: Sequence[str],
    limits: Limits,
    *,
    prune: bool,
    pruning: str,
) -> Arrival:
    guest = entrance.guest
    with incoming(repository) as place:
        most = allocation(limits)
        lent, own = (git.runner(place.environment(git.environment, lent=lent, most=most)) for lent in (True, False))
        call = guest.git(Service.UPLOAD_PACK, there.path)
        with counting(visible(f"{guest.vm}:{there.path}"), None, os.environ) as add:
            reception = Reception(lent, place, there, limits, add)
            reception.fetch(
                lambda stdin, errors: entrance.connection.relaying(call, stdin=stdin, errors=errors), wanted
            )
        counts = objects(own, place.place)
        listed = own.capture(("git", f"--git-dir={place.place}", "for-each-ref", LISTED, ARRIVED), timeout=60).stdout
        reception.demand_whole(references(listed, ARRIVED), wanted)
        place.hand_over()
    odd = reception.left_out
    found, refused = compare(repository, guest.vm, listed, odd, limits, prune=prune, pruning=pruning, only=wanted)
    update(repository, guest.vm, found)
    new = first_new(found)
    return Arrival(
        tuple(found),
        odd | refused,
        reception.bytes,
        counts,
        refused=bool(refused) or not odd.keys().isdisjoint(wanted),
        base=new is None or repository.has_base(new.after),
    )
