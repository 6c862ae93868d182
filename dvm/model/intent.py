"""What a step is to do, as data: one frozen type an action. `dvm.lima.calls` makes limactl's words of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from dvm.model.plan import StepAction

if TYPE_CHECKING:
    from dvm.model.instance import Repair
    from dvm.model.manifest import DesiredVM
    from dvm.model.plan import ScriptRun


class _Intent(Struct, frozen=True):
    action: ClassVar[StepAction]

    @property
    def script(self) -> ScriptRun | None:
        """The setup script that runs."""
        return None

    @property
    def stdin(self) -> str:
        """Where standard input comes from, for people to read; empty: nothing."""
        return ""


class Guard(_Intent, frozen=True):
    """Look for work that exists only in the guest, below the code directories of `users`, changed after `since`.

    `since` in seconds since 1970; `everywhere`: in all home directories instead. Below the directory `kept` is none.
    `all_files`: files in no repository count whatever their age, which is by two clocks that may have been wrong.
    """

    action = StepAction.GUARD
    instance: str
    users: tuple[str, ...]
    since: int
    everywhere: bool = False
    kept: str = ""
    all_files: bool = False


class Clean(_Intent, frozen=True):
    """Delete what an earlier create or delete left."""

    action = StepAction.CLEAN
    instance: str


class Delete(_Intent, frozen=True):
    """Delete the instance, in any state."""

    action = StepAction.DELETE
    instance: str


class Create(_Intent, frozen=True):
    """Make the instance from its template, unbooted. Its mark is chosen when the step runs."""

    action = StepAction.CREATE
    vm: DesiredVM

    @property
    def stdin(self) -> str:
        """The file or URL of its template, where it is not Lima's own."""
        template = self.vm.config.template
        return "" if template.startswith("template:") else template


class Clone(_Intent, frozen=True):
    """Make the instance as a copy of the stopped instance of `base`, unbooted. Its mark is chosen when the step runs.

    All that is a VM's own goes in with it, so that no moment is left in which a clone has its base's.
    """

    action = StepAction.CLONE
    vm: DesiredVM
    base: DesiredVM


class Verify(_Intent, frozen=True):
    """Read the instance's effective configuration."""

    action = StepAction.VERIFY
    instance: str


class TakeOver(_Intent, frozen=True):
    """Write this manifest into the receipt."""

    action = StepAction.TAKE_OVER


class TakeTemplate(_Intent, frozen=True):
    """Write the template as it is now into the receipt."""

    action = StepAction.TAKE_TEMPLATE


class Declare(_Intent, frozen=True):
    """Give the VM its new name in the manifest."""

    action = StepAction.DECLARE


class Egress(_Intent, frozen=True):
    """Write the VM's egress policy."""

    action = StepAction.EGRESS


class Rename(_Intent, frozen=True):
    """Give a stopped instance another name. `begun`: limactl began it, and only DVM can end it."""

    action = StepAction.RENAME
    old: str
    new: str
    begun: bool = False


class MoveCode(_Intent, frozen=True):
    """Move a user's code directory of VM `old` to that of VM `new`."""

    action = StepAction.MOVE_CODE
    instance: str
    user: str
    old: str
    new: str


class Protect(_Intent, frozen=True):
    """Protect the instance from `limactl delete`."""

    action = StepAction.PROTECT
    instance: str


class Unprotect(_Intent, frozen=True):
    """Take that protection away."""

    action = StepAction.UNPROTECT
    instance: str


class Stop(_Intent, frozen=True):
    """Shut the instance down; `force` also fixes a Broken one."""

    action = StepAction.STOP
    instance: str
    force: bool = False


class Edit(_Intent, frozen=True):
    """Set everything DVM sets, whatever the instance's own lima.yaml held.

    `vm_type` is the driver that Lima shows; `repairs` undo what else was changed there.
    """

    action = StepAction.EDIT
    vm: DesiredVM
    vm_type: str
    repairs: tuple[Repair, ...] = ()


class Start(_Intent, frozen=True):
    """Boot the instance; `timeout` in seconds, Lima's own limit."""

    action = StepAction.START
    instance: str
    timeout: int


class Renew(_Intent, frozen=True):
    """Give a clone a machine-id and SSH host keys of its own."""

    action = StepAction.RENEW
    instance: str


class Bootstrap(_Intent, frozen=True):
    """Make DVM_USER, its ids and its code directory."""

    action = StepAction.BOOTSTRAP
    vm: DesiredVM


class Setup(_Intent, frozen=True):
    """Run a setup script. The id of the run is chosen when the step runs."""

    action = StepAction.SETUP
    vm: DesiredVM
    run: ScriptRun

    @property
    def script(self) -> ScriptRun:
        """The setup script that runs."""
        return self.run

    @property
    def stdin(self) -> str:
        """The script's path."""
        return self.run.script.entry.script


class Seal(_Intent, frozen=True):
    """Take out of a base what no two VMs may share."""

    action = StepAction.SEAL
    instance: str


class BackUp(_Intent, frozen=True):
    """Archive a user's code directories on the host."""

    action = StepAction.BACKUP
    instance: str
    user: str


class Restore(_Intent, frozen=True):
    """Put that archive below a user's code root. Which one it is, is known when the step runs."""

    action = StepAction.RESTORE
    instance: str
    user: str


if TYPE_CHECKING:
    Settled = (
        Guard
        | Clean
        | Delete
        | Verify
        | TakeOver
        | TakeTemplate
        | Declare
        | Egress
        | Rename
        | MoveCode
        | Protect
        | Unprotect
        | Stop
        | Edit
        | Start
        | Renew
        | Bootstrap
        | Seal
        | BackUp
    )
    """The intents of which a plan knows all; of the others a value is known only when their step runs."""
    Intent = Settled | Create | Clone | Setup | Restore
