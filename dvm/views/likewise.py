"""Denials that one command mends together: a umask makes every file of a directory fail the same check."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dvm.model.check import CheckResult

# A remedy that ends in a command upon one path; the path is quoted where a shell would take it apart.
_UPON_A_PATH = r"(?s)(.*\bch(?:mod go-w|own(?: -h)? \d+)) (\S+|'.*')"


class Likewise(Struct):
    """Findings of one check that differ in their paths alone. `paths`, as a shell takes them, are what is mended."""

    first: CheckResult
    command: str
    paths: dict[str, None]

    @property
    def remedy(self) -> str:
        """What to do about all of them."""
        return " ".join([self.command, *self.paths]) if self.paths else self.first.remedy


def likewise(denied: Iterable[CheckResult]) -> list[Likewise]:
    """Return the findings in their order, those that one command mends as one."""
    found: dict[object, Likewise] = {}
    for number, check in enumerate(denied):
        match = re.fullmatch(_UPON_A_PATH, check.remedy)
        if match is None:
            found[number] = Likewise(check, "", {})
            continue
        command, path = match.groups()
        same = found.setdefault((check.code, command), Likewise(check, command, {}))
        same.paths[path] = None
    return list(found.values())
