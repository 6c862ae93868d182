"""The limactl calls of a plan's steps, as argument lists. No shell ever stands between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.lima.settings import expression, settings
from dvm.model.choices import Isolation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dvm.model.manifest import DesiredVM

LIMACTL = "limactl"


def create(vm: DesiredVM, mark: str) -> tuple[str, ...]:
    """Return the call that creates the instance and does not boot it.

    `mark` goes into Lima's free-text `message`: an instance that a killed create left behind is known by it.
    A template that is a file or an URL comes in on standard input (`-`), as the bytes that were checked.
    """
    config = vm.config
    values = settings(vm) | {".message": mark}
    return (
        LIMACTL,
        "create",
        "--tty=false",
        f"--name={vm.instance}",
        "--mount-none",
        "--containerd=none",
        *(("--plain",) if config.isolation is Isolation.STRICT else ()),
        *((f"--vm-type={config.vm_type}",) if config.vm_type else ()),
        *((f"--arch={config.arch}",) if config.arch else ()),
        f"--set={expression(values)}",
        config.template if config.template.startswith("template:") else "-",
    )


def clone(vm: DesiredVM, base: DesiredVM, mark: str) -> tuple[str, ...]:
    """Return the call that makes the instance as a copy of the stopped instance of `base`, and does not boot it.

    All that is a VM's own goes in with it, so that no moment is left in which a clone has its base's.
    """
    values = settings(vm) | {".message": mark}
    gone = [f"del({path})" for path in settings(base) if path not in values]
    return (
        LIMACTL,
        "clone",
        "--tty=false",
        f"--set={' | '.join((expression(values), *gone))}",
        base.instance,
        vm.instance,
    )


def edit(vm: DesiredVM, vm_type: str, repairs: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the call that sets everything DVM sets, whatever the instance's own lima.yaml held.

    `vm_type` is the driver that Lima shows; `repairs` are yq expressions that undo what else was changed there.
    """
    values = expression(settings(vm, vm_type))
    return (LIMACTL, "edit", "--tty=false", f"--set={' | '.join((values, *repairs))}", vm.instance)


def start(instance: str, *, timeout: int) -> tuple[str, ...]:
    """Return the call that boots; `timeout` in seconds, Lima's own limit."""
    return (LIMACTL, "start", "--tty=false", f"--timeout={timeout}s", instance)


def stop(instance: str, *, force: bool = False) -> tuple[str, ...]:
    """Return the call that shuts down; `force` also fixes a Broken instance."""
    return (LIMACTL, "stop", "--tty=false", *(("--force",) if force else ()), instance)


def delete(instance: str) -> tuple[str, ...]:
    """Return the call that deletes, whatever state the instance is in."""
    return (LIMACTL, "delete", "--tty=false", "--force", instance)


def rename(old: str, new: str) -> tuple[str, ...]:
    """Return the call that gives a stopped instance another name; its protection is dropped."""
    return (LIMACTL, "rename", "--tty=false", old, new)


def protect(instance: str, *, protect: bool) -> tuple[str, ...]:
    """Return the call that protects an instance from `limactl delete`, or no longer."""
    return (LIMACTL, "protect" if protect else "unprotect", "--tty=false", instance)


def verify(instance: str) -> tuple[str, ...]:
    """Return the call that reads an instance's effective configuration."""
    return (LIMACTL, "list", "--json", instance)
