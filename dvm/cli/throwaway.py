"""A VM for one session: made, entered, and deleted, by the same plans and checks as any other."""

from __future__ import annotations

import os
import secrets
import string
import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.cli.applying import Applying
from dvm.cli.commands.ssh import prepared
from dvm.cli.guest.copying import into_guest
from dvm.cli.guest.entrance import enter
from dvm.cli.plan_options import manifest_option
from dvm.cli.plan_output import show_trouble
from dvm.cli.planning import Planner
from dvm.errors import DvmError, ExitCode, InterruptedError_
from dvm.model.names import address, instance_name, vm_name
from dvm.model.owner import Ownership, ownership
from dvm.model.plan import PlanOptions, StepAction
from dvm.observe.host import observe, observe_one
from dvm.state.ephemeral import forget_ephemeral, in_use, is_in_use, read_ephemeral
from dvm.state.kept_work import waiting_work
from dvm.text import visible
from dvm.views.hooks import hooks_for
from dvm.views.tally import DESTROY, Command

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dvm.cli.host import Host
    from dvm.cli.planning import Planned
    from dvm.execute.hooks import StepFailure
    from dvm.manifest.throwaway import Throwaway
    from dvm.model.instance import Instance
    from dvm.model.manifest import Manifest

_LETTERS = string.ascii_lowercase + string.digits
_LOCK_SECONDS = 30.0
_CREATE = Command("Create", "created", after_plan=False)


def left_over(host: Host, manifest: Manifest) -> frozenset[str]:
    """Return the throwaway VMs of the manifest that no `dvm run` is at work on."""
    found = set(read_ephemeral(host.state, host.lima_home, manifest.place))
    for instance in observe(host.lima.look()).instances.values():
        name = vm_name(instance.name)
        ours = ownership(instance, manifest.place) is not Ownership.OTHERS
        if name is not None and ours and instance.receipt is not None and instance.receipt.ephemeral:
            found.add(name)
    # One that is declared by now is there to stay: the next apply writes that down.
    return frozenset(name for name in found if name not in manifest.vms and not is_in_use(host.state, name))


def new_name() -> str:
    """Return a name that no other throwaway VM has."""
    return "run-" + "".join(secrets.choice(_LETTERS) for _ in range(6))


def _is_throwaway(instance: Instance) -> bool:
    """Whether an instance may be a throwaway VM; one without a receipt may be what a cut left of one."""
    return instance.receipt is None or instance.receipt.ephemeral


class ThrowawayPlanner(Planner, frozen=True, kw_only=True):
    """Plans to make a VM that no file declares, and nothing else."""

    asked: Throwaway

    def _manifest(self) -> Manifest:
        return self.host.manifest_with(self.manifest_path, self.asked)

    def plan(self) -> Planned:
        """Make the plan.

        Raises:
            DvmError: as Planner says; or there is a VM of that name by now that is no throwaway one.
        """
        planned = Planner.plan(self)
        for change in planned.plan.changes:
            ours = change.name == self.asked.name
            if ours and change.observed is not None and not _is_throwaway(change.observed):
                raise DvmError(f"{change.address} is there already.", remedy="Give another --name.")
        return planned


