"""How the commands `apply`, `sync`, `start`, `stop` and `rm` carry out a plan: show, ask, lock, look again, do it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from dvm.checks.gate import approve
from dvm.cli.freshness import Shown
from dvm.cli.line.durations import seconds_of
from dvm.cli.plan_options import manifest_option
from dvm.cli.planning import Planned, Planner
from dvm.cli.rehearsing import rehearsal
from dvm.errors import DvmError, ExitCode, LockedError, StaleError, UsageError
from dvm.execute.apply import apply
from dvm.execute.context import Context, ImageCache
from dvm.execute.interrupt import Interrupt
from dvm.observe.host import observe_one
from dvm.state.journal import Journal
from dvm.state.kept_work import forget_useless, is_undescribed, read_kept_work
from dvm.state.locks import locked, outlived
from dvm.views.apply_json import JsonApply
from dvm.views.hooks import hooks_for
from dvm.views.tally import APPLY, ONCE_FIXED, Command
from dvm.views.typed import completed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from dvm.cli.saved import SavedPlan
    from dvm.execute.hooks import Hooks, StepFailure
    from dvm.model.plan import Plan


_TRIES = 3


class Applying(Struct, frozen=True):
    """One apply. `show` prints a plan; `ask` returns whether the user agrees, None: nobody is asked.

    `saved`: the plan that was approved before; that and nothing else is done.
    """

    planner: Planner
    show: Callable[[Planned], None]
    ask: Callable[[], bool] | None
    hooks: Hooks
    lock_timeout: float
    parallelism: int | None = None
    saved: SavedPlan | None = None
    failed: list[StepFailure] = field(default_factory=list)
    """What failed, once it has run."""

    def run(self) -> int:
        """Do it, and return the exit code.

        Raises:
            DvmError: it could not be begun; nothing was changed.
        """
        if self.saved is not None:
            return self._run_saved(self.saved)
        self._outlast()
        planned = self.planner.plan()
        self._tidy(planned.plan)
        if self.ask is not None or not planned.plan.steps:
            self.show(planned)
            planned.approved()
            if not planned.plan.steps:
                return self._nothing_to_do(planned)
            if self.ask is not None and not self.ask():
                raise DvmError("Apply cancelled.", detail="Nothing was changed.")
        shown = Shown(planned)
        changed: list[str] = []
        busy = set(_busy(planned.plan))
        for _ in range(_TRIES):
            with self._locked(busy):
                # Another process that held the locks may have changed what we saw.
                now = self.planner.plan()
                if self.ask is not None and not shown.holds(now):
                    changed = shown.changed_files(now)
                    break
                more = set(_busy(now.plan)) - busy
                if not more:
                    return self._carry_on(now)
            # Not while we hold locks: two applies would wait for each other.
            busy |= more
        raise StaleError(
            "The plan is stale.",
            detail="\n".join(
                ["What is there, the manifest, a template or a setup script changed since the plan was made.", *changed]
            ),
            remedy="Look at the new plan and apply again.",
        )

    def _outlast(self) -> None:
        """Wait for what a DVM that was killed left running: what is seen meanwhile does not last."""
        targets = set(self.planner.options.targets)
        at_work = outlived(self.planner.host.state)
        if waiting := at_work & targets if targets else at_work:
            with self._locked(waiting):
                pass

    def _tidy(self, plan: Plan) -> None:
        """Remove archives that nobody needs: of a VM that was not replaced after all, and what a kill left of one."""
        host = self.planner.host
        kept = read_kept_work(host.state, host.lima_home, plan.owner)
        for change in plan.changes:
            if change.name in kept and kept[change.name].is_of(change.observed):
                with self._locked([change.name]):
                    forget_useless(host.state, change.name, observe_one(host.lima, change.instance))
            elif is_undescribed(host.state, change.name):
                # Or another apply is writing it at this moment.
                with suppress(LockedError), locked(host.state, [change.name], timeout=0, told=lambda _text: None):
                    forget_useless(host.state, change.name, None)

    def _run_saved(self, saved: SavedPlan) -> int:
        with self._locked(saved.busy):
            now = self.planner.plan()
            saved.demand_fresh(now, self.planner.host)
            return self._carry_on(now)

    def _locked(self, vms: Iterable[str]) -> AbstractContextManager[None]:
        return locked(self.planner.host.state, sorted(vms), timeout=self.lock_timeout, told=self.hooks.note)

    def _carry_on(self, now: Planned) -> int:
        if self.ask is None:
            self.show(now)
            now.approved()
            if not now.plan.steps:
                return self._nothing_to_do(now)
        return self._execute(now)

    def _nothing_to_do(self, planned: Planned) -> int:
        self._keep(planned)
        return _withheld(planned.plan)

    def _keep(self, planned: Planned) -> None:
        """Keep what was read, for the next command. It is approved, so there is no secret in it."""
        # What only stops VMs is not looked at for secrets.
        if not planned.plan.options.stop:
            self.planner.host.keep()

    def _execute(self, planned: Planned) -> int:
        host = self.planner.host
        approved = approve(planned.plan, planned.checks)
        interrupt = Interrupt()
        interrupt.on_first = lambda: self.hooks.note("Interrupted: finishing what runs; once more ends it now.")
        interrupt.on_second = host.lima.cancel
        settings = planned.manifest.settings
        context = Context(
            host.lima,
            host.state,
            Journal(host.state),
            host.lima_config,
            interrupt,
            ImageCache(host.state),
            settings.timeouts,
            planned.plan.limactl_version,
            self.hooks.note,
        )
        parallelism = self.parallelism or settings.parallelism
        with interrupt.listening():
            failures = apply(approved, context, self.hooks, parallelism=parallelism)
        self._keep(planned)
        self.failed.extend(failures)
        if interrupt.asked:
            return ExitCode.INTERRUPTED
        if failures:
            return _failed(failures)
        return _withheld(planned.plan)


def carry_out(
    planner: Planner,
    show: Callable[[Planned], None],
    *,
    ask: Callable[[], bool] | None,
    lock_timeout: str,
    json: bool = False,
    parallelism: int | None = None,
    saved: SavedPlan | None = None,
    again: str = "",
    command: Command = APPLY,
    stream: bool = False,
) -> int:
    """Do what `planner` plans, with events if `json`, or in a dry run show what that is; return the exit code.

    `stream`: show each setup script's output as it comes. `command`: how it speaks of itself; `again` is what is
    typed, without options, to go on where not all was done; empty: what `command` says.

    Raises:
        UsageError: --json can't ask. DvmError: it could not be begun; nothing was changed.
    """
    seconds = seconds_of("--lock-timeout", lock_timeout)
    if planner.host.dry_run:
        return rehearsal(planner, saved, json=json)
    option = manifest_option(planner.manifest_path)
    go_on = f"{ONCE_FIXED}`{again}` goes on where this ended." if again else command.go_on
    command = replace(command, go_on=completed(go_on, option), option=option)
    if not json:
        hooks = hooks_for(sys.stdout, os.environ, command=command, stream=stream)
        return Applying(planner, show, ask, hooks, seconds, parallelism, saved).run()
    if ask is not None:
        raise UsageError("--json can't ask.", remedy="Give -y (--auto-approve) too.")

    events = JsonApply(sys.stdout, command=command, stream=stream)

    def announce(planned: Planned) -> None:
        events.planned(planned.plan, planned.checks)

    try:
        return Applying(planner, announce, None, events, seconds, parallelism, saved).run()
    except DvmError as error:
        events.error(error)
        return error.exit_code


def _busy(plan: Plan) -> list[str]:
    # The locks of bases are taken when they are built and cloned: others may wait for one for as long as a build takes.
    names = {change.address: change.name for change in plan.changes if not change.is_base}
    renamed = {change.renames for change in plan.changes if change.renames}
    return sorted({names[step.address] for step in plan.steps if step.address in names} | renamed)


def _withheld(plan: Plan) -> int:
    """A change that was asked for in the manifest, and that nobody approved, is no success."""
    withheld = [change.name for change in plan.changes if change.withheld]
    if not withheld:
        return ExitCode.DONE
    protected = any(change.withheld and change.is_protected for change in plan.changes)
    first = "Set protect = false and apply that first, then approve" if protected else "Approve"
    flags = " ".join(f"--replace {name}" for name in withheld)
    raise DvmError(
        f"{', '.join(f'vm.{name}' for name in withheld)}: not all of the manifest could be applied.",
        detail="What is left needs a new VM, which destroys what is in the old one.",
        remedy=f"{first} it with `dvm apply {flags}`, or take the change out of the manifest.",
    )


def _failed(failures: tuple[StepFailure, ...]) -> int:
    refused = all(failure.refused for failure in failures)
    return ExitCode.REFUSED if refused else ExitCode.FAILED
