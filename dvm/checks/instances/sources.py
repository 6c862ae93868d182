"""Where a setting of an effective configuration comes from: a file of Lima's `_config`, or the instance
itself.

Lima merges `_config/override.yaml` and `default.yaml` into every instance at every call. Lists are put
together from all of them (override, instance, default); of plain values override.yaml's wins, then the
instance's, then default.yaml's. `_config/base.yaml` is merged once, when an instance is created (source: Lima
2.2, limayaml/defaults.go, limatmpl/embed.go).
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from dvm.checks.base import Finding
from dvm.checks.wording import label, shown
from dvm.diagnostics import Location
from dvm.model.names import vm_name
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dvm.checks.subjects import InstanceSubject

OWN_FILE = "lima.yaml"


class SettingSource(Struct, frozen=True):
    """The file that a setting comes from, and whether it is one of `_config`; `template` where it is a template."""

    path: Path
    shared: bool
    template: str = ""


def entries(subject: InstanceSubject, *keys: str) -> Iterator[tuple[Path, Any]]:
    """Yield each entry of the nested list in each `_config` file, override.yaml's first; a scalar is one."""
    for path in subject.lima_config.sources_of(*keys):
        value: Any = subject.lima_config.parsed[path]
        for key in keys:
            value = value[key]
        for entry in value if isinstance(value, list) else [value]:
            yield path, entry


def source(subject: InstanceSubject, *keys: str, same: Callable[[Any], bool] = lambda _: True) -> SettingSource:
    """Return where a setting comes from: the first `_config` file with an entry that is the `same`, else
    lima.yaml.

    `same` says yes where it does not know: what may come from `_config` is not taken for something the plan can
    fix.
    """
    for path, entry in entries(subject, *keys):
        if same(entry):
            return SettingSource(path, shared=True)
    return own(subject)


def own(subject: InstanceSubject) -> SettingSource:
    """Return the instance's own lima.yaml, or the template that it is to be made from."""
    return SettingSource(subject.instance.dir / OWN_FILE, shared=False, template=subject.template)


def finding(subject: InstanceSubject, origin: SettingSource, key: str, what: str) -> Finding:
    """Return a finding about `what` (a sentence), set by `key` in the file `origin`."""
    named = visible(key)
    if origin.template:
        return replace(_of_template(subject, origin.template, named, what), setting=key)
    return Finding(
        label(subject.instance),
        f"{what} It is set by `{named}` in {shown(origin.path)}.",
        Location(origin.path),
        _remedy(subject, origin, named),
        key,
    )


def _of_template(subject: InstanceSubject, template: str, key: str, what: str) -> Finding:
    vm = label(subject.instance)
    copy = f"limactl template copy --embed-all {shlex.quote(template)} own.yaml"
    if template.startswith("template:"):
        remedy = (
            f"Name another template for {vm}, or make one without it: `{visible(copy)}`, take `{key}` out of own.yaml, "
            "and set `template` to its path."
        )
    else:
        file = subject.desired.template_file if subject.desired is not None else None
        remedy = f"Take `{key}` out of {visible(template) if file is None else shown(file.path)}."
    place = subject.desired.locations.get("template") if subject.desired is not None else None
    return Finding(vm, f"{what} The template {visible(template)} sets it by `{key}`.", place, remedy)


def _remedy(subject: InstanceSubject, origin: SettingSource, key: str) -> str:
    if origin.shared:
        return f"Take `{key}` out of {shown(origin.path)}; it is merged into every instance."
    name = visible(subject.instance.name)
    by_hand = f"stop it and take `{key}` out with `limactl edit {name}`"
    vm = vm_name(subject.instance.name)
    if subject.desired is None or vm is None:
        return f"Destroy the instance, or {by_hand}."
    return f"Run `dvm apply {vm}`, which sets what the manifest decides; what it leaves, {by_hand}."


def unsure(text: object) -> bool:
    """Whether Lima computes this value (a Go template), so that it cannot be compared."""
    return not isinstance(text, str) or "{{" in text
