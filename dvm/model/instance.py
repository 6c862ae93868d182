"""The observed state: a Lima instance with its effective configuration, normalised to our units."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dvm.model.names import base_name
from dvm.model.receipt import OF_ANOTHER_DVM

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from dvm.model.egress import EgressState
    from dvm.model.evidence import FileEvidence
    from dvm.model.owner import Owner
    from dvm.model.receipt import Receipt


class Status(StrEnum):
    """The states of `limactl list`. UNKNOWN is its empty status: a configuration it could not parse."""

    RUNNING = "Running"
    STOPPED = "Stopped"
    BROKEN = "Broken"
    INSTALLING = "Installing"
    UNINITIALIZED = "Uninitialized"
    UNKNOWN = ""


class Mount(Struct, frozen=True):
    """A host directory in the guest."""

    location: str
    mount_point: str
    writable: bool

    def __str__(self) -> str:
        """As a reader knows it by."""
        return f"{self.location} ({'rw' if self.writable else 'ro'})"


class Forward(Struct, frozen=True):
    """One rule of `portForwards`, ranges as (first, last). `ignore` rules forward nothing."""

    host_ip: str
    host_ports: tuple[int, int]
    guest_ip: str
    guest_ports: tuple[int, int]
    proto: str = "any"
    static: bool = False
    ignore: bool = False
    reverse: bool = False
    guest_ip_must_be_zero: bool = False
    host_socket: str = ""
    guest_socket: str = ""

    @property
    def is_socket(self) -> bool:
        """Whether the rule is about a Unix socket on either side."""
        return bool(self.host_socket or self.guest_socket)

    @property
    def is_catch_all(self) -> bool:
        """Whether the rule keeps every port that no earlier rule names from being forwarded.

        Anything less leaks: without the guest address 0.0.0.0 binds on 0.0.0.0 and :: go through, with
        guestIPMustBeZero those on 127.0.0.1 (measured on Lima 2.2.0).
        """
        return (
            self.ignore
            and self.guest_ip == "0.0.0.0"  # noqa: S104 - what the rule matches
            and not self.guest_ip_must_be_zero
            and self.guest_ports[0] <= 1
            and self.guest_ports[1] >= 65535  # noqa: PLR2004 - the highest port
            and self.proto == "any"
            and not self.is_socket
            and not self.reverse
        )

    def __str__(self) -> str:
        """In full, since the manifest could not write it."""
        if self.is_socket:
            return f"{self.host_socket or self.host_ports[0]}:{self.guest_socket or self.guest_ports[0]}"
        host, guest = (
            "-".join(str(end) for end in dict.fromkeys(ends)) for ends in (self.host_ports, self.guest_ports)
        )
        single = "-" not in host + guest and self.host_ip in {"127.0.0.1", ""}
        if single and not self.static and not self.reverse:
            return f"{host}:{guest} (not static)"
        return f"{self.host_ip}:{host}:{guest}" + (" (reverse)" if self.reverse else "")


class Provision(Struct, frozen=True):
    """A provision script of Lima's: its mode and its text, which of mode ansible is the path of a playbook."""

    mode: str
    script: str


class Part(Struct, frozen=True):
    """A part of an effective configuration that does not pass by itself: template or receipt has to vouch for it.

    `path` as in "env.BASH_ENV"; `field` is the path of its row in the table of fields, empty where that has none.
    `digest` is the SHA-256 of its value, `value` that value as JSON, empty where it is only ever compared.
    """

    path: str
    field: str
    digest: str
    value: str = ""


class Repair(Struct, frozen=True):
    """What puts a part of an instance's own lima.yaml back: its keys, and its value as JSON; None: it goes."""

    keys: tuple[str, ...]
    value: str | None


class Serving(Struct, frozen=True):
    """What the processes of a running instance do about its forwards.

    `ports` are those of the host's 127.0.0.1 that they listen on, None where there are no processes to look at (the
    simulator). `failed` has what Lima said of each port that it could not bind.
    """

    ports: frozenset[int] | None
    failed: Mapping[int, str] = field(default_factory=dict)


class Posture(Struct, frozen=True):
    """What an instance's effective configuration opens between guest and host."""

    plain: bool = False
    mounts: tuple[Mount, ...] = ()
    forwards: tuple[Forward, ...] = ()
    forward_agent: bool = False
    forward_x11: bool = False
    networks: tuple[str, ...] = ()
    provision: tuple[Provision, ...] = ()
    probes: tuple[str, ...] = ()
    """Scripts that Lima runs in the guest as its login user, at each start, in plain mode too."""
    copy_to_host: tuple[str, ...] = ()
    proxy_env: bool = False
    env: Mapping[str, str] = field(default_factory=dict)
    disks: tuple[str, ...] = ()
    """Names of Lima's additional disks, which outlive the instance and can go from one to another."""
    ca_files: tuple[str, ...] = ()
    """Host files whose text Lima puts into the guest as certificates, whatever is in them."""
    images: tuple[str, ...] = ()
    """Locations of images, kernels, initial RAM disks and firmware: addresses, or files of the host's."""
    ssh_public_keys: bool = False
    """Whether the host user's ~/.ssh/*.pub may sign in to the guest."""
    audio: str = ""
    """The sound device, as QEMU's -audiodev takes it; empty: there is none."""
    vnc: str = ""
    """Where a VNC server of the VM's screen listens, as QEMU takes it (`ADDRESS:NUMBER,…`); empty: there is none."""


