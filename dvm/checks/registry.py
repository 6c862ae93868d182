"""All checks by code.

A family is a package under dvm.checks with `CHECKS`, a tuple of its checks. `review` of the package runs those that
look at one subject; `dvm.checks.posture` runs those of instances. The numbers are fixed. DVM106 (a file changed since
it was shown) is reported by saved plans, which compare all that they were made from.
"""

from __future__ import annotations

import difflib
from importlib import import_module
from typing import TYPE_CHECKING, Any

from dvm.errors import UsageError
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dvm.checks.base import Check

FAMILIES: Mapping[str, str] = {
    "dvm.checks.files": "Files",
    "dvm.checks.scripts": "Setup scripts",
    "dvm.checks.instances": "Instances",
    "dvm.checks.secrets": "Secrets",
}
"""The families in order of their codes, with the headings the catalogue gives them."""


def checks_of(name: str) -> tuple[Check[Any], ...]:
    """Return a family's checks in order of code. Imported when asked for: the Bash parser is not cheap."""
    checks: tuple[Check[Any], ...] = import_module(name).CHECKS
    return tuple(sorted(checks, key=lambda check: check.code))


def all_checks() -> dict[str, Check[Any]]:
    """Return every check by code, sorted."""
    found = sorted((check for name in FAMILIES for check in checks_of(name)), key=lambda check: check.code)
    by_code = {check.code: check for check in found}
    assert len(by_code) == len(found), "a code is given to one check only"
    return by_code


def explain(code: str) -> Check[Any]:
    """Return the check of this code; case does not matter, and neither does the prefix.

    Raises:
        UsageError: there is none; it names the nearest.
    """
    checks = all_checks()
    asked = code.strip().upper()
    wanted = f"DVM{asked}" if asked.isdecimal() else asked
    if wanted in checks:
        return checks[wanted]
    near = _nearest(wanted, list(checks))
    raise UsageError(
        f'There is no check "{visible(code)}".',
        detail=f"The codes run from {min(checks)} to {max(checks)}.",
        remedy=f"Did you mean {near} ({checks[near].title})?" if near else "`dvm explain` lists them all.",
    )


def _nearest(wanted: str, codes: list[str]) -> str | None:
    # Letters that look like digits are most of the typos.
    meant = "DVM" + wanted.removeprefix("DVM").translate(str.maketrans("OILSZ", "01152"))
    if meant in codes:
        return meant
    return next(iter(difflib.get_close_matches(meant, codes, 1, 0.7)), None)
