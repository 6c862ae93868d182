"""The policy of one VM: a file in its instance's directory that names the instance. Anything doubtful means no.

It is read at each connection, so a change of the list needs no restart.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
from typing import Any, NamedTuple

from dvm.egress.names import EgressRule, matching, parse_rule
from dvm.egress.place import FIRST_REACH, LOCK_FILE, MOST_REACHED, POLICY_FILE, SETUP_FILE

_MAX_BYTES = 1 << 20
_OTHERS = 0o077
FORMAT = 1


class PolicyError(Exception):
    """There is no policy that can be believed; the message says why."""


class Reached(NamedTuple):
    """A port of another VM that this one may reach: the other's guest port, and where it is on the host."""

    vm: str
    port: int
    host_port: int

    def __str__(self) -> str:
        """As plans show it."""
        return f"{self.vm}:{self.port} (host port {self.host_port})"


class Policy(NamedTuple):
    """What one instance may reach. `credential` and `port` are for a proxy that listens; 0: none does."""

    instance: str
    vm: str
    names: tuple[EgressRule, ...] = ()
    setup_names: tuple[EgressRule, ...] = ()
    reached: tuple[Reached, ...] = ()
    credential: str = ""
    port: int = 0

    def rule_for(self, name: str, port: int, *, setup: bool) -> tuple[EgressRule | None, bool]:
        """Return the rule that allows a name, and whether it does so only while setup runs (`setup`: it does)."""
        rule = matching(self.names, name, port)
        if rule is None and setup:
            rule = matching(self.setup_names, name, port)
            return rule, rule is not None
        return rule, False

    def address_of(self, reached: Reached) -> str:
        """Return the address in QEMU's network that leads to a port of another VM."""
        return f"192.168.5.{FIRST_REACH + self.reached.index(reached)}"


def render(policy: Policy) -> bytes:
    """Return the text of a policy's file."""
    value = {
        "format": FORMAT,
        "instance": policy.instance,
        "vm": policy.vm,
        "names": [str(rule) for rule in policy.names],
        "setup_names": [str(rule) for rule in policy.setup_names],
        "reach": [each._asdict() for each in policy.reached],
        "credential": policy.credential,
        "port": policy.port,
    }
    return json.dumps(value, indent=1).encode() + b"\n"


def read_policy(directory: str) -> Policy:
    """Return the policy in an instance's directory.

    Raises:
        PolicyError: there is none, others can read or write it, it is another instance's, or it is damaged.
    """
    path = os.path.join(directory, POLICY_FILE)  # noqa: PTH118 - pathlib costs a connection 8 ms
    try:
        content = _read(path)
    except OSError as error:
        raise PolicyError(f"{path}: {error.strerror}") from error
    try:
        policy = _parse(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PolicyError(f"{path} is damaged") from error
    if policy.instance != os.path.basename(os.path.realpath(directory)):  # noqa: PTH119
        raise PolicyError(f"{path} is that of another instance")
    return policy


def setup_runs(directory: str) -> bool:
    """Whether DVM's own setup step runs: a process holds the lock of its file, which the kernel drops with it."""
    return _is_held(os.path.join(directory, SETUP_FILE))  # noqa: PTH118


def _is_held(path: str) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode) or about.st_uid != os.geteuid() or about.st_mode & _OTHERS:
            return False
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


def proxy_runs(directory: str) -> bool:
    """Whether the VM's proxy runs: a process holds the lock of there being only one."""
    return _is_held(os.path.join(directory, LOCK_FILE))  # noqa: PTH118


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise PolicyError(f"{path} is not a regular file")
        if about.st_uid != os.geteuid():
            raise PolicyError(f"{path} is another user's")
        if about.st_mode & _OTHERS:
            raise PolicyError(f"{path} can be read or written by others")
        content = os.read(descriptor, _MAX_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(content) > _MAX_BYTES:
        raise PolicyError(f"{path} is larger than any policy")
    return content


def _parse(value: dict[str, Any]) -> Policy:
    if value["format"] != FORMAT:
        raise ValueError
    reached = tuple(
        Reached(_text(each["vm"]), _port(each["port"]), _port(each["host_port"])) for each in value["reach"]
    )
    if len(reached) > MOST_REACHED:
        raise ValueError
    credential, port = value["credential"], value["port"]
    if not isinstance(credential, str) or (port != 0 and not credential):
        raise TypeError
    return Policy(
        instance=_text(value["instance"]),
        vm=_text(value["vm"]),
        names=_rules(value["names"]),
        setup_names=_rules(value["setup_names"]),
        reached=reached,
        credential=credential,
        port=0 if port == 0 else _port(port),
    )


def _rules(texts: object) -> tuple[EgressRule, ...]:
    # The letters of a text, and the keys of a table, would be rules too.
    if not isinstance(texts, list):
        raise TypeError
    return tuple(parse_rule(_text(text)) for text in texts)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError
    return value


def _port(value: object) -> int:
    if type(value) is not int or not 1 <= value <= 65535:  # noqa: PLR2004
        raise TypeError
    return value
