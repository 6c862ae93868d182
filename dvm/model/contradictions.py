"""Keys of one VM that do not go together."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple

from dvm.model.choices import Isolation
from dvm.model.file_names import companion_name
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.model.key_path import KeyPath
    from dvm.model.vm import VM


class Contradiction(NamedTuple):
    """Keys of one VM that do not go together: where the one to blame stands, why, and which keys these are."""

    path: KeyPath
    message: str
    keys: frozenset[str]


class ContradictionError(ValueError):
    """Keys of one VM that do not go together."""

    def __init__(self, found: tuple[Contradiction, ...]) -> None:
        super().__init__("; ".join(each.message for each in found))
        self.found = found


def contradictions(vm: VM) -> Iterator[Contradiction]:
    """Yield what does not go together in a VM."""

    def between(*keys: str, message: str) -> Contradiction:
        return Contradiction(keys[:1], message, frozenset(keys))

    if vm.user == "root":
        yield between("user", message='DVM_USER is a normal user; "root" owns the whole guest')
    if vm.auto_ports and vm.isolation is Isolation.STRICT:
        message = 'auto_ports needs isolation = "standard": strict forwards declared ports only'
        yield between("auto_ports", "isolation", message=message)
    if vm.template.startswith("https://") and vm.template_sha256 is None:
        message = "a template from the network needs template_sha256 beside it"
        yield between("template", "template_sha256", message=message)
    if vm.template.startswith("template:") and vm.template_sha256 is not None:
        message = "template_sha256 is for a path or an https URL; Lima's own templates come with Lima"
        yield between("template_sha256", "template", message=message)
    yield from _about_egress(vm)
    yield from _twice("ports", [(port.host, f"host port {port.host}") for port in vm.ports])
    scripts = [posixpath.normpath(entry.script) for entry in vm.setup]
    yield from _twice("setup", [(path, f'the script "{visible(path)}"') for path in scripts])
    yield from _file_names(vm)


def _file_names(vm: VM) -> Iterator[Contradiction]:
    for number, entry in enumerate(vm.setup):
        seen: dict[str, str] = {}
        for index, path in enumerate(entry.files):
            name = companion_name(path)
            key = ("setup", number, "files", index)
            if name in {"", ".", ".."} or path.endswith("/"):
                yield Contradiction(key, f'"{visible(path)}" names a directory, not a file', frozenset())
            elif visible(name) != name:
                message = f'the name of a companion file is printable text, not "{visible(name)}"'
                yield Contradiction(key, message, frozenset())
            elif name in seen:
                both = f'"{visible(path)}" and "{visible(seen[name])}"'
                message = f"{both} are both $DVM_FILES/{name}; give one another name"
                yield Contradiction(key, message, frozenset())
            seen.setdefault(name, path)


def _about_egress(vm: VM) -> Iterator[Contradiction]:
    def needs_open(key: str, why: str) -> Contradiction:
        return Contradiction((key,), f'{key} = true needs egress = "open": {why}', frozenset({key, "egress"}))

    if vm.proxy_env and vm.egress != "open":
        yield needs_open("proxy_env", "the host's proxy would take the place of DVM's")
    if vm.host_loopback and vm.egress != "open":
        yield needs_open("host_loopback", "the host's loopback is not a name")
    for index, each in enumerate(vm.reach):
        if each.vm not in vm.depends_on:
            message = f'"{each}" needs "{each.vm}" in depends_on: it must be up first'
            yield Contradiction(("reach", index), message, frozenset({"reach", "depends_on"}))
    if not isinstance(vm.egress, str):
        yield from _twice("egress", [(name, f'the name "{name}"') for name in vm.egress])
    yield from _twice("reach", [(each, f'"{each}"') for each in vm.reach])


def _twice(key: str, entries: list[tuple[Any, str]]) -> Iterator[Contradiction]:
    seen: set[object] = set()
    for index, (value, what) in enumerate(entries):
        if value in seen:
            yield Contradiction((key, index), f"{what} is listed twice", frozenset())
        seen.add(value)