class Instance(Struct, frozen=True):
    """One line of `limactl list --json`. Memory and disk in bytes; None: limactl could not tell.

    `message` is Lima's free-text field, in which a create of ours leaves its mark. `receipt` is ours, where there
    is one that belongs to this instance; `receipt_problem` says why a file of that name is not believed.
    """

    name: str
    status: Status
    dir: Path
    vm_type: str = ""
    arch: str = ""
    cpus: int | None = None
    memory: int | None = None
    disk: int | None = None
    ssh_port: int | None = None
    ssh_address: str = ""
    """Where its ssh port is, as Lima says: an address of this host."""
    identity: Path | None = None
    """The private key that opens the guest to Lima's login user."""
    agent_pid: int | None = None
    driver_pid: int | None = None
    protected: bool = False
    login_user: str = ""
    message: str = ""
    lima_version: str = ""
    posture: Posture | None = None
    parts: Mapping[str, Part] = field(default_factory=dict)
    """By their paths, the parts of its effective configuration that somebody has to vouch for."""
    receipt: Receipt | None = None
    receipt_problem: str = ""
    owner: Owner | None = None
    """The manifest that its receipt names; None: there is no receipt, or it names none."""
    booted: float | None = None
    """When its host agent began, in seconds since the epoch; None: it does not run, or that is not known."""
    written: float | None = None
    """When its lima.yaml last changed, in seconds since the epoch; None where that is not looked at."""
    serving: Serving | None = None
    """What its processes listen on; None: nobody looked, or it is not ready."""
    egress: EgressState | None = None
    """What is seen of its egress rule; None: nobody looked."""
    file: FileEvidence | None = None
    """Its lima.yaml, unread; None where it is not ours to judge."""

    intact: bool = False
    """Whether it is a built base whose disk is the one that was sealed."""
    boots: bool = False
    """Whether it is on its way up: its host agent has just begun, and what runs the VM is not there yet."""

    @property
    def of_another_dvm(self) -> bool:
        """Whether it has a receipt that this version of DVM can't read: it is no stranger's, and no rubbish."""
        return self.receipt_problem.endswith(OF_ANOTHER_DVM)

    @property
    def shown_status(self) -> str:
        """Its status for people. Lima calls an instance Broken in the first seconds of its boot, too."""
        return "Booting" if self.boots else self.status.value or "unknown"

    @property
    def never_started(self) -> bool:
        """Lima has no state for it: a stopped instance without an ssh port was never booted.

        A clone has that of its source until its first start.
        """
        origin = self.receipt.origin if self.receipt is not None else None
        cloned = origin is not None and origin.renewed is None and origin.ssh_port == self.ssh_port
        return self.status is Status.STOPPED and (not self.ssh_port or cloned)

    @property
    def has_work(self) -> bool:
        """Whether anybody can have worked in the guest.

        That takes no bootstrap: a VM that was adopted, or that was ever booted, can be entered with limactl too.
        """
        receipt = self.receipt
        if receipt is None or base_name(self.name) is not None:
            return False  # nobody works in a base
        return receipt.adopted or receipt.bootstrap is not None or not self.never_started

    def dead_ports(self, declared: Iterable[int]) -> dict[int, str]:
        """Return those of its forwarded ports among `declared` that it does not serve, with what Lima said of each.

        A port that its configuration does not forward is none: that is drift of `ports`.
        """
        serving, posture = self.serving, self.posture
        if serving is None or posture is None:
            return {}
        forwarded = {rule.host_ports[0] for rule in posture.forwards if rule.static and not rule.ignore}
        return {
            port: serving.failed.get(port, "")
            for port in sorted(set(declared) & forwarded)
            if (port in serving.failed if serving.ports is None else port not in serving.ports)
        }


class Observed(Struct, frozen=True):
    """The host's Lima at one moment: its instances by name, other people's among them."""

    lima_home: Path
    limactl_version: str
    instances: Mapping[str, Instance] = field(default_factory=dict)
    blocked: Mapping[int, str] = field(default_factory=dict)
    """Declared ports of the host's that no VM serves and none could, each with why: it is taken, or not allowed."""
