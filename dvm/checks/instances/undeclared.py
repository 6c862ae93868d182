"""What an instance's configuration has that neither manifest nor template brought, with the file it comes from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from dvm.checks.instances.sources import SettingSource, finding, own
from dvm.lima.fields.drift import Difference, differences
from dvm.lima.fields.table import row
from dvm.model.instance import Part
from dvm.model.names import vm_name
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dvm.checks.base import Finding
    from dvm.checks.subjects import InstanceSubject
    from dvm.model.receipt import ConfigurationPart

_LONGEST = 80


class Undeclared(Struct, frozen=True):
    """One part that differs from what the receipt vouches for, and the file that sets it."""

    difference: Difference
    origin: SettingSource


def undeclared(subject: InstanceSubject, code: str) -> Iterator[Undeclared]:
    """Yield the parts that the check `code` reports."""
    for each in differences(subject.instance, subject.limited):
        if (each.field.code if each.field is not None and each.field.declarable else "DVM314") == code:
            yield Undeclared(each, _origin(subject, each))
    receipt = subject.instance.receipt
    if receipt is not None and receipt.configuration is None:
        yield from _of_shared_files(subject, code)


def _of_shared_files(subject: InstanceSubject, code: str) -> Iterator[Undeclared]:
    """Yield what `_config` sets: a receipt of an earlier version vouches for the instance's own file alone."""
    for path, part in subject.instance.parts.items():
        field = row(part.field)
        if field is not None and field.declarable and field.code == code:
            difference = Difference(path, field, None, part)
            origin = _origin(subject, difference)
            if origin.shared:
                yield Undeclared(difference, origin)


def _origin(subject: InstanceSubject, difference: Difference) -> SettingSource:
    keys = _keys(difference)
    for path in sorted(subject.lima_config.parsed, reverse=True):
        if _sets(subject.lima_config.parsed[path], keys):
            return SettingSource(path, shared=True)
    return own(subject)


def _keys(difference: Difference) -> list[str]:
    keys = difference.path.split(".")
    field = difference.field
    if field is not None and field.path.endswith("{}"):
        depth = field.path.count(".") + 1
        return [*keys[:depth], ".".join(keys[depth:])]
    return keys


def _sets(file: Mapping[str, Any], keys: list[str]) -> bool:
    value: Any = file
    for key in keys:
        if isinstance(value, list):
            return True  # a list's entries are judged as one
        if not isinstance(value, dict) or key not in value:
            return False
        value = value[key]
    return value is not None


def told(subject: InstanceSubject, each: Undeclared) -> Finding:
    """Return the finding, with both values."""
    difference, path = each.difference, visible(each.difference.path)
    was, now = _value(difference, difference.old), _value(difference, difference.new)
    if difference.new is None:
        what = f"`{path}` was {was} when DVM last set it, and is gone."
    elif subject.template:
        what = f"`{path}` is {now}, which DVM lets no template set."
    elif difference.old is None:
        what = f"`{path}` is {now}, which neither the manifest nor the template says."
    else:
        what = f"`{path}` is {now}; the template says {was}."
    if difference.field is not None:
        what = f"{what} {difference.field.why}"
    found = finding(subject, each.origin, difference.path, what)
    vm = vm_name(subject.instance.name)
    kept = each.origin.shared or subject.template or subject.desired is None or vm is None
    if kept or difference.old is None or difference.repair is not None:
        return found
    return replace(found, remedy=f"DVM cannot put it back by an edit. Make the VM anew: `dvm apply --replace {vm}`")


def _value(difference: Difference, part: ConfigurationPart | Part | None) -> str:
    if part is None:
        return "nothing"
    if not part.value or (difference.field is not None and difference.field.secret):
        return f"a value with SHA-256 {_digest(part)[:12]}… (not shown)"
    try:
        value = json.loads(part.value)
    except ValueError:
        value = part.value
    text = visible(value if isinstance(value, str) else part.value)
    return f'"{text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"}"'


def _digest(part: ConfigurationPart | Part) -> str:
    return part.digest if isinstance(part, Part) else part.sha256
