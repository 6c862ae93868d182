"""What `dvm doctor` looks at."""

from __future__ import annotations

import os
import platform
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from dvm.errors import DvmError
from dvm.lima.programs import qemu_of_this_host
from dvm.model.versions import is_released
from dvm.observe.host import observe
from dvm.observe.ports import with_ports
from dvm.plan.bases import bases_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.cli.host import Host
    from dvm.model.manifest import Manifest


class Examined(Struct, frozen=True):
    """One thing that was looked at: what, how it is, what was found, and what to do."""

    what: str
    state: Literal["ok", "warning", "error"]
    found: str
    remedy: str = ""


def examine(host: Host, path: Path | None) -> Iterator[Examined]:
    """Look at one thing after the other; what can't be looked at is a finding too."""
    yield from _limactl(host)
    yield _lima_home(host)
    yield from _lima_config(host)
    yield from _path(host)
    yield _driver(host)
    yield _program("ssh", "ssh", host)
    yield _state(host)
    manifest = None
    try:
        from dvm.cli.manifest import manifest_or_none

        manifest = manifest_or_none(host, path)
    except DvmError as error:
        yield Examined("manifest", "error", error.summary, "`dvm validate` shows where.")
    else:
        if manifest is None:
            yield Examined("manifest", "warning", "there is none", "`dvm new app` makes one with a first VM.")
        else:
            count = len(manifest.vms)
            yield Examined("manifest", "ok", f"{manifest.path} ({count} VM{'' if count == 1 else 's'})")
    if manifest is not None:
        yield _memory(manifest, host)
        yield _disk(manifest, host)
        yield from _ports(manifest, host)


def _limactl(host: Host) -> Iterator[Examined]:
    if os.geteuid() == 0:
        yield Examined("user", "warning", "root", "limactl refuses to run as root: use DVM as your own user.")
    try:
        # Not in the state directory, which may be the very thing that is wrong.
        lima = host.lima_in(Path("/"))
        path, version = lima.executable, lima.version()
        found = f"{path}, version {version}, owner {path.stat().st_uid}"
        if is_released(version):
            yield Examined("limactl", "ok", found)
        else:
            yield Examined(
                "limactl", "warning", found, "No release of Lima has this build; DVM is tested with releases."
            )
    except DvmError as error:
        yield _trouble("limactl", error)


def _lima_home(host: Host) -> Examined:
    home = host.lima_home
    try:
        facts = host.home.look(home)
    except FileNotFoundError:
        return Examined("LIMA_HOME", "ok", f"{home}, which Lima makes when it is first used")
    except OSError as error:
        return Examined("LIMA_HOME", "error", f"{home}: {error.strerror}", f"See that you may use it: ls -ld {home}")
    if facts.st_uid != os.geteuid():
        return Examined("LIMA_HOME", "error", f"{home} belongs to uid {facts.st_uid}", "Give it to the user of DVM.")
    if facts.st_mode & 0o022:
        return Examined("LIMA_HOME", "error", f"{home} may be written to by others", f"chmod go-w {home}")
    return Examined("LIMA_HOME", "ok", str(home))


def _lima_config(host: Host) -> Iterator[Examined]:
    try:
        config = host.lima_config()
    except DvmError as error:
        yield _trouble("_config", error)
        return
    for file in config.files:
        keys = ", ".join(sorted(map(str, config.parsed.get(file.path, {}))))
        if keys:
            remedy = "Lima merges it into every instance; DVM checks what comes of it."
            yield Examined("_config", "warning", f"{file.path} sets {keys}", remedy)
        else:
            yield Examined("_config", "ok", f"{file.path} sets nothing")


def _path(host: Host) -> Iterator[Examined]:
    for warning in host.search_path.warnings:
        yield Examined("PATH", "warning", f"{warning.code}: {warning.detail}", warning.remedy)


