"""docs/reference/lima-configuration.md, from the table: `python -m dvm.lima.fields.reference` prints it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from dvm.lima.fields.field import Decider
from dvm.lima.fields.releases import versions
from dvm.lima.fields.table import FIELDS, leaves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.lima.fields.field import Field

_HEAD = """\
# Fields of Lima's configuration

Made from the table by `python -m dvm.lima.fields.reference`; a test keeps it fresh.

Lima puts an instance's configuration together at each call, from the instance's own `lima.yaml` and from
`$LIMA_HOME/_config/override.yaml` and `default.yaml`. DVM judges all of it: before the first boot, and before every
later start and contact. A field that is not in this table, at any depth, is denied ([DVM314](checks.md#dvm314)), and
so is a value that neither passes by itself nor was declared by the template.

| word | means |
|---|---|
| harmless | the values in the column "passes" are good wherever they come from; others are denied |
| set by DVM | the manifest decides; another value is drift, or denied by the check named |
| declared by the template | a template may bring a value; the receipt keeps its digest, and another value is drift |
| filled in by Lima | judged at each call, and never kept; where it says so, a template may bring another value |
| denied | never good |

Something that was put into an instance's own `lima.yaml` by hand (`limactl edit`) is drift: `dvm plan` shows it with
both values, `dvm apply` takes it out, and until then nothing else contacts the VM. What `_config` brings denies at
once. What a template declares lifts none of the checks DVM301 to DVM312.

"""


def render() -> str:
    """Return the page."""
    releases = ", ".join(versions())
    count = f"The table has {len(list(leaves()))} values. Lists are kept of the fields of these releases: {releases}.\n"
    return "".join((_HEAD, count, "\n", "".join(_rows())))


def _rows() -> Iterator[str]:
    yield "| field | DVM's word | passes by itself | why |\n|---|---|---|---|\n"
    for row in FIELDS:
        yield f"| {_names(row)} | {_word(row)} | {_passes(row)} | {row.why} |\n"


def _names(row: Field) -> str:
    below = ", ".join(f"`{name}`" for name in row.inside)
    return f"`{row.path}`" + (f": {below}" if below else "")


def _word(row: Field) -> str:
    word = str(row.decider)
    if row.or_template:
        word += ", or declared by the template"
    if row.adoptable:
        word += "; an adopted VM keeps its own"
    if row.code != "DVM314":
        word += f" ([{row.code}](checks.md#{row.code.lower()}))"
    return word


def _passes(row: Field) -> str:
    if row.values:
        return row.values
    return (
        "any"
        if row.decider is Decider.HARMLESS
        else "what the manifest says"
        if row.decider is Decider.DVM
        else "nothing"
    )


if __name__ == "__main__":
    sys.stdout.write(render())
