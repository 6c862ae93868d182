"""What holds between VMs: names that exist, no one waiting for itself, one host port for one running VM."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dvm.manifest.mistakes import show
from dvm.model.graph import cycles
from dvm.model.names import is_name, longest_name
from dvm.model.vm import NAME_RULE, host_ports
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dvm.manifest.declarations import Declaration
    from dvm.manifest.mistakes import Mistakes, Place


def check_names(declarations: Sequence[Declaration], lima_home: Path, mistakes: Mistakes) -> None:
    """Note names that Lima would refuse, and VMs declared in two files."""
    # The limit is one of bytes, and this LIMA_HOME may have bytes that are no characters.
    longest = longest_name("x" * len(os.fsencode(lima_home)))
    seen: dict[str, Declaration] = {}
    for declaration in declarations:
        name, place, vm = declaration.name, declaration.place, declaration.address
        if not is_name(name):
            mistakes.add(place, f"{vm}: {NAME_RULE}", vm=vm)
        elif len(name) > longest:
            home = visible(str(lima_home))
            detail = f"Lima's sockets lie under {home}, and the path of a socket has 107 bytes at the most."
            mistakes.add(
                place,
                f"{vm}: the name is longer than the {max(longest, 0)} characters that fit",
                detail,
                vm=vm,
            )
        if name in seen:
            other = visible(str(seen[name].place.document.path))
            mistakes.add(place, f"{vm} is declared in {other} too", "Keep one of the two.", vm=vm)
        seen[name] = declaration


def check_dependencies(declarations: Sequence[Declaration], mistakes: Mistakes) -> None:
    """Note dependencies on VMs that are not there, on the VM itself, and in a circle."""
    names = {declaration.name for declaration in declarations}
    needs: dict[str, dict[str, Place]] = {}
    for declaration in declarations:
        vm = declaration.address
        needed = needs.setdefault(declaration.name, {})
        place = declaration.place_of("depends_on")
        for index, name in enumerate(_strings(declaration.value("depends_on"))):
            where = place.under(index)
            if name == declaration.name:
                mistakes.add(where, f"{where}: {vm} can't depend on itself", vm=vm)
            elif name in names:
                needed[name] = where
            elif is_name(name):
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


def check_ports(declarations: Sequence[Declaration], mistakes: Mistakes) -> None:
    """Note host ports that two VMs have which are both to run."""
    taken: dict[str, str] = {}
    for declaration in declarations:
        if declaration.value("running") is False:
            continue
        vm = declaration.address
        ports = host_ports(declaration.value("ports"))
        for index, port in ports:
            if taken.setdefault(port, vm) != vm:
                where = declaration.place_of("ports").under(index)
                detail = "Give one of them another host port, or running = false."
                mistakes.add(where, f"{where}: host port {port} is {taken[port]}'s already", detail, vm=vm)


def _strings(value: object) -> list[str]:
    return [item if isinstance(item, str) else "" for item in value] if isinstance(value, list) else []