def _driver(host: Host) -> Examined:
    if platform.system() == "Darwin":
        return Examined("driver", "ok", "vz, which comes with macOS")
    try:
        name = qemu_of_this_host(host.safe_environment)
    except DvmError as error:
        return _trouble("driver", error)
    found = _program("driver", name, host)
    if found.state == "ok" and platform.system() == "Linux" and not os.access("/dev/kvm", os.R_OK | os.W_OK):
        remedy = "VMs are emulated, which is slow. Turn virtualisation on, and join the group kvm."
        return Examined("driver", "warning", f"{found.found}, without /dev/kvm", remedy)
    return found


def _program(what: str, name: str, host: Host) -> Examined:
    path = shutil.which(name, path=host.safe_environment["PATH"])
    if path is None:
        return Examined(what, "error", f"{name} is not on PATH", f"Install it: Lima needs {name}.")
    return Examined(what, "ok", path)


def _state(host: Host) -> Examined:
    path = host.state_place.path
    try:
        _ = host.state
    except DvmError as error:
        return _trouble("state", error)
    there = next(part for part in (path, *path.parents) if part.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        return Examined("state", "error", f"{path} can't be written to", "Name another by DVM_STATE_DIR.")
    if there == path and path.stat().st_mode & 0o077:
        return Examined("state", "warning", f"{path} is open to others", f"chmod 700 {path}")
    return Examined("state", "ok", str(path))


def _memory(manifest: Manifest, host: Host) -> Examined:
    wanted = sum(vm.config.memory for vm in manifest.vms.values() if vm.config.running)
    total = host.machine.memory()
    found = f"{_gib(wanted)} for the VMs that are to run, of {_gib(total)}"
    if wanted > total * 0.8:
        return Examined("memory", "warning", found, "Give VMs less memory, or set running = false for some.")
    return Examined("memory", "ok", found)


def _disk(manifest: Manifest, host: Host) -> Examined:
    free = host.home.free()
    # A base is a disk of its own, whether its clones share blocks with it or not.
    used = {base.title for vm in manifest.vms.values() for base in bases_of(vm) if base.image}
    bases = sum(base.config.disk for base in manifest.bases.values() if base.title in used)
    wanted = sum(vm.config.disk for vm in manifest.vms.values()) + bases
    beside = f", {_gib(bases)} of it for bases" if bases else ""
    found = f"up to {_gib(wanted)} for all VMs{beside}, {_gib(free)} free"
    if wanted > free:
        remedy = "Disks grow as they fill. Free some space, or give new VMs less."
        return Examined("disk", "warning", found, remedy)
    return Examined("disk", "ok", found)


def _ports(manifest: Manifest, host: Host) -> Iterator[Examined]:
    """Look at declared ports: each is forwarded by its running VM, or is free to be."""
    vms = [vm for vm in manifest.vms.values() if vm.config.running and vm.config.ports]
    if not vms:
        return
    try:
        observed = with_ports(host.machine, observe(host.lima.look()), vms)
    except DvmError:
        return  # what is wrong with limactl has a line of its own
    dead = 0
    for vm in vms:
        ports = [port.host for port in vm.config.ports]
        instance = observed.instances.get(vm.instance)
        unserved = instance.dead_ports(ports) if instance is not None else {}
        for port in ports:
            why = observed.blocked.get(port, "")
            if port in unserved or why:
                dead += 1
                because = f": it {why}" if why else ""
                remedy = "End what listens there, or declare another port." if why else f"`dvm apply {vm.name}`"
                found = f"DVM316: port {port} of {vm.address} is not forwarded{because}"
                yield Examined("ports", "error", found, remedy)
    if not dead:
        yield Examined("ports", "ok", "each declared port is forwarded by its VM, or free")


def _trouble(what: str, error: DvmError) -> Examined:
    """Return an error as a finding; a check's own words are in its detail, what it is about in its summary."""
    return Examined(what, "error", "\n".join(filter(None, (error.summary, error.detail))), error.remedy)


def _gib(size: int) -> str:
    return f"{size / (1 << 30):.1f} GiB"
