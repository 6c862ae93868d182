"""What DVM alone writes and reads back: receipts, saved plans, events. What people write are pydantic models."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Annotated, TypeAlias, TypeVar

from msgspec import Meta, Struct
from msgspec.json import Decoder

Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]
"""A date and a time with its zone: two of which one has none can't be compared."""


_Kind = TypeVar("_Kind")
_FIRST = threading.Lock()


def decoder(kind: type[_Kind]) -> Decoder[_Kind]:
    """Return what decodes JSON into `kind`. A module that reads a file while VMs are worked on has it as a constant.

    msgspec (0.22) works a type out when it is first decoded or converted, and a second thread that comes meanwhile
    uses the half of it that is there: the process ends by SIGSEGV.
    """
    with _FIRST:
        return Decoder(kind)


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """Immutable, and closed: a key that is not declared is an error."""
