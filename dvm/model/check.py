"""The outcome of a security check."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from dvm.diagnostics import Location


class Weight(StrEnum):
    """What a failed check does: `deny` stops apply, `warn` is shown."""

    DENY = "deny"
    WARN = "warn"


class Outcome(StrEnum):
    """How a check came out. `waived`: it failed, and a reviewed waiver with a reason covers it."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    WAIVED = "waived"


class CheckResult(Struct, frozen=True):
    """One finding of one check. `subject` is the file or the address it is about; nothing in it is a secret.

    `setting` is the key of Lima's configuration that it is about, as in "ssh.forwardAgent"; empty: about none.
    `fixes` is the path, quoted for a shell, that `remedy` ends in where it is a command that takes several paths;
    findings that are also `alike` may be fixed, and shown, together. For the people who read it alone.
    """

    code: str
    severity: Weight
    status: Outcome
    subject: str
    summary: str
    detail: str = ""
    remedy: str = ""
    location: Location | None = None
    setting: str = ""
    fixes: str = ""
    alike: str = ""

    @property
    def denies(self) -> bool:
        """Whether this finding stops an apply."""
        return self.severity is Weight.DENY and self.status is Outcome.FAIL
