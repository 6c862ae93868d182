"""One way in which a wall was tried."""

from __future__ import annotations

from msgspec import Struct

from dvm.model.wall import Voucher


class WallResult(Struct, frozen=True):
    """What was tried, what was seen, who vouches, and whether the wall holds (None: that can't be said)."""

    tried: str
    seen: str
    voucher: Voucher
    holds: bool | None


def of_host(tried: str, seen: str, *, holds: bool | None) -> WallResult:
    """Return what the host saw itself."""
    return WallResult(tried, seen, Voucher.HOST, holds)


def of_guest(tried: str, seen: str, *, holds: bool | None) -> WallResult:
    """Return what the guest said."""
    return WallResult(tried, seen, Voucher.GUEST, holds)
