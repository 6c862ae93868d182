"""Denials that one command fixes together: a umask makes every file of a directory fail the same check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dvm.model.check import CheckResult


class Likewise(Struct):
    """Findings of one check that differ in their paths alone. `paths`, quoted for a shell, are what is fixed."""

    first: CheckResult
    command: str
    paths: dict[str, None]

    @property
    def detail(self) -> str:
        """What is wrong, in a sentence or two."""
        others = list(self.paths)[1:]
        return self.first.detail + (f" The same is true of {', '.join(others)}." if others else "")

    @property
    def remedy(self) -> str:
        """What to do about all of them."""
        return " ".join([self.command, *self.paths]) if self.paths else self.first.remedy


def likewise(denied: Iterable[CheckResult]) -> list[Likewise]:
    """Return the findings in their order; as one, what is alike and is fixed by one command upon several paths."""
    found: dict[object, Likewise] = {}
    for number, check in enumerate(denied):
        path = check.fixes
        # Where the check itself says that the remedy ends in a path, never by what a path may look like.
        if not path or not check.alike or not check.remedy.endswith(f" {path}"):
            found[number] = Likewise(check, "", {})
            continue
        command = check.remedy.removesuffix(f" {path}")
        same = found.setdefault((check.code, check.alike, command), Likewise(check, command, {}))
        same.paths[path] = None
    return list(found.values())
