"""`dvm version`."""

from __future__ import annotations

import sys

from dvm import __version__


def version() -> int:
    """Print DVM's version.

    Example: dvm version
    """
    sys.stdout.write(f"dvm {__version__}\n")
    return 0
