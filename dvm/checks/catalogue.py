"""docs/reference/checks.md, made from the texts of the checks.

`python -m dvm.checks.catalogue > docs/reference/checks.md` writes it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from dvm.checks.registry import FAMILIES, checks_of
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.base import Check

_INTRODUCTION = """\
# Security checks

<!-- Made by `python -m dvm.checks.catalogue` from the checks themselves. Do not edit. -->

Every check has a code that never changes. One that denies stops apply (exit code 3); one that warns
is shown, and denies with `--strict`. `dvm explain CODE` prints the same text as this page.

What a plan fixes by itself (a mount or a forward put by hand into an instance's own `lima.yaml`) is
shown as a warning and does not stop apply, nor does it under `--strict`; it is checked again after
the edit, before the next start. What comes from `$LIMA_HOME/_config` denies at once, for Lima
merges it into every instance and no edit of an instance takes it out. An instance that the plan
destroys, and an orphan that it does not touch, are reported as warnings.
"""


def render() -> str:
    """Return the page."""
    return "\n".join((_INTRODUCTION, *_table(), *_sections()))


def _table() -> Iterator[str]:
    yield "| code | finds | severity |"
    yield "|---|---|---|"
    for family in FAMILIES:
        for check in checks_of(family):
            yield f"| [{check.code}](#{check.code.lower()}) | {check.title} | {check.severity} |"
    yield ""


def _sections() -> Iterator[str]:
    for family, heading in FAMILIES.items():
        yield f"## {heading}"
        yield ""
        for check in checks_of(family):
            yield from _section(check)


def _section(check: Check[Any]) -> Iterator[str]:
    consequence = "It denies: apply stops." if check.severity is Weight.DENY else "It warns; with `--strict` it denies."
    # The anchor is the bare code, so that links survive a new title.
    yield f'### <a id="{check.code.lower()}"></a>{check.code}: {check.title}'
    yield ""
    yield f"**Why.** {check.why}"
    yield ""
    yield f"**What to do.** {check.remedy}"
    yield ""
    yield consequence
    yield ""


if __name__ == "__main__":
    sys.stdout.write(render())
