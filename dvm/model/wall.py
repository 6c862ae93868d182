"""A wall around a VM that was tried: what was done, what was seen, who vouches for it, and whether it holds."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Voucher(StrEnum):
    """Who vouches for what was seen. What a guest says is a hint: a guest that was taken over says what it likes."""

    HOST = "host"
    GUEST = "guest"


class WallCheck(Struct, frozen=True):
    """One wall, tried in one way. The texts are not yet safe to print.

    `holds`: None where that can't be said, since there is no complete answer. `promised`: whether the manifest promises
    this wall, or, of a VM that no manifest declares, the receipt.
    """

    wall: str
    tried: str
    seen: str
    voucher: Voucher
    holds: bool | None
    promised: bool

    @property
    def fails(self) -> bool:
        """Whether it is promised, and was not seen to hold."""
        return self.promised and self.holds is not True
