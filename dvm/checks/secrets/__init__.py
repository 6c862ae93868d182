"""DVM4xx: secrets in the manifest and in setup scripts.

DVM402 needs a parsed script, so `dvm.checks.scripts.review` runs it with the others; its text is in `CHECKS` here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dvm.checks.secrets import secret_in_manifest, secret_in_script
from dvm.checks.secrets.secret_in_manifest import find_in_mapping, review, review_manifest

if TYPE_CHECKING:
    from dvm.checks.base import Check

__all__ = ["CHECKS", "find_in_mapping", "review", "review_manifest"]

CHECKS: tuple[Check[Any], ...] = (secret_in_manifest.CHECK, secret_in_script.CHECK)
