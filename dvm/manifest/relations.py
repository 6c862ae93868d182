"""What holds between VMs: names that exist, no one waiting for itself, one host port for one running VM."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.egress.policy import Reached
from dvm.manifest.mistakes import show
from dvm.model.graph import cycles
from dvm.model.names import (
    BASE_NAME_RULE,
    NAME_RULE,
    PREFIX,
    SOCKET_PATH_MAX,
    base_instance,
    is_name,
    longest_name,
)
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dvm.manifest.declarations import Declaration
    from dvm.manifest.mistakes import KeyPlace, Mistakes
    from dvm.manifest.read import Read
    from dvm.model.manifest import DesiredVM
    from dvm.model.vm import VM


def check_names(declarations: Sequence[Declaration], lima_home: Path, mistakes: Mistakes) -> None:
    """Note names that Lima would refuse, and VMs declared in two files."""
    seen: dict[str, Declaration] = {}
    for declaration in declarations:
        name, place, vm = declaration.name, declaration.place, declaration.address
        if not is_name(name):
            mistakes.add(place, f"{vm}: {NAME_RULE}", vm=vm)
        elif problem := name_too_long(name, lima_home):
            mistakes.add(place, f"{vm}: {problem[0]}", problem[1], vm=vm)
        if name in seen:
            other = visible(str(seen[name].place.document.path))
            mistakes.add(place, f"{vm} is declared in {other} too", "Keep one of the two.", vm=vm)
        seen[name] = declaration


def name_too_long(name: str, lima_home: Path) -> tuple[str, str] | None:
    """Return that a VM's name is too long for Lima's sockets, and why; None: it is not."""
    # The limit is one of bytes, and a path may have bytes that are no characters.
    longest = longest_name("x" * len(os.fsencode(lima_home)))
    if len(name) <= longest:
        return None
    home = visible(str(lima_home))
    detail = f"Lima's sockets lie under {home}, and the path of a socket has {SOCKET_PATH_MAX} bytes at the most."
    return _too_long(longest), detail + (" Set LIMA_HOME to a shorter path." if longest < 1 else "")


def _too_long(longest: int) -> str:
    if longest < 1:
        return "no name fits: the path of LIMA_HOME is too long"
    return f"the name is longer than the {longest} characters that fit"


def check_base_names(declarations: Sequence[Declaration], lima_home: Path, mistakes: Mistakes) -> None:
    """Note names of bases that Lima would refuse."""
    longest = longest_name("x" * len(os.fsencode(lima_home))) - len(base_instance("", "0" * 64).removeprefix(PREFIX))
    for declaration in declarations:
        name, address = declaration.name, declaration.address
        if not is_name(name):
            mistakes.add(declaration.place, f"{address}: {BASE_NAME_RULE}", vm=address)
        elif len(name) > longest and declaration.own.get("image", True) is not False:
            mistakes.add(
                declaration.place,
                f"{address}: {_too_long(longest)}",
                f"Lima's sockets lie under {visible(str(lima_home))}, and the path of a socket has {SOCKET_PATH_MAX} "
                "bytes at the most. Take a shorter name, or set image = false.",
                vm=address,
            )


def check_dependencies(declarations: Sequence[Declaration], bodies: Sequence[Read[VM]], mistakes: Mistakes) -> None:
    """Note dependencies on VMs that are not there, on the VM itself, and in a circle."""
    names = {declaration.name for declaration in declarations}
    needs: dict[str, dict[str, KeyPlace]] = {}
    for declaration, body in zip(declarations, bodies, strict=True):
        vm = declaration.address
        needed = needs.setdefault(declaration.name, {})
        for number, name in enumerate(body.value.depends_on):
            where = declaration.place_of("depends_on", body.index("depends_on", number))
            if name == declaration.name:
                mistakes.add(where, f"{where}: {vm} can't depend on itself", vm=vm)
            elif name in names:
                needed[name] = where
            else:
                from dvm.manifest.wording import nearest

                meant = nearest(name, names - {declaration.name})
                mistakes.add(
                    where,
                    f"{where}: there is no VM {name}",
                    f'Did you mean "{visible(meant)}"?' if meant else "",
                    vm=vm,
                )
    for cycle in cycles(needs):
        where = needs[cycle[0]][cycle[1]]
        circle = " -> ".join(show(("vm", name)) for name in cycle)
        mistakes.add(
            where,
            f"{where}: {circle} is a circle",
            "Each would wait for the next.",
            vm=show(("vm", cycle[0])),
        )


def check_ports(declarations: Sequence[Declaration], bodies: Sequence[Read[VM]], mistakes: Mistakes) -> None:
    """Note host ports that two VMs have which are both to run."""
    taken: dict[int, str] = {}
    for declaration, body in zip(declarations, bodies, strict=True):
        if not body.value.running:
            continue
        vm = declaration.address
        for number, port in enumerate(body.value.ports):
            if taken.setdefault(port.host, vm) != vm:
                where = declaration.place_of("ports", body.index("ports", number))
                detail = "Give one of them another host port, or running = false."
                mistakes.add(where, f"{where}: host port {port.host} is {taken[port.host]}'s already", detail, vm=vm)


def check_reach(declarations: Sequence[Declaration], bodies: Sequence[Read[VM]], mistakes: Mistakes) -> None:
    """Note VMs to be reached that are not there, and ports of others that those do not declare."""
    ports = {each.name: body.value.ports for each, body in zip(declarations, bodies, strict=True)}
    for declaration, body in zip(declarations, bodies, strict=True):
        for number, wanted in enumerate(body.value.reach):
            where = declaration.place_of("reach", body.index("reach", number))
            other = show(("vm", wanted.vm))
            if wanted.vm not in ports:
                from dvm.manifest.wording import nearest

                meant = nearest(wanted.vm, ports.keys() - {declaration.name})
                mistakes.add(
                    where,
                    f"{where}: there is no VM {wanted.vm}",
                    f'Did you mean "{visible(meant)}:{wanted.port}"?' if meant else "",
                    vm=declaration.address,
                )
            elif wanted.vm == declaration.name:
                mistakes.add(
                    where,
                    f"{where}: {other} can't reach itself this way",
                    "In the guest its ports are on its own 127.0.0.1.",
                    vm=declaration.address,
                )
            elif all(port.guest != wanted.port for port in ports[wanted.vm]):
                guest = next((port.guest for port in ports[wanted.vm] if port.host == wanted.port), None)
                mistakes.add(
                    where,
                    f"{where}: {other} declares no guest port {wanted.port}",
                    f'Declare it there, as in ports = ["{wanted.port}"].'
                    if guest is None
                    else f'{wanted.port} is its port on the host. Did you mean "{wanted.vm}:{guest}"?',
                    vm=declaration.address,
                )


def with_reached(vms: Sequence[DesiredVM]) -> list[DesiredVM]:
    """Return the VMs, each with where the ports of others that it reaches are on the host."""
    ports = {vm.name: {port.guest: port.host for port in vm.config.ports} for vm in vms}
    return [
        replace(
            vm,
            reached=tuple(
                Reached(each.vm, each.port, ports[each.vm][each.port])
                for each in sorted(vm.config.reach)
                # One that is not declared there is a mistake, which has been noted.
                if each.port in ports.get(each.vm, {})
            ),
        )
        if vm.config.reach
        else vm
        for vm in vms
    ]
