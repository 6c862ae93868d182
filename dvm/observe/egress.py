"""The egress rule of an instance: the policy in its directory, and the network that the kernel shows of its QEMU."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.egress.enforcer import Enforcer, enforcer
from dvm.egress.place import POLICY_FILE
from dvm.lima.processes import driver_words
from dvm.model.egress import EgressState, Network
from dvm.model.instance import Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dvm.egress.policy import Policy
    from dvm.lima.home import Home
    from dvm.lima.machine import Machine
    from dvm.model.instance import Instance


def egress_of(machine: Machine, instance: Instance) -> EgressState:
    """Return what is seen of an instance's egress rule."""
    policy, problem = None, ""
    if machine.home.exists(instance.dir / POLICY_FILE, follow=False):
        from dvm.egress.policy import PolicyError, read_policy

        try:
            policy = read_policy(str(instance.dir))
        except PolicyError as error:
            problem = str(error)
    runs = instance.status in (Status.RUNNING, Status.BROKEN) and bool(instance.driver_pid)
    if enforcer(instance.vm_type) is not Enforcer.HOST:
        return EgressState(policy, problem, listens=policy is not None and policy.port > 0 and _listens(instance.dir))
    if not runs:
        return EgressState(policy, problem)

    assert instance.driver_pid is not None
    words = driver_words(machine, instance.dir, instance.driver_pid)
    seen = Network.NOT_SEEN if words is None else _network(machine.home, words, instance.dir, policy)
    return EgressState(policy, problem, seen)


def _listens(directory: Path) -> bool:
    from dvm.egress.policy import proxy_runs

    return proxy_runs(str(directory))


def _network(home: Home, words: Sequence[str], directory: Path, policy: Policy | None) -> Network:
    from dvm.egress.netdev import is_restricted, is_shut

    places = dict.fromkeys(map(str, (directory, home.resolved(directory))))
    if policy is not None and any(is_shut(words, place, policy) for place in places):
        return Network.SHUT
    return Network.OTHER if is_restricted(words) else Network.OPEN
