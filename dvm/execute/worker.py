"""The work on one VM: its steps, one after the other, with its receipt and its logs."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, assert_never

from dvm import __version__
from dvm.checks.posture import PostureRefusedError, VerifiedInstance, verify
from dvm.checks.subjects import InstanceSubject
from dvm.errors import DvmError, LimaError
from dvm.execute.convergence import unconverged
from dvm.execute.hooks import StepFailure
from dvm.execute.limits import READY_SECONDS, limit_of
from dvm.execute.template import template_bytes
from dvm.lima.guest_calls import abbreviated
from dvm.lima.log_line import message
from dvm.model.plan import StepAction
from dvm.model.receipt import Bootstrap, Receipt, SetupRecord
from dvm.observe.host import observe_one
from dvm.plan.steps import MARK, RUN_ID
from dvm.state.logs import LIMA_LOG, SETUP_LOG, Log
from dvm.state.marks import clear_mark, new_mark, write_mark
from dvm.state.receipts import write_receipt

if TYPE_CHECKING:
    from collections.abc import Callable

    from dvm.execute.context import Context
    from dvm.lima.process import Completed
    from dvm.model.instance import Instance
    from dvm.model.manifest import DesiredVM
    from dvm.model.plan import ResourceChange, Step

_SSH_FAILED = 255
_TIMED_OUT = 124
_READY_PAUSE = 1.0


class Worker:
    """Carries out the steps of one change, in the calling thread.

    `progress` gets each chunk of output as it comes.
    """

    def __init__(self, context: Context, change: ResourceChange, progress: Callable[[Step, bytes], None]) -> None:
        self._context = context
        self._change = change
        self._progress = progress
        self._logs: dict[str, Log] = {}
        self._receipt = change.observed.receipt if change.observed else None
        # A guest that this apply booted is ready when `limactl start` ends; another one may still be booting.
        self._ready = False

    def run(self, step: Step) -> None:
        """Carry out one step.

        Raises:
            StepFailure: it did not end well; the rest of this VM's steps must not run.
        """
        try:
            self._dispatch(step)
        except PostureRefusedError as error:
            raise StepFailure(step, error.summary, remedy=error.remedy, checks=error.checks) from error
        except DvmError as error:
            raise StepFailure(step, f"{error.summary} {error.detail}".strip(), remedy=error.remedy) from error
        except OSError as error:
            raise StepFailure(
                step,
                f"{error.strerror or error}: {error.filename or self._context.state.path}",
                remedy="See that the disk is not full and that the place may be written to, then apply again.",
            ) from error

    def finish(self) -> None:
        """Note in the receipt that everything asked for is done."""
        if self._receipt is not None and self._change.desired is not None:
            depends = self._change.desired.config.depends_on
            self._save(self._receipt.model_copy(update={"applied": _now(), "depends_on": depends}))

    def close(self) -> None:
        """Close the logs."""
        for log in self._logs.values():
            log.close()

    def _dispatch(self, step: Step) -> None:
        match step.action:
            case StepAction.GUARD:
                self._guard(self._verified(), step)
            case StepAction.CLEAN | StepAction.DELETE:
                self._call(step)
                self._receipt = None
                clear_mark(self._context.state, self._change.name)
            case StepAction.CREATE:
                self._context.images.run(self._vm.config.template, lambda: self._create(step))
            case StepAction.VERIFY:
                self._verify_converged(step)
            case StepAction.STOP | StepAction.PROTECT | StepAction.UNPROTECT:
                self._call(step)
            case StepAction.EDIT:
                # Its posture may be what the edit mends; that it is there, and ours, must hold all the same.
                self._observe_ours()
                self._call(step)
            case StepAction.START:
                self._start(self._verified(), step)
            case StepAction.BOOTSTRAP:
                self._bootstrap(self._verified(), step)
            case StepAction.SETUP:
                self._setup(self._verified(), step)
            case _:
                assert_never(step.action)

    @property
    def _vm(self) -> DesiredVM:
        assert self._change.desired is not None
        return self._change.desired

    def _create(self, step: Step) -> None:
        vm, context = self._vm, self._context
        stdin = template_bytes(vm)
        mark = new_mark(vm.name)
        write_mark(context.state, vm.name, mark, context.lima_home)
        try:
            self._call(step, stdin=stdin, mark=mark)
        except StepFailure:
            # A failed create leaves a directory behind that looks like a good instance.
            remains = observe_one(context.lima, vm.instance)
            if remains is not None and remains.message == mark and remains.never_started:
                context.lima.change(
                    ("limactl", "delete", "--tty=false", "--force", vm.instance),
                    timeout=limit_of(step),
                    sink=self._log(LIMA_LOG).write,
                )
            clear_mark(context.state, vm.name)
            raise
        instance = observe_one(context.lima, vm.instance)
        if instance is None or instance.message != mark:
            raise StepFailure(
                step,
                f"limactl said that it created {vm.instance}, but the list shows no such instance of ours.",
                remedy=f"Look at `limactl list {vm.instance}`, and apply again.",
            )
        receipt = Receipt(
            vm=vm.name,
            instance=vm.instance,
            template=vm.config.template,
            template_sha256=vm.template_sha256,
            depends_on=vm.config.depends_on,
            created=_now(),
            created_by=__version__,
        )
        write_receipt(context.lima_home / vm.instance, receipt)
        clear_mark(context.state, vm.name)
        self._receipt = receipt

    def _verified(self) -> VerifiedInstance:
        """Look at the effective configuration as it is now; only what passes may be booted or talked to.

        Lima merges its host-wide files anew at each call, so what was right a step ago may not be so any more.
        """
        instance = self._observe_ours()
        return verify(InstanceSubject(instance, self._change.desired, self._context.read_lima_config()))

    def _observe_ours(self) -> Instance:
        instance = observe_one(self._context.lima, self._change.instance)
        if instance is None:
            # `limactl start` of a missing name would create a VM from Lima's default template.
            raise LimaError(
                f"{self._change.instance} is gone.",
                detail="It was there when the plan was made.",
                remedy="Plan again.",
            )
        if instance.receipt is None:
            raise LimaError(
                f"{self._change.instance} is not DVM's any more.",
                detail=instance.receipt_problem or "Its receipt is gone: it was deleted and made anew meanwhile.",
                remedy="Plan again.",
            )
        return instance

    def _verify_converged(self, step: Step) -> None:
        verified = self._verified()
        differing = unconverged(self._vm, verified.instance, self._context.read_lima_config())
        if differing:
            raise StepFailure(
                step,
                "Lima's effective configuration is not what was asked for: " + "; ".join(differing),
                remedy="Take that setting out of the file named, then apply again.",
            )

    def _start(self, verified: VerifiedInstance, step: Step) -> None:
        assert verified.instance.name == self._change.instance
        self._call(step)
        self._ready = True

    def _guard(self, verified: VerifiedInstance, step: Step) -> None:
        assert verified.instance.name == self._change.instance
        self._wait_until_ready(step)
        lines: list[bytes] = []
        completed = self._shell(step, lines.append)
        self._demand(step, completed, SETUP_LOG)
        found = [line.split("\t") for line in b"".join(lines).decode("utf-8", "replace").splitlines() if "\t" in line]
        if found:
            work = "; ".join(
                f"{where}{f' (branch {branch})' if branch else ''}: {kind}, {detail}"
                for kind, where, branch, detail in (entry for entry in found if len(entry) == 4)  # noqa: PLR2004
            )
            raise StepFailure(
                step,
                f"{self._change.address} holds work that would be lost. {work}",
                remedy="Push or copy it out of the guest, or give --discard-work to lose it.",
            )

    def _bootstrap(self, verified: VerifiedInstance, step: Step) -> None:
        assert verified.instance.receipt is not None
        self._receipt = verified.instance.receipt
        self._wait_until_ready(step)
        self._demand(step, self._shell(step), SETUP_LOG)
        config = self._vm.config
        made = Bootstrap(
            user=config.user,
            sudo=config.sudo,
            subuid_count=config.subuid_count,
            subgid_count=config.subgid_count,
            ended=_now(),
        )
        self._save(self._receipt.model_copy(update={"bootstrap": made}))

    def _setup(self, verified: VerifiedInstance, step: Step) -> None:
        assert step.script is not None
        assert verified.instance.receipt is not None
        self._receipt = verified.instance.receipt
        self._wait_until_ready(step)
        run, entry = step.script, step.script.script.entry
        content = run.script.file.content or b""
        record = SetupRecord(
            path=entry.script,
            sha256=run.script.sha256,
            as_=entry.as_,
            run_id=run.run_id or uuid.uuid4().hex,
            started=_now(),
            content=content.decode("utf-8", "replace"),
        )
        # Written before the run: should we be killed meanwhile, the next apply asks the guest about this run_id.
        self._record(record)
        completed = self._shell(step, stdin=content, run_id=record.run_id)
        if completed.status != _SSH_FAILED:
            # 255 is ssh's own failure: only the guest knows how the run ended, so it stays open.
            status = _TIMED_OUT if completed.timed_out else completed.status
            self._record(record.model_copy(update={"ended": _now(), "exit_status": status}))
        self._demand(step, completed, SETUP_LOG)

    def _shell(
        self,
        step: Step,
        also: Callable[[bytes], None] | None = None,
        *,
        stdin: bytes | None = None,
        run_id: str = "",
    ) -> Completed:
        log = self._log(SETUP_LOG)
        log.title(f"{step.id} {step.stdin}".rstrip())
        argv = tuple(run_id if word == RUN_ID else word for word in step.argv)
        # Standard input is a lifeline that guest programs watch, so even those that take nothing get one.
        return self._stream(step, argv, log, stdin=stdin or b"", lifeline=True, also=also)

    def _call(self, step: Step, *, stdin: bytes | None = None, mark: str = "") -> None:
        log = self._log(LIMA_LOG)
        log.title(" ".join(abbreviated(step.argv)))
        argv = tuple(word.replace(MARK, mark) for word in step.argv)
        self._demand(step, self._stream(step, argv, log, stdin=stdin), LIMA_LOG)

    def _stream(
        self,
        step: Step,
        argv: tuple[str, ...],
        log: Log,
        *,
        stdin: bytes | None,
        lifeline: bool = False,
        also: Callable[[bytes], None] | None = None,
    ) -> Completed:
        def sink(chunk: bytes) -> None:
            log.write(chunk)
            if also is not None:
                also(chunk)
            self._progress(step, chunk)

        limit = limit_of(step)
        return self._context.lima.change(argv, timeout=limit, sink=sink, stdin=stdin, lifeline=lifeline)

    def _demand(self, step: Step, completed: Completed, log: str) -> None:
        if completed.status == 0 and not completed.timed_out:
            return
        what = step.script.script.entry.script if step.script else f"limactl {step.argv[1]}"
        if completed.timed_out:
            summary = f"{what} took longer than {limit_of(step):.0f} s and was ended."
        elif completed.status < 0:
            summary = f"{what} was ended by signal {-completed.status}."
        else:
            summary = f"{what} ended with status {completed.status}."
        raise StepFailure(
            step,
            summary,
            remedy="Mend the cause and apply again: what has ended well is not done twice.",
            exit_status=completed.status,
            log=self._log(log).path,
            tail=tuple(message(line) for line in completed.tail),
        )

    def _wait_until_ready(self, step: Step) -> None:
        deadline = time.monotonic() + READY_SECONDS
        probe = ("limactl", "shell", "--tty=false", "--workdir", "/", self._change.instance, "true")
        while not self._ready:
            completed = self._context.lima.change(probe, timeout=60, sink=lambda _chunk: None)
            self._ready = completed.status == 0
            if self._ready or self._context.interrupt.asked:
                return
            if time.monotonic() > deadline:
                self._log(SETUP_LOG).write("\n".join(completed.tail).encode() + b"\n")
                self._demand(step, completed, SETUP_LOG)
            time.sleep(_READY_PAUSE)

    def _record(self, record: SetupRecord) -> None:
        assert self._receipt is not None
        others = tuple(item for item in self._receipt.setup if item.path != record.path)
        self._save(self._receipt.model_copy(update={"setup": (*others, record)}))

    def _save(self, receipt: Receipt) -> None:
        write_receipt(self._context.lima_home / self._change.instance, receipt)
        self._receipt = receipt

    def _log(self, name: str) -> Log:
        if name not in self._logs:
            directory = self._context.state.make(self._context.state.of_vm(self._change.name))
            self._logs[name] = Log(directory / name)
        return self._logs[name]


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