class ThrowawaySession:
    """One throwaway VM, from nothing to nothing. What is told goes to standard error: standard output is the command's.

    Args:
        copies: files and directories of the host's that are put into the code directory first.
        keep: do not delete the VM at the end.
        discard_work: do not look for work in it before it is deleted.
    """

    def __init__(
        self,
        host: Host,
        manifest: Path | None,
        asked: Throwaway,
        *,
        copies: Sequence[str] = (),
        keep: bool = False,
        discard_work: bool = False,
    ) -> None:
        self._host = host
        self._manifest = manifest
        self._copies = copies
        self._keep = keep
        self._discard_work = discard_work
        self.name = asked.name
        self.planner = ThrowawayPlanner(
            host, manifest, PlanOptions(targets=(asked.name,), discard_work=discard_work), asked=asked
        )

    def run(self, command: Sequence[str], variables: Mapping[str, str]) -> int:
        """Make the VM, run a command in it, or a login shell, delete it, and return the exit status.

        Raises:
            DvmError: it could not be begun; nothing was made.
        """
        host = self._host
        place = host.manifest_with(self._manifest, self.planner.asked).place
        if self._is_there():
            raise DvmError(f"{address(self.name)} is there already.", remedy="Give another --name.")
        if (waiting := waiting_work(host.state, self.name)) is not None:
            raise DvmError(
                f"The work of a VM that was replaced waits for another {address(self.name)}.",
                detail=f"It is in {waiting}. A throwaway VM would take it along when it goes.",
                remedy="Give another --name.",
            )
        with in_use(host.state, self.name, host.lima_home, place):
            try:
                code = self._make()
                if code != ExitCode.DONE:
                    return self._undo(code)
            except DvmError:
                there = observe_one(host.lima, instance_name(self.name))
                if there is not None and _is_throwaway(there):
                    self._undo(ExitCode.FAILED)
                else:
                    # A plan that is refused has made nothing; what is there by now is another command's.
                    forget_ephemeral(host.state, self.name, logs=there is None)
                raise
            try:
                status = self._enter(command, variables)
            except InterruptedError_ as error:
                self._tell(error.summary)
                return self._end(error.exit_code)
            except DvmError as error:
                self._tell("\n".join(filter(None, (error.summary, error.detail, error.remedy))))
                return self._end(error.exit_code)
            return self._end(status)

    def _is_there(self) -> bool:
        return observe_one(self._host.lima, instance_name(self.name)) is not None

    def _make(self) -> int:
        return self._carry_out(self.planner, _CREATE)[0]

    def _enter(self, command: Sequence[str], variables: Mapping[str, str]) -> int:
        for source in self._copies:
            left_out = into_guest(enter(self._host, self.name, self._manifest, "copy"), source, "")
            if left_out:
                self._tell(f"Left out of {source}, as no regular files or directories: {len(left_out)}.")
        entrance, call = prepared(self._host, self.name, self._manifest, command, variables)
        sys.stdout.flush()
        return entrance.connection.attend(call)

    def _undo(self, code: int) -> int:
        """Delete what was made of a VM that nobody was in, and return the exit code."""
        there = self._is_there()
        if not there or not self._keep:
            gone = not there or self._delete(discard_work=True)[0]
            if gone:
                # The logs say what went wrong.
                forget_ephemeral(self._host.state, self.name, logs=False)
                return code
        self._tell_left("was left")
        return code

    def _end(self, status: int) -> int:
        """Delete the VM after its session, and return the exit status."""
        if self._keep:
            self._tell_left("is kept")
            return status
        gone, failed = self._delete(discard_work=self._discard_work)
        if not gone and not self._discard_work and self._is_to_be_discarded():
            gone, failed = self._delete(discard_work=True)
        if gone:
            forget_ephemeral(self._host.state, self.name, logs=True, lima_home=self._host.lima_home)
            return status
        self._tell_left("is kept")
        holds_work = failed is not None and failed.step.action is StepAction.GUARD
        return status if holds_work else status or ExitCode.FAILED

    def _delete(self, *, discard_work: bool) -> tuple[bool, StepFailure | None]:
        """Delete the VM; return whether it is gone, and what failed."""
        options = PlanOptions(targets=(self.name,), destroy=True, discard_work=discard_work)
        planner = Planner(self._host, self._manifest, options, readable=True)
        failed: list[StepFailure] = []
        try:
            code, failed = self._carry_out(planner, DESTROY)
        except DvmError as error:
            self._tell(f"{error.summary} {error.detail}".strip())
            code = error.exit_code
        return code == ExitCode.DONE, failed[0] if failed else None

    def _carry_out(self, planner: Planner, command: Command) -> tuple[int, list[StepFailure]]:
        with redirect_stdout(sys.stderr):
            hooks = hooks_for(
                sys.stderr, os.environ, command=replace(command, go_on="", option=manifest_option(self._manifest))
            )
            applying = Applying(planner, show_trouble, None, hooks, _LOCK_SECONDS)
            return applying.run(), applying.failed

    def _is_to_be_discarded(self) -> bool:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            return False
        sys.stderr.write(
            f"Destroy {address(self.name)} and all that is in it? Only 'yes' destroys it; else it is kept: "
        )
        sys.stderr.flush()
        return sys.stdin.readline().strip() == "yes"

    def _tell_left(self, how: str) -> None:
        option = manifest_option(self._manifest)
        self._tell(
            f"{address(self.name)} {how}. Enter it: dvm sh {self.name}{option}. "
            f"Remove it: dvm rm {self.name} --yes --discard-work{option}"
        )

    def _tell(self, text: str) -> None:
        sys.stderr.write(f"{visible(text, keep=chr(10))}\n")
        sys.stderr.flush()
