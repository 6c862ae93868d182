"""What limactl is called with for each intent of a step, as argument lists. No shell ever stands between."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from dvm.lima import guest_calls
from dvm.lima.settings import expression, put_back, settings
from dvm.model import intent as to
from dvm.model.choices import Isolation

if TYPE_CHECKING:
    from dvm.model.intent import Intent, Settled

Words = tuple[str, ...]


def shown(intent: Intent) -> Words:
    """Return the words as a plan shows them: `@…@` is in the place of what is only known when the step runs."""
    match intent:
        case to.Create():
            return create(intent, "@mark@")
        case to.Clone():
            return clone(intent, "@mark@")
        case to.Setup():
            return guest_calls.setup(intent, "@run-id@")
        case to.Restore():
            return guest_calls.restore(intent, "@restore-id@", "@bytes@", "@sha256@")
        case _:
            return words(intent)


def words(intent: Settled) -> Words:  # noqa: C901, PLR0911, PLR0912 - one intent a case
    """Return the words of an intent of which all is known; none where limactl has nothing to do."""
    match intent:
        case to.TakeOver() | to.TakeTemplate() | to.Declare() | to.Egress():
            return ()
        case to.Clean(instance) | to.Delete(instance):
            return _limactl("delete", "--force", instance)
        case to.Verify(instance):
            return ("limactl", "list", "--json", instance)
        case to.Rename(old, new, begun):
            return () if begun else _limactl("rename", old, new)
        case to.Protect(instance):
            return _limactl("protect", instance)
        case to.Unprotect(instance):
            return _limactl("unprotect", instance)
        case to.Stop(instance, force):
            return _limactl("stop", *(("--force",) if force else ()), instance)
        case to.Edit(vm, vm_type, repairs):
            changes = (expression(settings(vm, vm_type)), *map(put_back, repairs))
            return _limactl("edit", f"--set={' | '.join(changes)}", vm.instance)
        case to.Start(instance, timeout):
            return _limactl("start", f"--timeout={timeout}s", instance)
        case to.Guard():
            return guest_calls.guard(intent)
        case to.MoveCode():
            return guest_calls.move(intent)
        case to.Renew(instance):
            return guest_calls.as_root(instance, "renew")
        case to.Bootstrap(vm):
            return guest_calls.bootstrap(vm)
        case to.Seal(instance):
            return guest_calls.as_root(instance, "seal")
        case to.BackUp(instance, user):
            return guest_calls.archive(instance, user)
        case _:
            assert_never(intent)


def create(intent: to.Create, mark: str) -> Words:
    """Return the words of a create.

    `mark` goes into Lima's free-text `message`: an instance that a killed create left behind is known by it.
    A template that is a file or an URL comes in on standard input (`-`), as the bytes that were checked.
    """
    vm = intent.vm
    config = vm.config
    values = settings(vm) | {".message": mark}
    return _limactl(
        "create",
        f"--name={vm.instance}",
        "--mount-none",
        "--containerd=none",
        *(("--plain",) if config.isolation is Isolation.STRICT else ()),
        *((f"--vm-type={config.vm_type}",) if config.vm_type else ()),
        *((f"--arch={config.arch}",) if config.arch else ()),
        f"--set={expression(values)}",
        config.template if config.template.startswith("template:") else "-",
    )


def clone(intent: to.Clone, mark: str) -> Words:
    """Return the words of a clone; `mark` as in a create."""
    vm, base = intent.vm, intent.base
    values = settings(vm) | {".message": mark}
    gone = [f"del({path})" for path in settings(base) if path not in values]
    return _limactl("clone", f"--set={' | '.join((expression(values), *gone))}", base.instance, vm.instance)


def _limactl(command: str, *arguments: str) -> Words:
    return ("limactl", command, "--tty=false", *arguments)
