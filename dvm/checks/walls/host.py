"""The walls as the host sees them: the effective configuration, and what listens."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dvm.checks.walls.finding import WallResult, of_host
from dvm.egress.enforcer import Enforcer, enforcer
from dvm.lima.listeners import AGENT, DRIVER
from dvm.model.egress import Network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.walls.evidence import Evidence
    from dvm.lima.listeners import Listener

_CONFIGURATION = "Lima's effective configuration"
# Which wall the finding of a check is about; any other code is about the configuration as a whole.
_CODES = {
    "DVM301": "host files",
    "DVM307": "host files",
    "DVM312": "host files",
    "DVM304": "agent, display",
    "DVM309": "agent, display",
    "DVM302": "host ports",
    "DVM303": "host ports",
    "DVM315": "egress",
}


def configuration(wall: str, evidence: Evidence) -> Iterator[WallResult]:
    """Judge the effective configuration for one wall; `other` is what no wall of its own is about."""
    found = [each for each in evidence.denied if _CODES.get(each.code, "other") == wall]
    seen = "; ".join(dict.fromkeys(f"{each.code}: {each.detail or each.summary}" for each in found))
    nothing = "no check denies it" if wall == "other" else "opens nothing"
    yield of_host(_CONFIGURATION, seen or nothing, holds=not found)


def listening(evidence: Evidence) -> Iterator[WallResult]:
    """Judge each socket that the VM's own processes listen on."""
    if evidence.listeners is None:
        yield of_host("what the VM's processes listen on", "their sockets can't be read", holds=None)
        return
    resolvers: Counter[str] = Counter()
    for each in evidence.listeners:
        what = _purpose(each, evidence)
        if what == "" and each.role == AGENT:
            # Lima's host agent answers the guest's names: one port of each kind, on the loopback.
            resolvers[each.kind] += 1
            what = "Lima's name resolver" if resolvers[each.kind] == 1 and not _is_guest_s(each, evidence) else ""
        if what == "" and evidence.promise.allowed.auto_ports and each.on_loopback and each.role == AGENT:
            what = "forwarded by auto_ports"
        seen = f"{each.role}, process {each.pid}: {what or 'nobody declared it'}"
        if not each.on_loopback:
            seen += ", and other machines reach it"
        yield of_host(_place(each), seen, holds=what != "" and each.on_loopback)


def network(evidence: Evidence) -> Iterator[WallResult]:
    """Judge what holds the VM's egress: QEMU's network, or the proxy that the guest's firewall leads to."""
    if evidence.promise.allowed.egress == "open":
        return
    state, driver = evidence.instance.egress, evidence.instance.vm_type
    if enforcer(driver) is Enforcer.HOST:
        seen = "it can't be seen" if state is None else f"it is {state.network}"
        holds = None if state is None else state.network is Network.SHUT
        yield of_host("QEMU's network, as the kernel shows its command line", seen, holds=holds)
    else:
        listens = state is not None and state.listens
        seen = "it listens, and asks for this VM's credential" if listens else "it does not listen"
        yield of_host("DVM's proxy on this host", seen, holds=listens)


def undeclared(evidence: Evidence) -> Iterator[WallResult]:
    """Judge whether what the guest listens on can be reached on this host, though nobody declared it."""
    ports, own = evidence.values("ports", "root"), evidence.values("listener", "root")
    if ports is None or evidence.listeners is None:
        why = evidence.unanswered if ports is None else "the VM's sockets on this host can't be read"
        yield of_host("ports that the guest listens on", why, holds=None)
        return
    tried = f"{len(ports)} {'port' if len(ports) == 1 else 'ports'} that the guest listens on"
    if own:
        tried += f", {own[0]} opened for this test"
    reached = sorted(
        {
            each.port
            for each in evidence.listeners
            if str(each.port) in {*ports, *(own or ())} and not _purpose(each, evidence)
        }
    )
    if reached:
        yield of_host(tried, f"undeclared and on this host: {', '.join(map(str, reached))}", holds=False)
        return
    posture = evidence.instance.posture
    if not own and (posture is None or not posture.plain):
        # Without a guest agent nothing is forwarded by itself; with one, only a listener of ours shows that.
        yield of_host(tried, "no test listener could be opened in the guest (it needs python3)", holds=None)
        return
    yield of_host(tried, "none is on this host but as declared", holds=True)


def _purpose(listener: Listener, evidence: Evidence) -> str:
    if listener.kind != "tcp":
        return ""
    if listener.port == evidence.instance.ssh_port and listener.role in {AGENT, DRIVER}:
        return "the guest's ssh"
    return "declared port" if listener.port in evidence.promise.host_ports and listener.role != DRIVER else ""


def _is_guest_s(listener: Listener, evidence: Evidence) -> bool:
    ports = {*(evidence.values("ports", "root") or ()), *(evidence.values("listener", "root") or ())}
    return listener.kind == "tcp" and str(listener.port) in ports


def _place(listener: Listener) -> str:
    address = f"[{listener.address}]" if ":" in listener.address else listener.address
    return f"{address}:{listener.port}/{listener.kind}"
