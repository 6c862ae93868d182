"""The parts of `dvm fetch`: the host's git, which repository of the guest is meant, and the fetch itself."""

from __future__ import annotations

import os
import shlex
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from dvm.checks.limactl import demand_trusted
from dvm.cli.guest.repositories import ask_for_repositories
from dvm.errors import DvmError
from dvm.files import read_evidence
from dvm.git.address import Address, address
from dvm.git.program import HostRepository, address_of, git_environment
from dvm.lima.process import Runner
from dvm.lima.programs import find
from dvm.model.evidence import Role
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dvm.cli.guest.entrance import Entrance
    from dvm.cli.host import Host
    from dvm.git.program import Remote

_MOST_LISTED = 20


class HostGit:
    """The host's git, looked at before it is started.

    Raises:
        DvmError: there is none. ChecksRefusedError: others can change it.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        environment = host.safe_environment
        self.program = next(iter(find(["git"], environment)), None) or _missing(host)
        self.environment = git_environment(environment)
        demand_trusted(host.trusting(read_evidence(self.program, Role.PROGRAM, limit=0)), os.geteuid())
        # What git itself starts is beside it in a directory of its own.
        asked = self.runner(self.environment).capture(("git", "--exec-path"), timeout=30)
        own = Path(asked.stdout.decode("utf-8", "surrogateescape").strip() or "/nonexistent") / "git-remote-fd"
        demand_trusted(host.trusting(read_evidence(own, Role.PROGRAM, limit=0)), os.geteuid())

    def runner(self, environment: Mapping[str, str]) -> Runner:
        """Return what starts it with that environment."""
        runner = Runner(
            self.program, environment, self._host.state.working_directory, variable="PATH", whole_environment=True
        )
        return self._host.traced(runner)

    def repository(self) -> HostRepository:
        """Return the current repository.

        Raises:
            DvmError: there is none.
        """
        return HostRepository(self.runner(self.environment), Path.cwd())


def _missing(host: Host) -> Path:
    there = find(["git"], host.environment)
    detail = f"The one in {there[0].parent} is not started: others can write to that directory." if there else ""
    raise DvmError("git is not on PATH.", detail=detail, remedy="Install git on the host.")


def meant(vm: str, path: str, remotes: Mapping[str, Remote], entrance: Entrance) -> Address:
    """Return the repository of the guest that is meant; `path` is empty where none was named.

    Raises:
        DvmError: none was named, and there is not just one.
    """
    code_dir = entrance.guest.code_dir
    if path:
        return address(vm, path.rstrip("/") or "/").below(code_dir)
    known = [found for url in (remotes[vm].urls if vm in remotes else ()) if (found := address_of(url)) is not None]
    if known and known[0].vm == vm:
        return known[0].below(code_dir)
    there = ask_for_repositories(entrance)
    if len(there) == 1:
        return address(vm, there[0].path)
    if not there:
        raise DvmError(
            f"vm.{vm} has no git repository in its code directory.",
            detail=f"It is {entrance.guest.code_dir}.",
            remedy=f"Name one that is elsewhere: dvm fetch {vm}:/srv/x",
        )
    listed = "\n".join(f"  {vm}:{visible(each.path)}" for each in there[:_MOST_LISTED])
    raise DvmError(
        f"vm.{vm} has {len(there)} git repositories in its code directory.",
        detail=f"{listed}\n(as the guest says)",
        remedy=f"Name one: dvm fetch {shlex.quote(f'{vm}:{visible(there[0].path)}')}",
    )


def objects(runner: Runner, place: Path) -> Mapping[str, int]:
    """Return how many objects of each type are in a repository.

    Raises:
        DvmError: git can't say.
    """
    counts: Counter[str] = Counter()
    rest = b""

    def answer(chunk: bytes) -> None:
        nonlocal rest
        *whole, rest = (rest + chunk).split(b"\n")
        counts.update(line.decode("ascii", "replace") for line in whole)

    arguments = ("cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objecttype)")
    completed = runner.stream(
        ("git", f"--git-dir={place}", *arguments), timeout=120, sink=lambda _chunk: None, answer=answer
    )
    if completed.status != 0:
        raise DvmError("What was fetched can't be counted.", detail="\n".join(completed.tail[-3:]))
    return counts
