"""A diagnostic: severity, summary, detail and place. They pile up instead of ending the run at the first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Severity(StrEnum):
    """How much a diagnostic weighs: an error stops the command, a warning is shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file. Lines and columns count from 1, columns in characters; None: the file as a whole."""

    path: Path
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """`path:line:column`, as compilers print it and editors follow it."""
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing to tell the user. `address` is the VM it is about (`vm.app`), where there is one."""

    severity: Severity
    summary: str
    detail: str = ""
    location: Location | None = None
    address: str | None = None
