"""DVM2xx: what setup scripts do, read by a real Bash parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.scripts import (
    docker_group,
    host_private_key,
    remote_code,
    strict_mode,
    unfollowed,
    unpinned_version,
    unverified_download,
    verification_off,
    waiver_without_reason,
)
from dvm.checks.scripts.review import review

if TYPE_CHECKING:
    from dvm.checks.base import Check
    from dvm.checks.subjects import ScriptSubject

__all__ = ["CHECKS", "review"]

CHECKS: tuple[Check[ScriptSubject], ...] = (
    strict_mode.CHECK,
    remote_code.CHECK,
    unverified_download.CHECK,
    unpinned_version.CHECK,
    host_private_key.CHECK,
    docker_group.CHECK,
    verification_off.CHECK,
    waiver_without_reason.CHECK,
    unfollowed.CHECK,
)
