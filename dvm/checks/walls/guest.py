"""The walls as they were tried from inside. It is the guest's word, but where the host saw a connection arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dvm.checks.walls.finding import WallResult, of_guest, of_host

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dvm.checks.walls.evidence import Evidence

# File systems of Linux's own and on a guest's own disks. One that is not here may be the host's.
_OWN_FILE_SYSTEMS: Final = frozenset(
    {
        "autofs", "bdev", "binder", "binfmt_misc", "bpf", "btrfs", "cgroup", "cgroup2", "configfs", "cramfs",
        "debugfs", "devpts", "devtmpfs", "ecryptfs", "efivarfs", "erofs", "exfat", "ext2", "ext3", "ext4",
        "f2fs", "fuse.fuse-overlayfs", "fuse.lxcfs", "fusectl", "hugetlbfs", "mqueue", "nsfs", "overlay",
        "pipefs", "proc", "pstore", "ramfs", "rootfs", "securityfs", "selinuxfs", "squashfs", "sysfs",
        "tmpfs", "tracefs", "vfat", "xfs", "zfs",
    }
)  # fmt: skip
# Lima's read-only image with what the guest is set up from.
_CIDATA = "iso9660 /mnt/lima-cidata"
# A member of one of these is root without a password, or as good as.
_MIGHTY_GROUPS: Final = frozenset(
    ("root", "sudo", "wheel", "admin", "docker", "podman", "lxd", "incus", "incus-admin", "libvirt", "disk", "shadow")
)
_MOST_NAMED = 5
# What a connection that was not made ended with.
_SHUT: Final = frozenset(("refused", "unreachable", "not permitted", "no answer"))


def mounts(evidence: Evidence) -> Iterator[WallResult]:
    """Judge the guest's mounts by their file systems."""
    values = evidence.values("mounts", "root")
    tried = "/proc/mounts, as root"
    if not values:
        yield _no_answer(evidence, tried)
        return
    strange = [value for value in values if value.partition(" ")[0] not in _OWN_FILE_SYSTEMS and value != _CIDATA]
    seen = f"not the guest's own: {_named(strange)}" if strange else f"{len(values)} mounts, all the guest's own"
    yield of_guest(tried, seen, holds=not strange)


def file(evidence: Evidence) -> Iterator[WallResult]:
    """Judge whether a file of the host's is in the guest."""
    for who, name in (("root", "root"), ("user", "DVM_USER")):
        tried = f"a file that the host just made, as {name}"
        values = evidence.values("file", who)
        if values is None:
            yield _no_answer(evidence, tried)
        else:
            seen = f"{evidence.file} is in the guest" if values else "not there"
            yield of_guest(tried, seen, holds=not values)


def nothing(probe: str, who: str, tried: str, none: str, evidence: Evidence) -> Iterator[WallResult]:
    """Judge a probe that must find nothing; `none` says that it did."""
    values = evidence.values(probe, who)
    if values is None:
        yield _no_answer(evidence, tried)
    else:
        yield of_guest(tried, _named(values) or none, holds=not values)


def forwarded(evidence: Evidence) -> Iterator[WallResult]:
    """Judge what sshd's sessions hold open in the guest, and what this session's environment names."""
    yield from nothing("forwarded", "root", "sockets of sshd's sessions", "none listens", evidence)
    yield from nothing("variables", "root", "variables of an ssh session", "no agent, no display", evidence)


def groups(evidence: Evidence) -> Iterator[WallResult]:
    """Judge DVM_USER's groups."""
    values = evidence.values("groups", "user")
    tried = "DVM_USER's groups"
    if not values:
        yield _no_answer(evidence, tried)
        return
    words = " ".join(values).split()
    mighty = [word for word in words if word in _MIGHTY_GROUPS]
    yield of_guest(tried, f"as good as root: {_named(mighty)}" if mighty else _named(words), holds=not mighty)


def loopback(who: str, name: str, evidence: Evidence) -> Iterator[WallResult]:
    """Judge connections to the host's loopback, by `who`, whom people know as `name`."""
    tried = f"a port of 127.0.0.1, as {name}"
    # What arrived is the host's to see, whatever the guest says.
    if f"{evidence.token}-{who}" in evidence.arrived:
        yield of_host(tried, "the connection arrived", holds=False)
        return
    values = evidence.values("loopback", who)
    if not values:
        yield _no_answer(evidence, tried)
    elif _is_nobody(evidence, who):
        yield of_guest(tried, "DVM_USER has no subordinate ids", holds=True)
    else:
        # What the guest calls open, and never arrived, is open to something else.
        yield of_guest(tried, ", ".join(values), holds=_are_shut(values))


def outside(who: str, name: str, evidence: Evidence) -> Iterator[WallResult]:
    """Judge the way to other machines and to a name server, by `who`, whom people know as `name`."""
    if evidence.promise.allowed.egress == "open" or _is_nobody(evidence, who):
        return
    tried, reached = f"TCP to public addresses, as {name}", evidence.values("outside", who)
    if not reached:
        yield _no_answer(evidence, tried)
    else:
        yield of_guest(tried, ", ".join(reached), holds=_are_shut(reached))
    yield from nothing("names", who, f"a name server, as {name}", "no answer", evidence)


def _is_nobody(evidence: Evidence, who: str) -> bool:
    """Whether the guest says that DVM_USER has no such ids."""
    return who == "subordinate" and evidence.values("loopback", who) == ("none",)


def _are_shut(values: Sequence[str]) -> bool | None:
    """Whether no connection was made: `ADDRESS HOW` each. None: the guest says it in a word that is not known."""
    words = {value.partition(" ")[2] for value in values}
    if "open" in words:
        return False
    return True if words <= _SHUT else None


def _no_answer(evidence: Evidence, tried: str) -> WallResult:
    return of_guest(tried, evidence.unanswered, holds=None)


def _named(values: Sequence[str]) -> str:
    more = len(values) - _MOST_NAMED
    return ", ".join(values[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
