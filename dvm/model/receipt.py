"""The receipt: what DVM did to an instance, kept in the instance's own directory as `dvm.json`."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Literal

from msgspec import field

from dvm.model.choices import Firewall, Isolation, RunAs
from dvm.model.table import Moment, Table
from dvm.model.template import ProvisionRecord

if TYPE_CHECKING:
    from dvm.model.manifest import Script

RECEIPT_FILE = "dvm.json"
OTHERS_MAY_WRITE = "others may write to it"
"""Why a receipt is not believed whose mode somebody changed."""
FORMAT = "1.0"
OF_ANOTHER_DVM = "another version of DVM wrote it"
"""How the problem of a receipt ends that has a format which this DVM does not read."""


class SetupRecord(Table, frozen=True, kw_only=True):
    """One setup script's last run. `ended` is None while it runs, or where DVM was killed meanwhile."""

    path: str
    """As the manifest names it."""
    sha256: str
    """Of the bytes that ran."""
    key: str = ""
    """The file without links, relative to the manifest's directory; empty in older receipts."""
    as_: RunAs = field(name="as")
    """Who it ran as."""
    env: dict[str, str] = field(default_factory=dict)
    """The manifest's variables that it got."""
    files: dict[str, str] = field(default_factory=dict)
    """The SHA-256 of each of its companion files, by the name in $DVM_FILES."""
    run_id: str
    """Names this run in the guest too, so that one that ended is never run again."""
    started: Moment
    """When it was begun, in UTC."""
    ended: Moment | None = None
    """When it ended, in UTC; null: it runs, or DVM was killed meanwhile."""
    exit_status: int | None = None
    """0: it ended well. Anything else, or None: it has to run again."""
    content: str = ""
    """The text that ran, so that a plan can show what changed."""
    ran_in: str = ""
    """The instance of the base in which it ran, before the VM was cloned from it; empty: in the VM itself."""

    @property
    def succeeded(self) -> bool:
        """Whether the script ran to its end and ended well."""
        return self.ended is not None and self.exit_status == 0


BOOTSTRAP_VERSION = 3
"""Of what a bootstrap makes in a guest. One that an older one made is bootstrapped again by the next apply."""


class Bootstrap(Table, frozen=True, kw_only=True):
    """DVM_USER and the guest around it as the last bootstrap made them."""

    user: str
    """DVM_USER's name."""
    sudo: bool
    """Whether DVM_USER may use sudo."""
    subuid_count: int
    """How many subordinate user ids DVM_USER has."""
    subgid_count: int
    """How many subordinate group ids DVM_USER has."""
    version: int = 1
    """Of what it makes in the guest; receipts of earlier versions have none."""
    host_loopback: bool | None = None
    """Whether the guest was to reach the host's loopback; null in receipts of earlier versions."""
    firewall: Firewall = Firewall.OFF
    """What a firewall in the guest was to hold."""
    firewall_tool: str = ""
    """What it is made with, as the guest said: nft or iptables; empty: there is none."""
    firewall_missing: str = ""
    """Why there is none though it was asked for, as the guest said."""
    proxied: bool = False
    """Whether the guest was told of DVM's proxy, since its egress is limited."""
    reach: dict[str, str] = field(default_factory=dict)
    """Where ports of other VMs are reached, by the variables that say so."""
    ended: Moment
    """When the bootstrap ended, in UTC."""


class ConfigurationPart(Table, frozen=True, kw_only=True):
    """One part of the configuration that the template decides, as it was when DVM last set it."""

    sha256: str
    """Of its value."""
    value: str = ""
    """The value as JSON; empty where it is long or may be a secret."""


class DiskFacts(Table, frozen=True, kw_only=True):
    """A file of an instance's disk, as the file system has it."""

    size: int
    """In bytes."""
    inode: int
    """Its number in the file system."""
    modified: int
    """When its content last changed, in nanoseconds since 1970."""
    changed: int
    """When anything about it last changed, in nanoseconds since 1970."""


class Image(Table, frozen=True, kw_only=True):
    """A built base, from which VMs are cloned as long as its disk is as it was when it was sealed."""

    base: str
    """Name of the base."""
    key: str
    """SHA-256 of all that it was built from."""
    recipe: str
    """SHA-256 of all that but the template's content."""
    identity: tuple[str, ...] = ()
    """SHA-256 of the machine-id and of each SSH host key that its guest had: no clone may have them."""
    sealed: Moment
    """When what no two VMs may share was taken out of it, in UTC."""
    disks: dict[str, DiskFacts] = field(default_factory=dict)
    """Its disk's files by name, since it was stopped; empty: it was not built to its end."""


