"""What a template makes the guest do, as a plan shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.text import visible
from dvm.views.styles import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dvm.model.plan import ResourceChange
    from dvm.model.template import ProvisionRecord, Template

_SHOWN_DIGITS = 16
_MODE, _AS = 10, 5


def heading(template: Template) -> str:
    """Return what is above the lines of one VM: `from template:docker: 3 scripts and 1 file`."""
    return f"from {visible(template.locator)}: {counted(template.records)}, at each boot"


def provisioning_lines(template: Template) -> Iterator[str]:
    """Yield a line for each entry: its place, Lima's mode, as whom, the digest, and the file that it writes."""
    width = max((len(each.place) for each in template.provisioning), default=0)
    for each in template.provisioning:
        record = each.record
        start = f"{each.place:<{width}}  {record.mode:<{_MODE}} as {record.as_:<{_AS}}"
        yield f"{start}  sha256 {record.sha256[:_SHOWN_DIGITS]}  {visible(target(record))}".rstrip()


def target(record: ProvisionRecord) -> str:
    """Return the file that an entry writes, with its owner and mode; empty for a script."""
    if not record.writes:
        return ""
    owner = f" for {record.owner}" if record.owner else ""
    mode = f", mode {record.permissions}" if record.permissions else ""
    return f"writes {record.path}{owner}{mode}"


def counted(records: Iterable[ProvisionRecord]) -> str:
    """Return `2 scripts and 1 file`."""
    each = list(records)
    files = sum(record.writes for record in each)
    parts = [plural(len(each) - files, "script")] if len(each) > files else []
    parts += [plural(files, "file")] if files else []
    return " and ".join(parts)


def templates_line(changes: Iterable[ResourceChange]) -> str:
    """Return the sentence that is above a plan's last line, which counts setup scripts alone; empty: no need."""
    made = [
        change.template
        for change in changes
        if change.template is not None and change.template.provisioning and change.template_edit is None
    ]
    if not made:
        return ""
    what = counted(record for template in made for record in template.records)
    if len(made) == 1:
        return f"Beside setup scripts, the new VM gets {what} from its template."
    return f"Beside setup scripts, {len(made)} new VMs get {what} from their templates."
