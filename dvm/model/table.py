"""What DVM alone writes and reads back: receipts, saved plans, events. What people write are pydantic models."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]
"""A date and a time with its zone: two of which one has none can't be compared."""


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """Immutable, and closed: a key that is not declared is an error."""