class Origin(Table, frozen=True, kw_only=True):
    """The base that a VM, or another base, was cloned from."""

    base: str
    """Name of the base."""
    instance: str
    """Its Lima instance."""
    key: str
    """SHA-256 of all that it was built from."""
    built: Moment
    """When it was built, in UTC."""
    ssh_port: int | None = None
    """The SSH port that it had last: a clone shows it until its own first start."""
    identity: tuple[str, ...] = ()
    """SHA-256 of the machine-id and of each SSH host key of the base."""
    renewed: Moment | None = None
    """When it was given a machine-id and SSH host keys of its own, in UTC; null: that waits for its first start."""


class Allowance(Table, frozen=True, kw_only=True):
    """What the manifest lets a VM open between guest and host, as it was when an apply last set it."""

    ports: tuple[str, ...] = ()
    """The declared ports, each as HOST:GUEST."""
    auto_ports: bool = False
    """Whether undeclared guest ports may be forwarded too."""
    isolation: Isolation = Isolation.STRICT
    """How the VM is kept apart."""
    proxy_env: bool = False
    """Whether the host's proxy variables may reach the guest."""
    egress: Literal["open", "none"] | tuple[str, ...] = "open"
    """What may leave the VM: all, nothing, or what goes to these names."""
    setup_egress: tuple[str, ...] = ()
    """Further names, while setup scripts run."""
    host_loopback: bool = False
    """Whether the guest may reach services on the host's loopback address."""
    reach: tuple[str, ...] = ()
    """Ports of other VMs that it may reach."""


class Receipt(Table, frozen=True, kw_only=True):
    """What DVM did to one instance. Written whole or not at all, mode 0600; lives and dies with the instance."""

    format_version: Literal["1.0"] = "1.0"
    """Version of this format."""
    vm: str
    """Name of the VM."""
    instance: str
    """Name of the Lima instance; another one's receipt (a clone's, a renamed one's) is not believed."""
    template: str
    """The template it was created from, as the manifest named it."""
    template_sha256: str | None = None
    """SHA-256 of a template that was a file or a URL; null for Lima's own."""
    provisioning: tuple[ProvisionRecord, ...] = ()
    """What the template made the guest do when the VM was created: Lima does it again at each boot."""
    provisioned_by: str = ""
    """limactl's version then; empty: an earlier DVM made the VM, and did not look."""
    depends_on: tuple[str, ...] = ()
    """For the order in which orphans are destroyed."""
    created: Moment
    """When it was created, in UTC."""
    created_by: str
    """DVM's version at creation."""
    manifest: str | None = None
    """The manifest that the VM belongs to, as a path without links; null in older receipts."""
    ephemeral: bool = False
    """Whether `dvm run` made it, for one session: it is no orphan, and never drift."""
    adopted: bool = False
    """Whether `dvm import` wrote it: the instance was there before, and so may be work that is older than `created`."""
    configuration: dict[str, ConfigurationPart] | None = None
    """What the template decides in Lima's configuration, by the field's path; null in receipts of earlier versions."""
    allowed: Allowance | None = None
    """What the VM may open; null in receipts of earlier versions."""
    untrusted: str = ""
    """Why the VM is not to be trusted any more: it was booted with a configuration that nobody had judged."""
    applied: Moment | None = None
    """When an apply last ended without an error."""
    bootstrap: Bootstrap | None = None
    """None: never bootstrapped."""
    code_of: str = ""
    """The VM's name of which the code directory in the guest still is; empty: its own."""
    users: tuple[str, ...] = ()
    """Every DVM_USER that was ever bootstrapped, the first one first: an earlier one's work stays in the guest."""
    setup: tuple[SetupRecord, ...] = ()
    """The last run of each setup script."""
    image: Image | None = None
    """What a built base is; null: it is a VM, or a base that was not built to its end."""
    origin: Origin | None = None
    """What it was cloned from; null: it was made from its template."""
    due: tuple[str, ...] = ()
    """Scripts that have to run again, because of one that ran before them or of another DVM_USER."""

    @property
    def workers(self) -> tuple[str, ...]:
        """Everybody who was ever DVM_USER; receipts of earlier versions know the last one alone."""
        last = () if self.bootstrap is None else (self.bootstrap.user,)
        return tuple(dict.fromkeys((*self.users, *last)))

    def record(self, script: Script) -> SetupRecord | None:
        """Return the last run of a script, by whatever path the manifest named it then."""
        return next((record for record in self.setup if self.is_of(record, script)), None)

    def is_of(self, record: SetupRecord, script: Script) -> bool:
        """Whether a run is one of this script."""
        if record.key and script.key:
            return record.key == script.key
        # An older receipt has the path as dvm.toml or the VM's own file named it, and not which of the two it was.
        if record.path == script.entry.script:
            return True
        places = (record.path, f"vms/{self.vm}/{record.path}")
        return bool(script.key) and script.key in map(posixpath.normpath, places)

    def is_due(self, script: Script) -> bool:
        """Whether a script has to run again, because of another one or of another DVM_USER."""
        return script.name in self.due or script.entry.script in self.due
