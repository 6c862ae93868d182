"""DVM_VERBOSE: each call of limactl, on standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from dvm.views.dry_run import command_line

if TYPE_CHECKING:
    from collections.abc import Sequence


def trace(argv: Sequence[str]) -> None:
    """Show a call as one would type it; the guest programs of DVM's own by their names."""
    sys.stderr.write(f"$ {command_line(argv)}\n")
    sys.stderr.flush()
