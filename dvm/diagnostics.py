"""A diagnostic: severity, summary, detail and place. They pile up instead of ending the run at the first."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from pathlib import Path


class Severity(StrEnum):
    """How much a diagnostic weighs: an error stops the command, a warning is shown."""

    ERROR = "error"
    WARNING = "warning"


class Location(Struct, frozen=True, order=True):
    """A place in a file. Lines and columns count from 1, columns in characters; None: the file as a whole."""

    path: Path
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """`path:line:column`, as compilers print it and editors follow it."""
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)


class Diagnostic(Struct, frozen=True):
    """One thing to report to the user. `address` is the VM it is about (`vm.app`), where there is one."""

    severity: Severity
    summary: str
    detail: str = ""
    location: Location | None = None
    address: str | None = None
