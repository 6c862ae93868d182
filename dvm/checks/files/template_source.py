"""DVM111: a template that pulls in other files, or runs something on the host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dvm.checks.base import Check, Finding
from dvm.checks.wording import shown
from dvm.diagnostics import Location
from dvm.model.check import Weight
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.subjects import FileSubject

Problem = tuple[str, int | None]
"""A sentence about what is wrong, and the line it stands in, from 1."""

_LONGEST = 80


def problems_of(content: bytes) -> Iterator[Problem]:
    """Tell what a template's text brings in beyond itself (Lima 2.2, limatmpl/embed.go and instance/ansible.go)."""
    import yaml

    try:
        root = yaml.compose(content.decode(), Loader=yaml.SafeLoader)
        _demand_plain(root)
        value = yaml.safe_load(content.decode())
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        yield f"DVM can't tell what it says, so not what Lima would read in it: {visible(_first_line(error))}.", None
        return
    if root is None or not isinstance(value, dict):
        yield "It is no mapping, so Lima would take it for something else.", None
        return
    lines = {key.value: key.start_mark.line + 1 for key, _ in root.value}
    base = value.get("base")
    for entry in base if isinstance(base, list) else [base] if base else []:
        yield from _locator(entry, "base", lines.get("base"))
    for key in ("provision", "probes"):
        entries = value.get(key)
        for entry in entries if isinstance(entries, list) else []:
            yield from _script(entry, key, lines.get(key))


def _script(entry: Any, key: str, line: int | None) -> Iterator[Problem]:  # noqa: ANN401 - any YAML
    if not isinstance(entry, dict):
        return
    if entry.get("file"):
        yield from _locator(entry["file"], f"{key}[].file", line)
    if entry.get("mode") == "ansible" or entry.get("playbook"):
        yield "An entry of `provision` has Lima run ansible-playbook on the host.", line


def _locator(entry: Any, key: str, line: int | None) -> Iterator[Problem]:  # noqa: ANN401 - any YAML
    text = str(entry.get("url") if isinstance(entry, dict) else entry)
    # Lima's own templates come with Lima, and are trusted as its binary is.
    if not text.startswith("template:"):
        named = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
        yield f"`{key}` has Lima read {visible(named)}, which nobody showed you and no digest pins.", line


def _demand_plain(node: Any) -> None:  # noqa: ANN401 - PyYAML's nodes are untyped
    """Refuse a key that stands twice in one table: which of them counts is up to who reads it."""
    import yaml

    waiting, seen = [node], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            doubled = next((key for key in keys if keys.count(key) > 1), None)
            if doubled is not None:
                raise ValueError(f'the key "{doubled}" stands twice in one table')
            waiting += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _find(subject: FileSubject) -> Iterator[Finding]:
    file = subject.file
    for detail, line in problems_of(file.content) if file.content is not None else ():
        yield Finding(shown(file.path), f"{shown(file.path)}: {detail}", Location(file.path, line))


CHECK: Check[FileSubject] = Check(
    code="DVM111",
    severity=Weight.DENY,
    title="Template pulls in what was not checked",
    why=(
        "Lima merges what `base` names into a template, from any address, without a digest; it puts the text of "
        "each `file` of `provision` and `probes` in, and runs a playbook of mode ansible on the host, with your "
        "rights. None of that is in the bytes that were shown and checked."
    ),
    remedy="Write what you need of it into the template itself. A `base` of Lima's own (template:NAME) may stay.",
    find=_find,
)
