"""The manifests that receipts name, and whether they are still there. Each is looked at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dvm.model.owner import Owner

if TYPE_CHECKING:
    from dvm.model.receipt import Receipt


class Owners(Struct):
    """One look at the manifests that receipts name."""

    _seen: dict[str, Owner] = field(default_factory=dict)

    def of(self, receipt: Receipt) -> Owner | None:
        """Return the manifest that a receipt names; None: it names none."""
        named = receipt.manifest
        if named is None:
            return None
        if named not in self._seen:
            self._seen[named] = owner_at(named)
        return self._seen[named]


def owner_at(named: str) -> Owner:
    """Return the manifest at a path; a link that was put there since is followed.

    Only a file that is surely not there is gone: one that can't be looked at still is somebody's manifest.
    """
    try:
        return Owner(Path(os.path.realpath(named, strict=True)))
    except (FileNotFoundError, NotADirectoryError):
        return Owner(Path(named), gone=True)
    except (OSError, ValueError):
        return Owner(Path(named))
