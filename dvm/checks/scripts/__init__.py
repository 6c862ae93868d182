"""DVM2xx: what setup scripts do, read by a real Bash parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.scripts.review import RULES, review
from dvm.checks.secrets import secret_in_script

if TYPE_CHECKING:
    from dvm.checks.base import Check
    from dvm.checks.subjects import ScriptSubject

__all__ = ["CHECKS", "review"]

CHECKS: tuple[Check[ScriptSubject], ...] = tuple(rule.check for rule in RULES if rule.check != secret_in_script.CHECK)
