"""The manifest as a whole: settings, VMs and the files it was read from."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from dvm.model.names import PREFIX, address, base_address, base_instance, instance_name
from dvm.model.receipt import Allowance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from dvm.diagnostics import Diagnostic, Location
    from dvm.egress.policy import Reached
    from dvm.model.evidence import FileEvidence
    from dvm.model.lock import Lock
    from dvm.model.settings import Settings
    from dvm.model.vm import VM, SetupEntry


class Companion(Struct, frozen=True):
    """A companion file of a setup script: its name in $DVM_FILES, and the file as it was read."""

    name: str
    file: FileEvidence
    key: str = ""
    """What names it in dvm.lock: the file without links, relative to the manifest's directory."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes that were read, empty where there are none (a check says so)."""
        return self.file.sha256 or ""


class Script(Struct, frozen=True):
    """A setup script of a VM: its entry in the manifest, and the file as it was read."""

    entry: SetupEntry
    file: FileEvidence
    location: Location | None = None
    key: str = ""
    """What names it in dvm.lock and in receipts: the file without links, relative to the manifest's directory."""
    env: Mapping[str, str] = field(default_factory=dict)
    """The manifest's variables that it gets: those of the VM or the base whose script it is, and its own over them."""
    base: str = ""
    """The base whose script it is, which runs alike in every VM of it; empty: the VM's own."""
    files: tuple[Companion, ...] = ()
    """What is in $DVM_FILES while it runs, in order of name."""

    @property
    def name(self) -> str:
        """What it is known by, whatever path names it."""
        return self.key or self.entry.script

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes that were read, empty where there are none (a check says so)."""
        return self.file.sha256 or ""

    @property
    def digests(self) -> dict[str, str]:
        """The SHA-256 of each companion file, by its name in $DVM_FILES."""
        return {each.name: each.sha256 for each in self.files}


class DesiredVM(Struct, frozen=True):
    """A VM of the manifest with what belongs to it. `cpus` is filled in; `template_file` is set for a path."""

    name: str
    config: VM
    cpus: int
    scripts: tuple[Script, ...] = ()
    template_file: FileEvidence | None = None
    locations: Mapping[str, Location] = field(default_factory=dict)
    inherited: frozenset[str] = frozenset()
    """The keys that it has from `[defaults]` or a base, and does not say itself."""
    ephemeral: bool = False
    """Whether it is made for one session, and no file declares it."""
    base: DesiredBase | None = None
    """What it has its keys and its first scripts from."""
    reached: tuple[Reached, ...] = ()
    """The ports of other VMs that it may reach, with where they are on the host; in order."""

    @property
    def limited(self) -> bool:
        """Whether anything may not leave it."""
        return self.config.egress != "open"

    @property
    def address(self) -> str:
        """`vm.NAME`."""
        return address(self.name)

    @property
    def instance(self) -> str:
        """`dvm-NAME`."""
        return instance_name(self.name)

    @property
    def files(self) -> tuple[FileEvidence, ...]:
        """The files that it is made with: its scripts, their companion files, and its template."""
        scripts = (file for script in self.scripts for file in (script.file, *(each.file for each in script.files)))
        return (*scripts, *(() if self.template_file is None else (self.template_file,)))

    @property
    def allowed(self) -> Allowance:
        """What it may open between guest and host."""
        config = self.config
        return Allowance(
            ports=tuple(str(port) for port in sorted(config.ports)),
            auto_ports=config.auto_ports,
            isolation=config.isolation,
            proxy_env=config.proxy_env,
            egress=config.egress if isinstance(config.egress, str) else tuple(sorted(config.egress)),
            setup_egress=tuple(sorted(config.setup_egress)),
            host_loopback=config.host_loopback,
            reach=tuple(map(str, self.reached)),
        )

    @property
    def template_sha256(self) -> str | None:
        """SHA-256 of a template that is a file or an URL; None for Lima's own."""
        if self.template_file is not None:
            return self.template_file.sha256
        return self.config.template_sha256


class DesiredBase(DesiredVM, frozen=True):
    """A base of the manifest. `key` says what it is built from, and is known once its template has been read."""

    image: bool = True
    """Whether it is built, and VMs are cloned from it."""
    title: str = ""
    """Its name in the manifest. `name` is `base.NAME`, which no VM has, and once it has a key `base.NAME-KEY`."""
    key: str = ""

    @property
    def address(self) -> str:
        """`base.NAME`."""
        return base_address(self.title)

    def keyed(self, key: str) -> DesiredBase:
        """Return the base as it is built, with a name by which it is known beside others of the same title."""
        return replace(self, name=base_instance(self.title, key).removeprefix(PREFIX), key=key)


class Manifest(Struct, frozen=True):
    """A whole manifest: dvm.toml and vms/*/vm.toml, with every file they name. `vms` is in order of name."""

    path: Path
    settings: Settings
    vms: Mapping[str, DesiredVM]
    files: tuple[FileEvidence, ...]
    warnings: tuple[Diagnostic, ...] = ()
    unread: frozenset[str] = frozenset()
    """Names of VMs whose declaration has a mistake; only a manifest that is read as far as it goes has any."""
    complete: bool = True
    """Whether it is sure which VMs are declared: dvm.toml is TOML, and its tables and names are possible ones."""
    bases: Mapping[str, DesiredBase] = field(default_factory=dict)
    """In order of name, those that can be read."""
    lock: Lock | None = None
    """What dvm.lock says, where the settings demand a review."""

    @property
    def place(self) -> Path:
        """The path without links: what the receipts of its VMs have."""
        for file in self.files:
            if file.role == "manifest" and file.path == self.path and file.resolved is not None:
                return file.resolved
        return self.path

    @property
    def sha256(self) -> str:
        """SHA-256 over the digests of all manifest files, in order."""
        return sha256_of(self.files)


def sha256_of(files: Iterable[FileEvidence]) -> str:
    """Return the SHA-256 over the digests of the files that are the manifest's own, in order."""
    digests = "".join(f"{file.sha256}\n" for file in files if file.role == "manifest")
    return hashlib.sha256(digests.encode()).hexdigest()
