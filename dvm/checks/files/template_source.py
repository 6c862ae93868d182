"""DVM111: a template, or Lima's base.yaml, that pulls in other files, or runs something on the host."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from dvm.bounded_yaml import load_with_nodes
from dvm.checks.base import Check, Finding
from dvm.checks.wording import shown
from dvm.diagnostics import Location
from dvm.model.check import Weight
from dvm.model.evidence import Role
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.subjects import FileSubject
    from dvm.model.evidence import FileEvidence

Problem = tuple[str, int | None]
"""A sentence about what is wrong, and its line, from 1."""

_LONGEST = 80
# Lima's own templates are trusted as its binary is.
_COMES_WITH_LIMA = ("template:",)


def problems_of(content: bytes) -> Iterator[Problem]:
    """Yield what a template's text brings in beyond itself (Lima 2.2, limatmpl/embed.go and instance/ansible.go)."""
    try:
        root, value = _read(content)
    except _UnclearError as error:
        yield str(error), None
        return
    yield from _outside(root, value, trusted=_COMES_WITH_LIMA)


def _problems_of_config(file: FileEvidence, content: bytes) -> Iterator[Problem]:
    """Yield the same of a file of Lima's `_config`.

    Lima looks for other files in base.yaml only, which it merges into each new instance; of what the others hold,
    all is in the effective configuration. What DVM can't read in any of them, no other check sees either.
    """
    try:
        root, value = _read(content, may_be_empty=True)
    except _UnclearError as error:
        yield str(error), None
        return
    if file.path.name == "base.yaml":
        # Not even a template of Lima's: its scripts would run in VMs whose own template does not name it.
        yield from _outside(root, value, trusted=())


class _UnclearError(Exception):
    """DVM does not know what Lima would read in the text; the message is a sentence."""


def _read(content: bytes, *, may_be_empty: bool = False) -> tuple[Any, dict[str, Any]]:
    """Return the root node of a YAML mapping, and its value."""
    import yaml

    try:
        value, root = load_with_nodes(content, tags=False)
        _demand_plain(root)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        said = visible(_first_line(error))
        raise _UnclearError(f"DVM can't read it, so it does not know what Lima would read in it: {said}.") from error
    if value is None and may_be_empty:
        return root, {}
    if root is None or not isinstance(value, dict):
        raise _UnclearError("It is no mapping, so Lima would take it for something else.")
    return root, value


def _outside(root: Any, value: dict[str, Any], *, trusted: tuple[str, ...]) -> Iterator[Problem]:  # noqa: ANN401
    """Yield what the mapping has Lima read, but for locators that begin with what is trusted, and run on the host."""
    lines = {key.value: key.start_mark.line + 1 for key, _ in root.value} if value else {}
    base = value.get("base")
    for entry in base if isinstance(base, list) else [base] if base else []:
        yield from _locator(entry, "base", lines.get("base"), trusted)
    for key in ("provision", "probes"):
        entries = value.get(key)
        if not isinstance(entries, list | None):
            yield f"`{key}` is no list, so DVM does not know what Lima would make of it.", lines.get(key)
            continue
        for entry in entries or []:
            yield from _script(entry, key, lines.get(key), trusted)


def _script(entry: Any, key: str, line: int | None, trusted: tuple[str, ...]) -> Iterator[Problem]:  # noqa: ANN401
    if not isinstance(entry, dict):
        yield f"An entry of `{key}` is no table, so DVM does not know what Lima would make of it.", line
        return
    if entry.get("file"):
        yield from _locator(entry["file"], f"{key}[].file", line, trusted)
    if entry.get("mode") == "ansible" or entry.get("playbook"):
        yield "An entry of `provision` has Lima run ansible-playbook on the host.", line


def _locator(entry: Any, key: str, line: int | None, trusted: tuple[str, ...]) -> Iterator[Problem]:  # noqa: ANN401
    text = str(entry.get("url") if isinstance(entry, dict) else entry)
    if not text.startswith(trusted):
        named = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
        yield f"`{key}` has Lima read {visible(named)}, which nobody showed you and no digest pins.", line


def _demand_plain(node: Any) -> None:  # noqa: ANN401 - PyYAML's nodes are untyped
    """Refuse a key that is there twice in one table: which of them counts depends on the reader."""
    import yaml

    waiting, seen = [node], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            doubled = next((key for key, times in Counter(keys).items() if times > 1), None)
            if doubled is not None:
                raise ValueError(f'the key "{doubled}" is in one table twice')
            waiting += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _find(subject: FileSubject) -> Iterator[Finding]:
    file = subject.file
    if file.content is None:
        return
    host_wide = file.role is Role.LIMA_CONFIG
    for detail, line in _problems_of_config(file, file.content) if host_wide else problems_of(file.content):
        remedy = f"Take it out of {shown(file.path)}, and write what a VM needs into its template." if host_wide else ""
        yield Finding(shown(file.path), f"{shown(file.path)}: {detail}", Location(file.path, line), remedy)


CHECK: Check[FileSubject] = Check(
    code="DVM111",
    severity=Weight.DENY,
    title="Template or base.yaml pulls in what was not checked",
    why=(
        "Lima merges what `base` names into a template, from any address, without a digest; it puts the text of "
        "each `file` of `provision` and `probes` in, and runs a playbook of mode ansible on the host, with your "
        "rights. None of that is in the bytes that were shown and checked. In $LIMA_HOME/_config/base.yaml it reaches "
        "every new VM."
    ),
    remedy="Write what you need of it into the template itself. A `base` of Lima's own (template:NAME) may stay.",
    find=_find,
)
