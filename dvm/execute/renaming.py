"""Another name for a VM: in the manifest, for its instance, for its code directory; a cut leaves nothing for good."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.errors import LimaError
from dvm.execute.declaring import has_moved, redeclaration_of
from dvm.execute.guest_work import wait_until_ready
from dvm.execute.hooks import StepFailure
from dvm.execute.look import ours
from dvm.lima.calls import words
from dvm.lima.home import full
from dvm.manifest.paths import VM_DIRECTORY
from dvm.model.names import instance_name
from dvm.model.receipt import RECEIPT_FILE
from dvm.observe.host import observe_one
from dvm.state.logs import take_over_logs
from dvm.state.receipts import read_receipt
from dvm.state.renames import Renaming, clear_renaming, inodes, read_renaming, write_renaming

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.checks.posture import VerifiedInstance
    from dvm.execute.job import Job
    from dvm.lima.home import Home
    from dvm.model.instance import Instance
    from dvm.model.intent import MoveCode, Rename
    from dvm.model.plan import Step
    from dvm.model.receipt import Receipt

# What `limactl rename` leaves out, and what it makes empty.
_LEFT_OUT = ("protected", "*.pid", "*.sock", "*.tmp")
_EMPTIED = "vz-identifier"


def declare(job: Job) -> None:
    """Give the VM its new name in the manifest, with what is about to be done written down before.

    Raises:
        DvmError: the text can't be changed for certain; all of it is as it was.
    """
    old, new = job.change.renames, job.change.name
    if job.change.observed is not None:
        write_renaming(job.context.state, _noted(job, ours(job)))
    try:
        redeclaration_of(job.owner, old, new).carry_out(job.owner, job.context.home)
    except Exception:
        noted = read_renaming(job.context.state, job.context.home, new)
        if noted is not None and not noted.torn:
            clear_renaming(job.context.state, new)
        raise


def rename(job: Job, step: Step, intent: Rename) -> None:
    """Rename the instance, or end what an earlier rename left half-done; then write its receipt again.

    Raises:
        StepFailure: limactl failed. LimaError: what is there is not what was written down.
    """
    home, new = job.context.home, job.change.name
    noted = read_renaming(job.context.state, home, new)
    old_place, new_place = home.of(job.instance), home.of(job.change.instance)
    if noted is None or not noted.is_torn(home):
        instance = ours(job)
        _demand_flat(job, step, instance.dir)
        if observe_one(job.context.lima, job.change.instance) is not None or home.exists(new_place, follow=False):
            raise LimaError(f"{job.change.instance} is there already.", remedy="Choose another name.")
        noted = replace(noted or _noted(job, instance), files=inodes(home, instance.dir))
        write_renaming(job.context.state, noted)
        try:
            job.call(step, words(intent))
        except StepFailure:
            if not noted.is_torn(home):
                # Nothing was moved: all is as it was, and the next try begins again.
                write_renaming(job.context.state, replace(noted, files={}))
            raise
    _move_rest(home, old_place, new_place, noted)
    _finish(job, noted, new_place)


def move_code(job: Job, verified: VerifiedInstance, step: Step, intent: MoveCode) -> None:
    """Move the code directory in the guest to the VM's name.

    Raises:
        StepFailure: both are there, or the guest does not prove that it moved it.
    """
    job.receipt = verified.instance.receipt
    assert job.receipt is not None
    wait_until_ready(job, step)
    job.proven(step, job.ask(step, words(intent)))
    job.save(replace(job.receipt, code_of=""))


def _noted(job: Job, instance: Instance) -> Renaming:
    noted = Renaming.of(job.change.renames, job.change.name, job.context.lima_home, job.owner, instance)
    # What the plan has seen running it has stopped by now.
    return replace(noted, running=job.change.restart)


def _demand_flat(job: Job, step: Step, directory: Path) -> None:
    found = full(job.context.home, directory)
    if found:
        raise StepFailure(
            step,
            f"{directory} has a directory with something in it, {found[0]}: limactl would move the files before it, "
            "and no more.",
            remedy=f"Move it elsewhere: mv {directory / found[0]} ~/, then `dvm mv {job.change.renames} "
            f"{job.change.name}`.",
        )


def _move_rest(home: Home, old: Path, new: Path, noted: Renaming) -> None:
    """Do what a `limactl rename` that was cut off left undone, by its own rules.

    Raises:
        LimaError: something is in the way, or in the old directory that was not there before.
    """
    if home.exists(old):
        for name, inode in inodes(home, old).items():
            if any(fnmatch(name, pattern) for pattern in _LEFT_OUT):
                continue
            if noted.files.get(name) != inode or home.exists(new / name, follow=False):
                raise LimaError(
                    f"{old / name} is not what it was when the rename began.",
                    detail=f"What belongs together is in {old} and {new}; nothing more was moved.",
                    remedy="See what it is, and move it out of there.",
                )
            if name == _EMPTIED:
                home.write(new / name, b"")
            else:
                home.move(old / name, new / name)
        home.remove(old)
    for name in home.names(new):
        if home.is_directory(new / name, follow=False):
            home.open_up(new / name)
    lost = [
        name
        for name in noted.files
        if not any(fnmatch(name, pattern) for pattern in _LEFT_OUT) and not home.exists(new / name, follow=False)
    ]
    if lost:
        raise LimaError(
            f"{new} lacks {lost[0]}, which was in {old} before the rename.",
            remedy="Look for it; without it the VM is not whole.",
        )


def _finish(job: Job, noted: Renaming, place: Path) -> None:
    """Write the receipt under the new name, and forget the note: from here on the VM is whole."""
    home = job.context.home
    receipt, why = read_receipt(home, place, instance_name(noted.old))
    if receipt is None:
        receipt, why = read_receipt(home, place, job.change.instance)
    if receipt is None or receipt.created.isoformat() != noted.created:
        raise LimaError(
            f"{place / RECEIPT_FILE} is not the receipt of the VM that was to be renamed.", detail=why or "It is gone."
        )
    job.instance = job.change.instance
    job.save(_renamed(receipt, noted, job.owner))
    _move_logs(job, noted)
    clear_renaming(job.context.state, noted.new)


def _renamed(receipt: Receipt, noted: Renaming, manifest: Path) -> Receipt:
    code_of = receipt.code_of or noted.old
    renamed = replace(
        receipt,
        vm=noted.new,
        instance=instance_name(noted.new),
        code_of="" if code_of == noted.new or receipt.bootstrap is None else code_of,
    )
    vms = manifest.parent / VM_DIRECTORY
    if not has_moved(manifest, noted.old, noted.new):
        return renamed
    # Its own directory has another name now, and the scripts in it are the same.
    before, after = f"{VM_DIRECTORY}/{noted.old}/", f"{VM_DIRECTORY}/{noted.new}/"

    def path(text: str) -> str:
        return after + text.removeprefix(before) if text.startswith(before) else text

    template = receipt.template.replace(str(vms / noted.old) + "/", str(vms / noted.new) + "/")
    setup = tuple(replace(record, key=path(record.key), path=path(record.path)) for record in receipt.setup)
    return replace(renamed, template=template, setup=setup, due=tuple(map(path, receipt.due)))


def _move_logs(job: Job, noted: Renaming) -> None:
    """Take the logs of earlier runs along, behind those that the VM has under its new name."""
    state = job.context.state
    take_over_logs(state.of_vm(noted.old), state.make(state.of_vm(noted.new)))
