"""What DVM alone writes and reads back: receipts, saved plans, events. What people write are pydantic models."""

from __future__ import annotations

from msgspec import Struct


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """Immutable, and closed: a key that is not declared is an error."""
